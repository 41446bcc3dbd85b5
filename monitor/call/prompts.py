"""What became of the prompts of a call."""

from dataclasses import dataclass, field

from monitor.call.by_kind import ByKind
from monitor.call.events import PromptCleared, PromptShown
from monitor.call.info import CallKind
from rules.model import Prompt


@dataclass(frozen=True, slots=True)
class PromptRecord:
    """One prompt as the log has it."""

    prompt: Prompt = field(repr=False)
    """Its last known state, with its outcome."""
    delay_s: float | None
    """How late it came up; None if the log has lost the line that says so."""


def prompt_records(events: ByKind, kind: CallKind) -> list[PromptRecord]:
    """Every prompt once, in the order in which they came.

    Args:
        events: of the call.
        kind: of the call. The agent in a recording saw no prompt, whoever watched it being played.
    """
    shown, cleared = events.of(PromptShown), events.of(PromptCleared)
    delays_s = {_key(event.prompt): event.delay_s for event in shown}
    # The state of a cleared prompt comes last, even if the line that says it was shown was written after it.
    last = {_key(prompt): prompt for prompt in [event.prompt for event in shown] + [event.prompt for event in cleared]}
    if kind == "recording":
        last = {key: prompt.seen_as(seen=False) for key, prompt in last.items()}
    records = [PromptRecord(prompt, delays_s.get(key)) for key, prompt in last.items()]
    return sorted(records, key=lambda record: record.prompt.since_s)


def _key(prompt: Prompt) -> tuple[str, float]:
    return prompt.rule, prompt.since_s

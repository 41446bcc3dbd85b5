"""What became of the prompts of a call."""

from dataclasses import dataclass, field

from monitor.call.by_kind import ByKind
from monitor.call.events import PromptCleared, PromptShown
from rules.model import Prompt


@dataclass(frozen=True, slots=True)
class PromptRecord:
    """One prompt as the log has it."""

    prompt: Prompt = field(repr=False)
    """As it was last known, with its outcome."""
    delay_s: float | None
    """With which it reached the screen; None where the log has lost the line that says it was shown."""


def prompt_records(events: ByKind) -> list[PromptRecord]:
    """Every prompt once, in the order in which they came."""
    shown, cleared = events.of(PromptShown), events.of(PromptCleared)
    delays_s = {_key(event.prompt): event.delay_s for event in shown}
    # What is known once a prompt is cleared comes last, even where its being shown is written later than that.
    last = {_key(prompt): prompt for prompt in [event.prompt for event in shown] + [event.prompt for event in cleared]}
    records = [PromptRecord(prompt, delays_s.get(key)) for key, prompt in last.items()]
    return sorted(records, key=lambda record: record.prompt.since_s)


def _key(prompt: Prompt) -> tuple[str, float]:
    return prompt.rule, prompt.since_s

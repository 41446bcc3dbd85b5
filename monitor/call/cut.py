"""The events of a call as they would be if it had ended earlier, at a time after which nobody spoke."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from audio.values import (
    Backchannel,
    DeadAir,
    Interruption,
    PitchSample,
    ToneSample,
    Turn,
    Utterance,
)
from monitor.call.events import (
    CallEvent,
    Gap,
    Health,
    Mark,
    PromptCleared,
    PromptShown,
    from_lines,
    in_order,
    to_line,
)
from rules.model import Easing, Firing, Noticed, Prompt, Ticked

_SLACK_S = 1e-3
"""Times are rounded to a thousandth of a second."""


def cut(events: Iterable[CallEvent], until_s: float) -> Iterator[CallEvent]:
    """Leave out what came later, and end there what lasted longer.

    Args:
        events: of a call, in which nobody spoke after `until_s`: so no judgement depends on what is left out.
        until_s: the new end.
    """
    for event in events:
        if (kept := _cut(event, until_s)) is not None:
            yield kept


def cut_lines(log: bytes, until_s: float) -> bytes:
    """Do the same with the lines of a log, and put them into their order."""
    return b"".join(map(to_line, cut(from_lines(in_order(log.splitlines())), until_s)))


def _cut(event: CallEvent, until_s: float) -> CallEvent | None:
    """The event with its new end; None for one that came later."""
    kept, at_s = event, 0.0
    match event:
        case ToneSample(end_s=end_s) | PitchSample(end_s=end_s):
            at_s = end_s - _SLACK_S
        case Turn() | Interruption() | Backchannel() | DeadAir() | Utterance() | Noticed() | Gap():
            at_s, kept = event.start_s, replace(event, end_s=min(event.end_s, until_s))
        case Firing(start_s=start_s):
            at_s = start_s
        case Easing() | Ticked() | Mark() | Health():
            at_s = event.at_s
        case PromptShown(prompt):
            at_s = prompt.since_s
        case PromptCleared(prompt):
            went_later = prompt.until_s is not None and prompt.until_s > until_s
            if went_later and prompt.after is None:  # it was still up, and another event says what became of it
                return None
            at_s, kept = prompt.since_s, replace(event, prompt=_prompt(prompt, until_s) if went_later else prompt)
        case _:  # what is reported at the end of a call, whenever that is
            pass
    return kept if at_s <= until_s else None


def _prompt(prompt: Prompt, until_s: float) -> Prompt:
    return replace(prompt, until_s=until_s, taken_down="call_ended")

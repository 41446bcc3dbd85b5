"""What the agent did right in a call, and one thing to try next; nothing where the log does not show it."""

import math
from collections.abc import Iterable, Iterator, Mapping

from audio.values import Interruption, Turn
from monitor.base.clock import clock
from rules.model import Noticed, Prompt

LONG_TURN_S = 20.0
"""A customer who speaks for so long without a break explains something."""
SOON_S = 20.0
"""Said back within so much of the end of that turn, it is an answer to it."""

_DID: Mapping[str, str] = {
    "slow_down": "You slowed down",
    "lower_volume": "You lowered your voice",
    "ease_off": "You lowered your voice",
    "paraphrase": "You said it back",
    "acknowledge": "You acknowledged it",
    "escalate": "You offered your supervisor",
}
_TRY: Mapping[str, str] = {
    "slow_down": "pause between sentences",
    "lower_volume": "lean back and speak more softly",
    "ease_off": "lean back and speak more softly",
    "paraphrase": "say it back before you go on",
    "acknowledge": "acknowledge it before you go on",
    "escalate": "offer your supervisor",
}


def earned(
    prompts: Iterable[Prompt],
    turns: Iterable[Turn],
    interruptions: Iterable[Interruption],
    noticed: Iterable[Noticed],
) -> str:
    """One sentence on what the agent did right; empty if the log shows nothing.

    A prompt followed at once goes first, then the longest that they listened before they said it back, then a prompt
    followed later.

    Args:
        prompts: of the call as they ended; those that nobody saw earn nothing.
        turns: everybody's.
        interruptions: everybody's.
        noticed: what the rules counted.
    """
    followed = [prompt for prompt in prompts if prompt.seen and prompt.after == "followed" and prompt.action in _DID]
    at_once = [prompt for prompt in followed if prompt.taken_down == "eased" and prompt.until_s is not None]
    if at_once:
        soonest = min(at_once, key=_took_s)
        return (
            f"{_DID[soonest.action]} within {math.ceil(_took_s(soonest))} s of the prompt at {clock(soonest.since_s)}."
        )
    listened = max(_listened(turns, interruptions, noticed), default=None)
    if listened:
        spoke_s, said_back_s = listened
        return f"You let the customer speak for {int(spoke_s)} s and said it back at {clock(said_back_s)}."
    if followed:
        return f"{_DID[followed[0].action]} after the prompt at {clock(followed[0].since_s)}."
    return ""


def to_try(prompts: Iterable[Prompt]) -> str:
    """One sentence on the last prompt that the agent saw and that changed nothing, empty without one."""
    open_ = [prompt for prompt in prompts if prompt.seen and prompt.after == "no_change" and prompt.action in _TRY]
    if not open_:
        return ""
    return f"To try next: {_TRY[open_[-1].action]} (prompt at {clock(open_[-1].since_s)})."


def _took_s(prompt: Prompt) -> float:
    return (prompt.until_s or prompt.since_s) - prompt.since_s


def _listened(
    turns: Iterable[Turn], interruptions: Iterable[Interruption], noticed: Iterable[Noticed]
) -> Iterator[tuple[float, float]]:
    """How long the customer spoke, and when the agent said it back, where they did so without cutting in."""
    cut_in_s = [cut.start_s for cut in interruptions if cut.by == "agent"]
    said_back_s = [one.start_s for one in noticed if one.item == "paraphrase" and one.speaker == "agent"]
    for turn in turns:
        if turn.speaker == "customer" and turn.end_s - turn.start_s >= LONG_TURN_S:
            answers = [at_s for at_s in said_back_s if turn.end_s <= at_s <= turn.end_s + SOON_S]
            if answers and not any(turn.start_s <= at_s <= turn.end_s for at_s in cut_in_s):
                yield turn.end_s - turn.start_s, answers[0]

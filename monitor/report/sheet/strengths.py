"""What went well in a call: prompts that were followed, and things done at their moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.base.clock import clock
from monitor.report.sheet.quotes import said_at
from monitor.report.stored_call import StoredCall
from rules.model import Noticed, Prompt

AT_MOST = 2
LISTENED_S = 15.0
"""A customer who speaks for so long explains something."""
SOON_S = 20.0
"""Said within so much of the end of what it answers, it is an answer to it."""
OFFERED_S = 30.0
"""The same for a supervisor who was asked for."""

_DID = {
    "slow_down": "slowed down",
    "lower_volume": "lowered their voice",
    "ease_off": "lowered their voice",
    "paraphrase": "said it back",
    "acknowledge": "acknowledged it",
    "escalate": "offered a supervisor",
}
"""What an agent did who followed a prompt, by its action."""


@dataclass(frozen=True, slots=True)
class Strength:
    """One thing that went well."""

    rank: int
    """Lower ranks go first."""
    kind: str
    at_s: float
    sentence: str
    quote: str
    """The agent's words then; empty in a call without words."""


def strengths(kept: StoredCall) -> tuple[Strength, ...]:
    """At most two things that went well, of different kinds and in different words, in the order of the call."""
    chosen: list[Strength] = []
    for strength in sorted(_found(kept), key=lambda one: (one.rank, one.at_s)):
        known = any(one.kind == strength.kind or (one.quote and one.quote == strength.quote) for one in chosen)
        if len(chosen) < AT_MOST and not known:
            chosen.append(strength)
    return tuple(sorted(chosen, key=lambda one: one.at_s))


def _found(kept: StoredCall) -> Iterator[Strength]:
    yield from (_followed(kept, prompt) for prompt in kept.analysis.prompts if _is_followed(prompt))
    own = [one for one in kept.analysis.noticed if one.speaker == "agent"]
    theirs = [one for one in kept.analysis.noticed if one.speaker == "customer"]
    yield from _listened(kept, own)
    yield from _answered(kept, own, theirs)
    yield from _offered(kept, own)
    for one in own:
        if one.item == "follow-up" and one.due:
            told = f"The agent said at {clock(one.start_s)} when the customer will hear again."
            yield Strength(4, "follow-up", one.start_s, told, said_at(kept, one.start_s, "agent"))


def _is_followed(prompt: Prompt) -> bool:
    return bool(prompt.seen and prompt.after == "followed" and prompt.action in _DID)


def _followed(kept: StoredCall, prompt: Prompt) -> Strength:
    told = f"The agent {_DID[prompt.action]} after the prompt at {clock(prompt.since_s)}."
    return Strength(0, "prompt", prompt.since_s, told, said_at(kept, prompt.since_s, "agent"))


def _listened(kept: StoredCall, own: list[Noticed]) -> Iterator[Strength]:
    cut_in_s = [cut.start_s for cut in kept.analysis.interruptions if cut.by == "agent"]
    for turn in kept.turns("customer"):
        length_s = turn.end_s - turn.start_s
        if length_s < LISTENED_S or any(turn.start_s <= at_s <= turn.end_s for at_s in cut_in_s):
            continue
        back = [one for one in own if one.item == "paraphrase" and 0 <= one.start_s - turn.end_s <= SOON_S]
        if back:
            at_s = back[0].start_s
            told = f"The agent let the customer speak for {length_s:.0f} s and said it back at {clock(at_s)}."
            yield Strength(1, "listened", at_s, told, said_at(kept, at_s, "agent"))


def _answered(kept: StoredCall, own: list[Noticed], theirs: list[Noticed]) -> Iterator[Strength]:
    answers = (
        (2, "complaint", "acknowledgement", "acknowledged what the customer complained about at"),
        (2, "complaint", "apology", "apologised for what the customer complained about at"),
        (2, "frustration", "acknowledgement", "acknowledged what the customer said at"),
        (3, "complaint", "ownership", "took it on after what the customer complained about at"),
    )
    for rank, item, answer, did in answers:
        for one in theirs:
            replies = [mine for mine in own if mine.item == answer and 0 <= mine.start_s - one.end_s <= SOON_S]
            if one.item == item and replies:
                at_s = replies[0].start_s
                told = f"The agent {did} {clock(one.start_s)}."
                yield Strength(rank, answer, at_s, told, said_at(kept, at_s, "agent"))


def _offered(kept: StoredCall, own: list[Noticed]) -> Iterator[Strength]:
    for firing in kept.analysis.firings:
        until_s = firing.start_s + OFFERED_S
        offers = [one for one in own if one.item == "supervisor-offer" and firing.start_s <= one.start_s <= until_s]
        if firing.rule == "escalate-request" and offers:
            at_s = offers[0].start_s
            told = f"The agent offered a supervisor when the customer asked for one at {clock(firing.start_s)}."
            yield Strength(2, "supervisor-offer", at_s, told, said_at(kept, at_s, "agent"))

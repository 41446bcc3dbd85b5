"""What went well in a call: prompts that were followed, and things done at their moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from monitor.base.clock import clock
from monitor.report.sheet.quotes import noticed, said_at
from monitor.report.stored_call import StoredCall
from rules.model import Noticed, Prompt

AT_MOST = 2
LISTENED_S = 15.0
"""A customer who speaks for so long explains something."""
SOON_S = 20.0
"""Said within so much of the end of what it answers, it is an answer to it."""
OFFERED_S = 30.0
"""The same for a supervisor who was asked for."""
GOODBYE_S = 30.0
"""The end of a call: what is said of its end counts here."""

_DID = {
    "slow_down": "slowed down",
    "lower_volume": "lowered their voice",
    "ease_off": "lowered their voice",
    "paraphrase": "said it back",
    "acknowledge": "acknowledged it",
    "escalate": "offered a supervisor",
}
"""What an agent did who followed a prompt, by its action."""

_REPLIES = ("you are welcome", "you're welcome", "my pleasure", "happy to help")
"""What is said to thanks ends no call."""


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
    own = noticed(kept, "agent")
    yield from _listened(kept, own)
    yield from _answered(kept, own, noticed(kept, "customer"))
    yield from _offered(kept, own)
    yield from _ended(kept, own)
    for one in own:
        if one.item == "follow-up" and one.due:
            yield _said(kept, 4, "follow-up", one.start_s, "said when the customer will hear again.")


def _is_followed(prompt: Prompt) -> bool:
    return bool(prompt.seen and prompt.after == "followed" and prompt.action in _DID)


def _followed(kept: StoredCall, prompt: Prompt) -> Strength:
    told = f"After the prompt at {clock(prompt.since_s)} the agent {_DID[prompt.action]}."
    words = said_at(kept, prompt.since_s, "agent")
    return Strength(0, "prompt", prompt.since_s, told, words.text if words else "")


def _listened(kept: StoredCall, own: list[Noticed]) -> Iterator[Strength]:
    cut_in_s = [cut.start_s for cut in kept.analysis.interruptions if cut.by == "agent"]
    for turn in kept.turns("customer"):
        length_s = turn.end_s - turn.start_s
        if length_s < LISTENED_S or any(turn.start_s <= at_s <= turn.end_s for at_s in cut_in_s):
            continue
        back = [one for one in own if one.item == "paraphrase" and 0 <= one.start_s - turn.end_s <= SOON_S]
        if back:
            did = f"said back what the customer had told for {length_s:.0f} s without being interrupted."
            yield _said(kept, 1, "listened", back[0].start_s, did)


def _answered(kept: StoredCall, own: list[Noticed], theirs: list[Noticed]) -> Iterator[Strength]:
    answers = (
        (2, "complaint", "acknowledgement", "acknowledged what the customer had said"),
        (2, "complaint", "apology", "apologised after the customer had said"),
        (2, "frustration", "acknowledgement", "acknowledged what the customer had said"),
        (3, "complaint", "ownership", "took on what the customer had said"),
    )
    for rank, item, answer, did in answers:
        for one in theirs:
            replies = [mine for mine in own if mine.item == answer and 0 <= mine.start_s - one.end_s <= SOON_S]
            if one.item == item and replies:
                words = said_at(kept, one.start_s, "customer")
                what = f"at {clock(words.start_s)}: “{words.part}”" if words else f"at {clock(one.start_s)}"
                yield _said(kept, rank, answer, replies[0].start_s, f"{did} {what}.")


def _offered(kept: StoredCall, own: list[Noticed]) -> Iterator[Strength]:
    for firing in kept.analysis.firings:
        until_s = firing.start_s + OFFERED_S
        offers = [one for one in own if one.item == "supervisor-offer" and firing.start_s <= one.start_s <= until_s]
        if firing.rule == "escalate-request" and offers:
            did = f"offered a supervisor, whom the customer had asked for at {clock(firing.start_s)}."
            yield _said(kept, 2, "supervisor-offer", offers[0].start_s, did)


def _ended(kept: StoredCall, own: list[Noticed]) -> Iterator[Strength]:
    """What belongs to the end of a call, said there."""
    late_s = kept.duration_s - GOODBYE_S if kept.info.closed else inf
    for one in own:
        if one.start_s >= late_s and one.item == "extra-help":
            yield _said(kept, 5, one.item, one.start_s, "asked whether there was anything else.")
        if one.start_s >= late_s and one.item == "good-wishes" and not one.text.lower().startswith(_REPLIES):
            yield _said(kept, 6, one.item, one.start_s, "ended with thanks or good wishes.")


def _said(kept: StoredCall, rank: int, kind: str, at_s: float, did: str) -> Strength:
    """What the agent did in the sentence of a moment."""
    words = said_at(kept, at_s, "agent")
    start_s, text = (words.start_s, words.text) if words else (at_s, "")
    return Strength(rank, kind, start_s, f"At {clock(start_s)} the agent {did}", text)

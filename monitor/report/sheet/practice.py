"""The one thing to practise: where an agent was furthest from their own usual, at least three times in a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from audio.block import Speaker
from monitor.base.clock import clock
from monitor.call.transcript import shown
from monitor.report.sheet import deviations
from monitor.report.sheet.deviations import THRICE, Deviation
from monitor.report.sheet.quotes import shortened
from monitor.report.stored_call import StoredCall
from monitor.report.usual import UNKNOWN, Usual

PLAYED_S = 20.0
LEAD_S = 6.0
"""How much of what is played comes before it."""
LISTED = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be practised."""

    name: str
    found: Callable[[StoredCall], Iterator[Deviation]]
    sentence: str
    once: str
    """What is said of it where it did not happen three times."""
    try_this: str
    question: str
    counted: bool = False
    """Whether nothing of it is usual: then three times are the edge of what is worth a talk."""
    measure: str = ""
    """Of the call as a whole, where it is compared with the agent's earlier calls."""
    amount: Callable[[StoredCall], float] = lambda _: 0.0
    """How much of that measure the call has; it is compared in 10 minutes."""


def _own_interruptions(kept: StoredCall) -> float:
    return sum(cut.by == "agent" for cut in kept.analysis.interruptions)


def _dead_air_s(kept: StoredCall) -> float:
    return sum(silence.end_s - silence.start_s for silence in kept.analysis.dead_air)


KINDS = (
    Kind(
        "rate",
        deviations.fast,
        "The agent spoke faster than usual at {when}.",
        "faster than usual at {when}",
        "Try: one thought, then a pause.",
        "What made you speed up at {at}, and what would tell you sooner?",
    ),
    Kind(
        "level",
        deviations.loud,
        "The agent spoke louder than usual at {when}.",
        "louder than usual at {when}",
        "Try: lean back, breathe out, then answer.",
        "What happened just before you got louder at {at}?",
    ),
    Kind(
        "interruption",
        deviations.interruptions,
        "{Times}, the agent began while the customer was still speaking: {when}.",
        "the agent began while the customer was speaking at {when}",
        "Try: wait until it is quiet, then answer.",
        "What did you want to say at {at}, and what would the customer have said next?",
        counted=True,
        measure="interruptions_per_10_min",
        amount=_own_interruptions,
    ),
    Kind(
        "complaint",
        deviations.unanswered,
        "{Times}, a complaint was neither acknowledged nor paraphrased in the next 20 s: {when}.",
        "a complaint at {when} that was neither acknowledged nor paraphrased in the next 20 s",
        "Try: say back what the customer said before you go on.",
        "What did the customer want you to understand at {at}?",
        counted=True,
    ),
    Kind(
        "dead_air",
        deviations.silences,
        "{Times}, there was silence for 8 s or more, which the agent ended: {when}.",
        "nobody spoke at {when}",
        "Try: say what you are doing, and how long it takes.",
        "What were you doing at {at}, and how could the customer have known?",
        counted=True,
        measure="dead_air_per_10_min",
        amount=_dead_air_s,
    ),
)
_TIMES = {3: "Three times", 4: "Four times", 5: "Five times", 6: "Six times"}


@dataclass(frozen=True, slots=True)
class Practice:
    """One thing to practise."""

    kind: str
    sentence: str
    try_this: str
    question: str
    deviations: tuple[Deviation, ...]
    """In the order of the call."""
    play_from_s: float
    play_to_s: float
    lines: tuple[tuple[float, Speaker, str], ...]
    """What is said in it: when, by whom, and the words."""


def practice(kept: StoredCall, usual: Usual = UNKNOWN) -> Practice | None:
    """What was furthest from the agent's usual; None where nothing was at least three times."""
    often = [(kind, own) for kind, own in _found(kept, usual) if sum(one.times for one in own) >= THRICE]
    if not often:
        return None
    kind, own = max(often, key=lambda pair: _furthest(*pair))
    return _practice(kept, kind, own)


def rarely(kept: StoredCall, usual: Usual = UNKNOWN) -> tuple[str, ...]:
    """What was away from the usual, each with its times, but not often enough to be practised."""
    return tuple(kind.once.format(when=_when([one.text for one in own])) for kind, own in _found(kept, usual) if own)


def _found(kept: StoredCall, usual: Usual) -> list[tuple[Kind, tuple[Deviation, ...]]]:
    return [(kind, tuple(kind.found(kept))) for kind in KINDS if _is_more(kept, kind, usual)]


def _is_more(kept: StoredCall, kind: Kind, usual: Usual) -> bool:
    """Whether there was more of it than in any of the agent's earlier calls; true where those are not known."""
    known = usual.measures.get(kind.measure)
    return known is None or not kept.duration_s or 600 * kind.amount(kept) / kept.duration_s > known.high


def _furthest(kind: Kind, found: tuple[Deviation, ...]) -> float:
    return len(found) / THRICE if kind.counted else max(one.size for one in found)


def _practice(kept: StoredCall, kind: Kind, found: tuple[Deviation, ...]) -> Practice:
    furthest = max(found, key=lambda one: one.size)
    from_s = max(0.0, min(furthest.start_s - LEAD_S, kept.duration_s - PLAYED_S))
    to_s = min(from_s + PLAYED_S, kept.duration_s)
    lines = tuple(
        (spoken.start_s, spoken.speaker, shortened(shown(spoken.words)))
        for spoken in kept.analysis.utterances
        if spoken.start_s < to_s and spoken.end_s > from_s
    )
    return Practice(
        kind=kind.name,
        sentence=kind.sentence.format(
            Times=_TIMES.get(len(found), f"{len(found)} times"), when=_when([one.text for one in found])
        ),
        try_this=kind.try_this,
        question=kind.question.format(at=clock(furthest.start_s)),
        deviations=found,
        play_from_s=round(from_s, 1),
        play_to_s=round(to_s, 1),
        lines=lines,
    )


def _when(texts: list[str]) -> str:
    if len(texts) > LISTED:
        return ", ".join(texts[:LISTED]) + " and later"
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))

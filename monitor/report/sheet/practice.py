"""The one thing to practise: where an agent was furthest from their own usual, at least three times in a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from monitor.base.clock import clock
from monitor.call.tone_arrays import STEP_S, Numbers
from monitor.pipeline.metrics import BY_NAME
from monitor.report.bands import LEVEL, RATE
from monitor.report.sheet.customer_level import ACKNOWLEDGED
from monitor.report.sheet.quotes import shortened
from monitor.report.stored_call import StoredCall

LEAST_TIMES = 3
LEAST_S = 1.5
"""Speech outside the usual range that counts as once."""
APART_S = 3.0
"""What is nearer together counts as once."""
PLAYED_S = 20.0
LEAD_S = 6.0
"""How much of what is played comes before it."""
ANSWER_S = 20.0
"""A complaint that nothing answers for so long is unanswered."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Once in the call."""

    at_s: float
    size: float
    """How far from the usual: 1 is the edge of the usual range."""
    text: str
    """Such as "+31 % at 0:50"."""


@dataclass(frozen=True, slots=True)
class Practice:
    """One thing to practise."""

    kind: str
    sentence: str
    question: str
    instances: tuple[Instance, ...]
    """In the order of the call."""
    play_from_s: float
    play_to_s: float
    lines: tuple[tuple[float, str, str], ...]
    """What is said in it: when, by whom, and the words."""


_KINDS = {
    "rate": (
        "The agent spoke faster than usual {times}: {when}.",
        "What made you speak faster at {at}, and what could tell you in time?",
    ),
    "level": (
        "The agent spoke louder than usual {times}: {when}.",
        "What happened before you got louder at {at}, and what would you do another time?",
    ),
    "interruption": (
        "The agent cut in {times}: {when}.",
        "What did you want to say at {at}, and what would the customer have said next?",
    ),
    "complaint": (
        "{Times} the customer complained, and for 20 s the agent neither acknowledged it nor said it back: {when}.",
        "What did the customer want you to understand at {at}?",
    ),
    "dead_air": (
        "{Times} nobody spoke for 3 s or more: {when}.",
        "What were you doing at {at}, and what could you have told the customer?",
    ),
}
"""What is said of each kind, and what to ask."""
_TIMES = {3: "three times", 4: "four times", 5: "five times", 6: "six times"}


def practice(kept: StoredCall) -> Practice | None:
    """What was furthest from the agent's usual, counted over all times; None where nothing happened three times."""
    found = {
        "rate": list(_outside(kept, RATE, "%")),
        "level": list(_outside(kept, LEVEL, "dB")),
        "interruption": [
            Instance(cut.start_s, 1.0, clock(cut.start_s)) for cut in kept.analysis.interruptions if cut.by == "agent"
        ],
        "complaint": list(_unanswered(kept)),
        "dead_air": [Instance(silence.start_s, 1.0, clock(silence.start_s)) for silence in kept.analysis.dead_air],
    }
    often = {kind: instances for kind, instances in found.items() if len(instances) >= LEAST_TIMES}
    if not often:
        return None
    kind = max(often, key=lambda name: sum(one.size for one in often[name]))
    return _practice(kept, kind, tuple(often[kind]))


def _practice(kept: StoredCall, kind: str, instances: tuple[Instance, ...]) -> Practice:
    furthest = max(instances, key=lambda one: one.size)
    from_s = max(0.0, min(furthest.at_s - LEAD_S, kept.duration_s - PLAYED_S))
    to_s = min(from_s + PLAYED_S, kept.duration_s)
    times = _TIMES.get(len(instances), f"{len(instances)} times")
    sentence, question = _KINDS[kind]
    lines = tuple(
        (spoken.start_s, spoken.speaker, shortened(spoken.text))
        for spoken in kept.analysis.utterances
        if spoken.start_s < to_s and spoken.end_s > from_s
    )
    when = ", ".join(one.text for one in instances[:6]) + (" and later" if len(instances) > len(_TIMES) + 2 else "")
    return Practice(
        kind=kind,
        sentence=sentence.format(times=times, Times=times.capitalize(), when=when),
        question=question.format(at=clock(furthest.at_s)),
        instances=instances,
        play_from_s=round(from_s, 1),
        play_to_s=round(to_s, 1),
        lines=lines,
    )


def _outside(kept: StoredCall, metric: str, unit: str) -> Iterator[Instance]:
    """Stretches of the agent's speech above the usual range."""
    tone = kept.tone["agent"]
    values: Numbers = getattr(tone, metric)
    _, high = BY_NAME[metric].band or (0.0, np.inf)
    above = np.flatnonzero(values > high)
    if not len(above):
        return
    for run in np.split(above, np.flatnonzero(np.diff(tone.start_s[above]) > APART_S) + 1):
        if len(run) * STEP_S >= LEAST_S:
            most, at_s = float(values[run].max()), float(tone.start_s[run[0]])
            yield Instance(at_s, most / high, f"{most:+.0f} {unit} at {clock(at_s)}")


def _unanswered(kept: StoredCall) -> Iterator[Instance]:
    """Complaints that the agent's next words do not take up; the last in a turn stands for it."""
    answers = [one.start_s for one in kept.analysis.noticed if one.speaker == "agent" and one.item in ACKNOWLEDGED]
    for turn in kept.turns("customer"):
        complaints = [
            one.start_s
            for one in kept.analysis.noticed
            if one.speaker == "customer" and one.item == "complaint" and turn.start_s <= one.start_s <= turn.end_s
        ]
        if complaints and not any(complaints[-1] <= at_s <= turn.end_s + ANSWER_S for at_s in answers):
            yield Instance(complaints[-1], 1.0, clock(complaints[-1]))

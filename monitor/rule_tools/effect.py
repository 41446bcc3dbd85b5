"""Whether a prompt makes a difference: what agents did after it, beside what they did where nobody saw one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.base import chance
from monitor.base.chance import Estimate

RECORDINGS = (
    "Without a prompt: what agents did in recordings, and in calls in which nobody saw the prompt that was due."
)
"""What a prompt is compared with."""


@dataclass(frozen=True, slots=True)
class Done:
    """The prompts of one rule in one call, all seen or all unseen."""

    done: int
    """After how many the agent did what they ask for."""
    judged: int
    """How many could be judged."""


@dataclass(frozen=True, slots=True)
class Effect:
    """How often agents did what a prompt asks for, in percent, with and without having seen it."""

    seen: int
    """Prompts that were seen and judged."""
    seen_pct: float | None
    """None without any."""
    unseen: int
    """Prompts that nobody saw, judged by what the agent did all the same."""
    unseen_pct: float | None
    difference: Estimate
    """In percentage points, its interval from resampling calls."""


def effect(seen: Sequence[Done], unseen: Sequence[Done]) -> Effect:
    """Compare calls in which a prompt was seen with calls in which it was not.

    Args:
        seen: the calls with such prompts that the agent saw.
        unseen: the calls with such prompts that nobody saw.
    """
    counts = [(sum(one.done for one in calls), sum(one.judged for one in calls)) for calls in (seen, unseen)]
    seen_pct, unseen_pct = (100 * done / judged if judged else None for done, judged in counts)
    return Effect(counts[0][1], seen_pct, counts[1][1], unseen_pct, _difference(seen, unseen))


def _difference(seen: Sequence[Done], unseen: Sequence[Done]) -> Estimate:
    rows = [(one.done, one.judged, saw) for saw, calls in ((1, seen), (0, unseen)) for one in calls if one.judged]
    done, judged, saw = np.array(rows, dtype=float).reshape(-1, 3).T
    together = np.zeros(len(rows), dtype=int)  # live calls and recordings are rarely of the same agents
    return chance.effects(100 * (done / judged)[np.newaxis], judged, together, saw)[0]


def text(found: Estimate) -> str:
    """The difference with its interval, or why there is none."""
    if found.value is None or found.low is None or found.high is None:
        return "too little data"
    points = f"{_signed(found.value)} points ({_signed(found.low)} to {_signed(found.high)})"
    return points if found.beyond_chance else f"{points}, within chance"


def _signed(value: float) -> str:
    return f"{value:+.0f}".replace("-", "−") if round(value) else "0"

"""The experiment: whether the intervals of its estimate hold the truth, and how rarely it reports what is not there.

Trials are made up: agents, calls and prompts that differ, prompts drawn as the program draws them. Their effect is
known.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.figures.table import Row
from monitor.base.chance import Estimate
from monitor.rule_tools.randomised import Moments, effect
from rules.experiment import Experiment

TRIALS = 1_000
SILENT = 0.1
CALLS_EACH, PROMPTS_EACH = 15, 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of trials."""

    name: str
    agents: int
    difference: float
    """What a prompt adds: to a share, or in units of the spread between prompts."""
    spread: float = 0.0
    """How far agents differ in it."""
    shares: bool = False
    """Whether what follows is either done or not."""


KINDS = (
    Kind("20 agents, a measure", 20, 0.4),
    Kind("20 agents, a measure, effects differ", 20, 0.4, 0.2),
    Kind("40 agents, done or not", 40, 0.12, 0.05, shares=True),
    Kind("6 agents, done or not", 6, 0.12, shares=True),
)


def rows() -> Iterator[Row]:
    """The share of intervals that hold the truth, and of trials without an effect that report one."""
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng(number)
        found = [_trial(kind, kind.difference, rng, f"{kind.name} {trial}") for trial in range(TRIALS)]
        held = np.mean([_holds(one, kind.difference) for one in found])
        null = [_trial(kind, 0.0, rng, f"{kind.name} null {trial}") for trial in range(TRIALS)]
        reported = np.mean([not _holds(one, 0.0) for one in null])
        yield Row("intervals that hold the true effect", 100 * float(held), "%", "≥ 93", "made-up trials", kind.name)
        yield Row(
            "an effect reported where there is none", 100 * float(reported), "%", "≤ 7", "made-up trials", kind.name
        )


def _holds(found: Estimate, truth: float) -> bool:
    return found.low is not None and found.high is not None and found.low <= truth <= found.high


def _trial(kind: Kind, difference: float, rng: np.random.Generator, name: str) -> Estimate:
    calls = kind.agents * CALLS_EACH
    call = np.repeat(np.arange(calls), rng.poisson(PROMPTS_EACH, calls))
    agent = call % kind.agents
    number = np.concatenate([np.arange(1, count + 1) for count in np.bincount(call, minlength=calls)])
    draws = [
        Experiment(f"{name} {of}", SILENT).draw("slow-down", int(place)) for of, place in zip(call, number, strict=True)
    ]
    shown = np.array([not draw.silent for draw in draws], float)
    own, mood = rng.normal(size=kind.agents)[agent], rng.normal(size=calls)[call]
    before = rng.normal(size=len(call)) + 0.5 * own
    added = (difference + (kind.spread if difference else 0.0) * rng.normal(size=kind.agents))[agent] * shown
    if kind.shares:
        chance = np.clip(0.35 + 0.08 * own + 0.04 * mood + 0.05 * before + added, 0.01, 0.99)
        values = (rng.random(len(call)) < chance).astype(float)
    else:
        values = own + 0.7 * mood + 0.6 * before + added + rng.normal(size=len(call))
    moments = Moments(shown, np.full(len(call), 1 - SILENT), before[:, np.newaxis], call, agent)
    return effect(values, moments)

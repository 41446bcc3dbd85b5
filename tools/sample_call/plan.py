"""When the planned prompts are due, by their definitions, in what was really said."""

from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from audio.block import Speaker
from monitor.sample import Planned, SpokenLine
from tools.sample_call.script import Paraphrase, Plan

_STEPS_PER_S = 100
_JOINED_S = 0.25
"""Silences up to this are part of speech (articulation rate, de Jong and Wempe 2009)."""


@dataclass(frozen=True, slots=True, eq=False)
class SpeechClock:
    """One speaker's speech in steps of 10 ms with the pauses taken out; all arrays of shape (steps,)."""

    end_s: NDArray[np.float64]
    """Where each step ends in the call."""
    syllables: NDArray[np.float64]
    """Nuclei in it."""
    energy: NDArray[np.float64]
    """Times the voice's ordinary energy."""

    def first_held(self, true: NDArray[np.bool_], hold_s: float) -> float:
        """When something has been true for so long of speech, in seconds of the call.

        Raises:
            ValueError: it never was.
        """
        steps = round(hold_s * _STEPS_PER_S) + 1
        held = _last(true.astype(float), steps) == steps
        if not held.any():
            raise ValueError("The script never makes a planned prompt due. Correct its [plan].")
        return round(float(self.end_s[np.argmax(held)]), 3)


def due(lines: tuple[SpokenLine, ...], plan: Plan) -> tuple[Planned, ...]:
    """Give the planned prompts in the order they come due.

    Raises:
        ValueError: one of them never does.
    """
    moments = (prompt(lines, plan) for prompt in (slow_down, lower_volume, paraphrase, escalate))
    return tuple(sorted(moments, key=attrgetter("at_s")))


def slow_down(lines: tuple[SpokenLine, ...], plan: Plan) -> Planned:
    """When the agent has been too fast for long enough."""
    rule, agent = plan.slow_down, speech_clock(lines, "agent")
    usual = _usual(articulation_rate(agent, plan.usual_s), plan)
    rate = articulation_rate(agent, rule.window_s)
    fast = (rate >= usual * (1 + rule.over_pct / 100)) & (rate >= rule.at_least_sps)
    return Planned("slow_down", agent.first_held(fast, rule.hold_s), rule.why, rule.after, rule.then)


def lower_volume(lines: tuple[SpokenLine, ...], plan: Plan) -> Planned:
    """When the agent has been too loud for long enough."""
    rule, agent = plan.lower_volume, speech_clock(lines, "agent")
    usual = _usual(level_db(agent, plan.usual_s), plan)
    loud = level_db(agent, rule.window_s) >= usual + rule.over_db
    return Planned("lower_volume", agent.first_held(loud, rule.hold_s), rule.why, rule.after, rule.then)


def paraphrase(lines: tuple[SpokenLine, ...], plan: Plan) -> Planned:
    """When the customer, after explaining at length, speaks again without having been paraphrased."""
    rule = plan.paraphrase
    told = _explained(lines, rule)
    later = lines[lines.index(told) :]
    answers = [line for before, line in pairwise(later) if (before.speaker, line.speaker) == ("agent", "customer")]
    return Planned(
        "paraphrase", round([told, *answers][rule.agent_turns].end_s + rule.known_s, 3), rule.why, rule.after, rule.then
    )


def escalate(lines: tuple[SpokenLine, ...], plan: Plan) -> Planned:
    """When the customer has asked for somebody else."""
    rule = plan.escalate
    asked = next((line for line in lines if rule.words in line.text), None)
    if asked is None:
        raise ValueError(f"No line has the words “{rule.words}” of [plan.escalate]. Correct one of them.")
    return Planned("escalate", round(asked.end_s + rule.known_s, 3), rule.why, rule.after, rule.then)


def speech_clock(lines: tuple[SpokenLine, ...], speaker: Speaker) -> SpeechClock:
    """Put a speaker's lines on a clock that runs only while they speak."""
    steps = round(lines[-1].end_s * _STEPS_PER_S) + _STEPS_PER_S
    speaking, syllables, energy = np.zeros(steps, bool), np.zeros(steps), np.zeros(steps)
    for line in (line for line in lines if line.speaker == speaker):
        span = slice(round(line.start_s * _STEPS_PER_S), round(line.end_s * _STEPS_PER_S))
        speaking[span] = True
        energy[span] = 10 ** (line.gain_db / 10)
        np.add.at(syllables, [int(at_s * _STEPS_PER_S) for at_s in line.syllables_s], 1)
        for start_s, end_s in line.pauses_s:
            speaking[round(start_s * _STEPS_PER_S) : round(end_s * _STEPS_PER_S)] = end_s - start_s <= _JOINED_S
    ends = (np.arange(steps) + 1) / _STEPS_PER_S
    return SpeechClock(ends[speaking], syllables[speaking], energy[speaking])


def articulation_rate(clock: SpeechClock, window_s: float) -> NDArray[np.float64]:
    """Syllables a second over the last `window_s` of speech; NaN until there are so many."""
    return _last(clock.syllables, round(window_s * _STEPS_PER_S)) / window_s


def level_db(clock: SpeechClock, window_s: float) -> NDArray[np.float64]:
    """Energy mean over the last `window_s` of speech, over the voice's ordinary level; NaN until there are so many."""
    return 10 * np.log10(_last(clock.energy, round(window_s * _STEPS_PER_S)) / (window_s * _STEPS_PER_S))


def _usual(values: NDArray[np.float64], plan: Plan) -> float:
    known = values[~np.isnan(values)]
    if not known.size:
        raise ValueError(
            f"The agent speaks for less than the {plan.usual_s:g} s needed to learn what is usual. Write more."
        )
    return float(known[0])


def _explained(lines: tuple[SpokenLine, ...], rule: Paraphrase) -> SpokenLine:
    """The last line of the first explanation that is long enough."""
    customer = [line for line in lines if line.speaker == "customer"]
    start_s = customer[0].start_s
    for line, following in pairwise(customer):
        if following.start_s - line.end_s >= rule.joined_s:
            if line.end_s - start_s >= rule.explained_s:
                return line
            start_s = following.start_s
    raise ValueError(f"The customer never explains for {rule.explained_s:g} s. Write more, or shorten the gaps.")


def _last(values: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Sum of the last `steps` values; NaN until there are so many."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    sums = np.full(len(values), np.nan)
    sums[steps - 1 :] = total[steps:] - total[:-steps]
    return sums

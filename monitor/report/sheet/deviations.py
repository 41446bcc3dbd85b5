"""Where an agent was away from their own usual, or from what a customer can expect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.base.clock import clock
from monitor.call.tone_arrays import STEP_S, Numbers, Tone
from monitor.pipeline.metrics import BY_NAME
from monitor.report.bands import LEVEL, RATE
from monitor.report.sheet.customer_level import ACKNOWLEDGED, COMPLAINTS
from monitor.report.sheet.quotes import noticed, said_at
from monitor.report.stored_call import StoredCall
from rules.model import Noticed

RATE_LOOKS_BACK_S = 8.0
LEVEL_LOOKS_BACK_S = 2.0
RATE_SPAN_S = 20.0
"""A rate over speech that is spread over more time than this is not the rate of that moment."""
LEAST_SPS = 4.4
"""Below it, nobody speaks too fast to be followed, whatever is usual for them: 5.1 syllables a second, of which one in
seven is not counted, as for the prompt."""
LEAST_S = 1.5
"""Speech outside the usual range that counts as once."""
ONCE_S = 5.0
"""Each further one of this length counts as once more."""
APART_S = 3.0
"""What is nearer together is one stretch."""
PAUSE_S = 1.5
"""What was said before a pause of this length is another utterance."""
ANSWER_S = 20.0
"""A complaint that nothing takes up for so long after the customer's turn is unanswered."""
SILENT_S = 8.0
"""A silence of this length is long, as for the prompt that asks to fill it."""
ANNOUNCED_S = 15.0
"""A silence that begins so soon after the agent asked the customer to wait was announced."""
THRICE = 3


@dataclass(frozen=True, slots=True)
class Deviation:
    """A stretch of the call away from the usual."""

    start_s: float
    end_s: float
    size: float
    """How far from the usual: 1 is the edge of the usual range."""
    text: str
    """Such as "0:42–1:06 (up to +42 %)"."""
    times: int = 1
    """How often it counts: a long stretch is more than once."""


def fast(kept: StoredCall) -> Iterator[Deviation]:
    """Where the agent spoke faster than usual, by what was usual then and by what is known at the end of the call."""
    tone = kept.tone["agent"]
    usual = (
        kept.analysis.speakers["agent"].baseline.articulation_rate_sps if "agent" in kept.analysis.speakers else None
    )
    _, high = BY_NAME[RATE].band or (0.0, np.inf)
    least_sps = max(LEAST_SPS, (usual or 0.0) * (1 + high / 100))
    now = _is_of_now(tone, RATE_LOOKS_BACK_S, RATE_SPAN_S) & (tone.articulation_rate_sps >= least_sps)
    values = np.where(now, tone.rate_over_baseline_pct, np.nan)
    yield from _outside(tone, values, high, unit="%", looks_back_s=RATE_LOOKS_BACK_S)


def loud(kept: StoredCall) -> Iterator[Deviation]:
    """Where the agent spoke louder than usual."""
    tone = kept.tone["agent"]
    _, high = BY_NAME[LEVEL].band or (0.0, np.inf)
    yield from _outside(tone, tone.level_over_baseline_db, high, unit="dB", looks_back_s=LEVEL_LOOKS_BACK_S)


def interruptions(kept: StoredCall) -> Iterator[Deviation]:
    """Where the agent began while the customer was speaking."""
    for cut in kept.analysis.interruptions:
        if cut.by == "agent":
            yield Deviation(cut.start_s, cut.end_s, 1.0, clock(cut.start_s))


def unanswered(kept: StoredCall) -> Iterator[Deviation]:
    """Complaints that the agent's next words do not take up; the last in a turn stands for it."""
    answers = [one.start_s for one in noticed(kept, "agent") if one.item in ACKNOWLEDGED]
    complaints = [one for one in noticed(kept, "customer") if one.item in COMPLAINTS]
    for turn in kept.turns("customer"):
        own = [one for one in complaints if turn.start_s <= one.start_s <= turn.end_s]
        if own and not any(own[-1].start_s <= at_s <= turn.end_s + ANSWER_S for at_s in answers):
            words = said_at(kept, own[-1].start_s, "customer")
            start_s = words.start_s if words else own[-1].start_s
            yield Deviation(start_s, own[-1].end_s, 1.0, clock(start_s))


def silences(kept: StoredCall) -> Iterator[Deviation]:
    """Long silences that the agent ended, and that no request to wait announced."""
    waits = [one for one in kept.analysis.noticed if one.speaker == "agent" and one.item == "hold"]
    for silence in kept.analysis.dead_air if len(kept.info.speakers) > 1 else ():
        length_s = silence.end_s - silence.start_s
        next_turn = next((turn for turn in kept.analysis.turns if turn.start_s >= silence.end_s - STEP_S), None)
        ended_by_agent = next_turn is not None and next_turn.speaker == "agent"
        if length_s >= SILENT_S and ended_by_agent and not any(_announces(one, silence.start_s) for one in waits):
            times = f"{clock(silence.start_s)}–{clock(silence.end_s)}"
            yield Deviation(silence.start_s, silence.end_s, length_s / SILENT_S, times)


def _announces(wait: Noticed, at_s: float) -> bool:
    return at_s - ANNOUNCED_S <= wait.start_s <= at_s + APART_S


def _is_of_now(tone: Tone, looks_back_s: float, span_s: float) -> NDArray[np.bool_]:
    """Whether the speech that a measure looks back on was said within the last `span_s`."""
    back = round(looks_back_s / STEP_S) - 1
    recent = np.zeros(len(tone.start_s), np.bool_)
    recent[back:] = tone.start_s[back:] - tone.start_s[: max(len(tone.start_s) - back, 0)] <= span_s
    return recent


def _outside(tone: Tone, values: Numbers, high: float, *, unit: str, looks_back_s: float) -> Iterator[Deviation]:
    """Stretches of the agent's speech above a limit; a mean over the last seconds is of the middle of them."""
    above = np.flatnonzero(values > high)
    if not len(above):
        return
    for run in np.split(above, np.flatnonzero(np.diff(tone.start_s[above]) > APART_S) + 1):
        if len(run) * STEP_S >= LEAST_S:
            most = float(values[run].max())
            start_s, end_s = (_middle_s(tone, step, looks_back_s) for step in (run[0], run[-1]))
            text = f"{clock(start_s)}–{clock(end_s)} (up to {most:+.0f} {unit})"
            yield Deviation(start_s, end_s, most / high, text, 1 + int(len(run) * STEP_S / ONCE_S))


def _middle_s(tone: Tone, step: int, looks_back_s: float) -> float:
    """When the middle of the speech was said that a measure looks back on, but nothing from before a pause."""
    back = max(0, step - round(looks_back_s / STEP_S / 2))
    pauses = np.flatnonzero(np.diff(tone.start_s[back : step + 1]) > PAUSE_S)
    return float(tone.start_s[back + pauses[-1] + 1 if len(pauses) else back])

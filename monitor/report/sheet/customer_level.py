"""Whether the customer calmed down, in numbers: volume and rate against their own start, and words of complaint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.call.tone_arrays import STEP_S, Numbers, Tone, known
from monitor.report.sheet.quotes import noticed, said_at
from monitor.report.stored_call import StoredCall

START_S = 15.0
"""Speech from the start of the customer that they are compared with."""
WINDOW_S = 5.0
"""Speech over which volume and rate are averaged."""
BACK_WITHIN_DB = 3.0
"""So near to their start, the customer's volume is back."""
ACKNOWLEDGED = frozenset({"acknowledgement", "apology", "paraphrase"})
"""Items of the agent that answer a complaint."""
COMPLAINTS = frozenset({"complaint", "frustration"})
"""Items of the customer that are complaints."""


@dataclass(frozen=True, slots=True)
class CustomerLevel:
    """The customer's volume and rate against their own start; None where there was too little speech."""

    peak_db: float | None
    """Highest volume over the start, over 5 s of speech."""
    peak_at_s: float | None
    """In the middle of those."""
    back_s: float | None
    """From the peak until the volume was back within 3 dB of the start; None if it never was, or never left it."""
    end_db: float | None
    """Volume over the start, in the last 15 s of speech."""
    end_rate_pct: float | None
    """The same for the rate."""
    acknowledged_at_s: float | None
    """When the agent first acknowledged, apologised or said something back after a complaint."""
    acknowledged_by: str
    """The report item that did; empty if none did."""
    complaints_before_s: tuple[float, ...]
    """When the customer's sentences of complaint began before that; all of them if it never came."""
    complaints_after_s: tuple[float, ...]


def customer_level(kept: StoredCall) -> CustomerLevel | None:
    """Compare the customer with their own start; None for a call in which only the agent is heard."""
    if "customer" not in kept.tone or "customer" not in kept.info.speakers:
        return None
    tone = kept.tone["customer"]
    steps, window = round(START_S / STEP_S), round(WINDOW_S / STEP_S)
    complaints = _complaints_s(kept)
    answered = next(
        (
            one
            for one in noticed(kept, "agent")
            if one.item in ACKNOWLEDGED and complaints and one.start_s > complaints[0]
        ),
        None,
    )
    before = tuple(at_s for at_s in complaints if answered is None or at_s < answered.start_s)
    peak_db = peak_at_s = back_s = end_db = end_rate_pct = None
    if len(tone.start_s) >= 2 * steps:
        over = tone.level_dbfs - np.nanmean(tone.level_dbfs[:steps])
        peak_db, peak_at_s, back_s = _peak(tone, over, steps, window)
        end_db = _mean(over[-steps:])
        usual = _mean(tone.articulation_rate_sps[:steps])
        last = _mean(tone.articulation_rate_sps[-steps:])
        end_rate_pct = 100 * (last / usual - 1) if usual and last is not None else None
    return CustomerLevel(
        *(peak_db, peak_at_s, back_s, end_db, end_rate_pct),
        answered.start_s if answered else None,
        answered.item if answered else "",
        before,
        complaints[len(before) :],
    )


def _complaints_s(kept: StoredCall) -> tuple[float, ...]:
    """When the sentences began in which the customer complained."""
    found_s = [one.start_s for one in noticed(kept, "customer") if one.item in COMPLAINTS]
    said = ((at_s, said_at(kept, at_s, "customer")) for at_s in found_s)
    return tuple(sorted({words.start_s if words else at_s for at_s, words in said}))


def _peak(tone: Tone, over: Numbers, steps: int, window: int) -> tuple[float | None, float | None, float | None]:
    """The highest mean over a window of speech after the start, when it was, and how long until it was back."""
    measured = ~np.isnan(over)
    sums, counts = (np.cumsum(np.concatenate([[0.0], part])) for part in (np.where(measured, over, 0.0), measured))
    enough = np.maximum(counts[window:] - counts[:-window], 1)
    means = ((sums[window:] - sums[:-window]) / enough)[steps - window :]
    if not len(means):
        return None, None, None
    top = int(np.argmax(means))
    first = steps - window + top
    back = np.flatnonzero(means[top:] < BACK_WITHIN_DB)
    middle = first + window // 2
    at_s = float(tone.start_s[middle])
    left = float(means[top]) >= BACK_WITHIN_DB
    back_s = float(tone.start_s[middle + back[0]]) - at_s if left and len(back) else None
    return float(means[top]), at_s, back_s


def _mean(values: Numbers) -> float | None:
    measured = known(values)
    return float(measured.mean()) if len(measured) else None

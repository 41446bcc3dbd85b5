"""The customer's side in sentences: volume, rate and words of complaint, and nothing about feelings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.base.clock import clock
from monitor.report.sheet.customer_level import BACK_WITHIN_DB, START_S, WINDOW_S, CustomerLevel

LISTED = 6


def of_customer(level: CustomerLevel, *, words: bool) -> Iterator[str]:
    """Yield what is known of the customer's side.

    Args:
        level: their volume, rate and complaints.
        words: whether the call was transcribed.
    """
    yield from _volume(level)
    yield from _end(level)
    if words:
        yield from _complaints(level)


def _volume(level: CustomerLevel) -> Iterator[str]:
    if level.peak_db is None or level.peak_at_s is None:
        return
    if level.peak_db < BACK_WITHIN_DB:
        yield f"The customer was never {BACK_WITHIN_DB:.0f} dB louder than at the start for {WINDOW_S:.0f} s of speech."
        return
    loudest = f"The customer was loudest at {clock(level.peak_at_s)}, {level.peak_db:.0f} dB louder than at the start"
    if level.back_s is None:
        yield f"{loudest}, and stayed more than {BACK_WITHIN_DB:.0f} dB louder to the end."
    else:
        yield f"{loudest}; {level.back_s:.0f} s later the volume was within {BACK_WITHIN_DB:.0f} dB of the start again."


def _end(level: CustomerLevel) -> Iterator[str]:
    if level.end_db is None or level.end_rate_pct is None:
        return
    volume = _compared(level.end_db, "dB", ("quieter than", "louder than"), "as loud as")
    rate = _compared(level.end_rate_pct, "%", ("slower", "faster"), "at the same rate")
    length = f"{START_S:.0f} s"
    yield f"In the last {length} of speech the customer was {volume} in the first {length}, and spoke {rate}."


def _compared(value: float, unit: str, words: tuple[str, str], same: str) -> str:
    return f"{abs(value):.0f} {unit} {words[value > 0]}" if round(value) else same


def _complaints(level: CustomerLevel) -> Iterator[str]:
    before, after = level.complaints_before_s, level.complaints_after_s
    if not before:
        return
    if level.acknowledged_at_s is None:
        none = "no acknowledgement, apology or paraphrase was noticed after them"
        yield f"Words of complaint were noticed at {_when(before)}; {none}."
        return
    answered = f"the agent’s {level.acknowledged_by} came at {clock(level.acknowledged_at_s)}"
    more = f"More were noticed at {_when(after)}." if after else "None were noticed after that."
    yield f"Words of complaint were noticed at {_when(before)}; {answered}. {more}"


def _when(at_s: Sequence[float]) -> str:
    times = [clock(one) for one in at_s]
    if len(times) > LISTED:
        return ", ".join(times[:LISTED]) + " and later"
    return " and ".join(filter(None, (", ".join(times[:-1]), times[-1])))

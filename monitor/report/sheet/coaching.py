"""The coaching sheet of one call, from its log alone: every sentence has its moment in the call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.base.clock import clock
from monitor.report.sheet.customer_level import BACK_WITHIN_DB, CustomerLevel, customer_level
from monitor.report.sheet.practice import Practice, practice
from monitor.report.sheet.strengths import Strength, strengths
from monitor.report.stored_call import StoredCall

NOTHING = "Nothing to coach in this call."
NO_WORDS = "This call has no transcript: only its sound is considered."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What there is to talk about; empty for a call in which two people are on one track."""

    strengths: tuple[Strength, ...]
    practice: Practice | None
    customer: tuple[str, ...]
    """Sentences on the customer's volume and complaints."""
    remark: str
    """What the sheet does without; empty for nothing."""


def sheet(kept: StoredCall) -> Sheet:
    """Put together the sheet of a call."""
    if kept.info.mixed:
        return Sheet((), None, (), "Two people are on one track: what each of them said and how is not known.")
    level = customer_level(kept)
    return Sheet(
        strengths(kept),
        practice(kept),
        tuple(_of_customer(level, words=kept.info.model != "none")) if level else (),
        NO_WORDS if kept.info.model == "none" else "",
    )


def _of_customer(level: CustomerLevel, *, words: bool) -> Iterator[str]:
    if level.peak_db is not None and level.peak_at_s is not None:
        if level.peak_db < BACK_WITHIN_DB:
            yield f"The customer’s volume stayed within {BACK_WITHIN_DB:.0f} dB of the start."
        else:
            back = "it did not come back" if level.back_s is None else f"{level.back_s:.0f} s later it was back"
            peak = f"{level.peak_db:+.0f} dB over the start"
            yield f"The customer was loudest at {clock(level.peak_at_s)}, {peak}; {back}."
    if level.end_db is not None and level.end_rate_pct is not None:
        rate = f"{level.end_rate_pct:+.0f} %".replace("-", "−")
        yield f"At the end the volume was {_signed(level.end_db)} dB, the rate {rate} against the start."
    if not words:
        return
    total = level.complaints_before + level.complaints_after
    if level.acknowledged_at_s is not None and total:
        yield (
            f"Complaints: {level.complaints_before} before the agent took them up at "
            f"{clock(level.acknowledged_at_s)}, {level.complaints_after} after."
        )
    elif total:
        yield f"Complaints: {total}. No acknowledgement, apology or paraphrase was heard."


def _signed(value: float) -> str:
    text = f"{value:+.0f}".replace("-", "−")
    return "0" if text in {"+0", "−0"} else text

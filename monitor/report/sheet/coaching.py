"""The coaching sheet of one call, from its log alone: every sentence has its moment in the call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.base.clock import clock
from monitor.call.tone_arrays import STEP_S, known
from monitor.pipeline.one_track import ESTIMATED
from monitor.report.sheet.customer_level import CustomerLevel, customer_level
from monitor.report.sheet.customer_text import of_customer
from monitor.report.sheet.practice import Practice, practice, rarely
from monitor.report.sheet.strengths import Strength, strengths
from monitor.report.stored_call import StoredCall
from monitor.report.usual import UNKNOWN, Usual

NOTHING = "Nothing to coach in this call."
LISTENED_TO = 4
"""Most moments that are worth hearing."""
MIXED = "Two people are on one track: what each of them said and how is not known."


@dataclass(frozen=True, slots=True)
class Sheet:
    """What there is to talk about; empty for a call in which two people are on one track."""

    strengths: tuple[Strength, ...]
    practice: Practice | None
    listen: str
    """Without anything to practise: what is worth hearing all the same, in a sentence; empty for nothing."""
    customer: tuple[str, ...]
    """Sentences on the customer's volume and complaints."""
    customer_level: CustomerLevel | None
    """The same in numbers; None where only the agent is heard."""
    remarks: tuple[str, ...]
    """What the sheet does without, in sentences."""


def sheet(kept: StoredCall, usual: Usual = UNKNOWN) -> Sheet:
    """Put together the sheet of a call.

    Args:
        kept: the call.
        usual: what is usual for its agent, from earlier calls.
    """
    if kept.info.mixed:
        return Sheet((), None, "", (), None, (MIXED,))
    level, practised = customer_level(kept), practice(kept, usual)
    return Sheet(
        strengths(kept),
        practised,
        "" if practised else _listen(kept, usual),
        tuple(of_customer(level, words=kept.info.model != "none")) if level else (),
        level,
        tuple(_remarks(kept)),
    )


def _listen(kept: StoredCall, usual: Usual) -> str:
    """What came up too seldom to be practised, and prompts."""
    prompts = [f"“{prompt.title}” was due at {clock(prompt.since_s)}" for prompt in kept.analysis.prompts]
    worth = [*rarely(kept, usual), *prompts]
    return (
        f"Nothing came up often enough to practise it. Worth hearing: {'; '.join(worth[:LISTENED_TO])}."
        if worth
        else ""
    )


def _remarks(kept: StoredCall) -> Iterator[str]:
    if not kept.info.closed:
        yield f"The call broke off or is still in progress: this sheet covers it up to {clock(kept.duration_s)}."
    if kept.info.separated:
        yield ESTIMATED
    if "customer" not in kept.info.speakers:
        yield "The recording has one channel, taken as the agent’s."
    if kept.info.model == "none":
        yield "This call has no transcript: only its sound is considered."
    tone = kept.tone["agent"]
    if not len(known(tone.level_over_baseline_db)):
        spoke_s = len(tone.start_s) * STEP_S
        yield f"The agent spoke for {spoke_s:.0f} s, too little to judge volume and rate by what is usual."

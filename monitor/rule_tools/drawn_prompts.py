"""What followed the prompts of an experiment in one call, whether they were shown or kept silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audio.block import Speaker
from monitor.call import tone_arrays
from monitor.call.by_kind import ByKind, by_kind
from monitor.call.info import read_info
from monitor.call.prompts import prompt_records
from monitor.call.tone_arrays import STEP_S, Tone, ToneRow
from rules.model import Noticed, Prompt

if TYPE_CHECKING:
    from monitor.base.resampling import Numbers

SPEECH_S = 10.0
"""Speech, without its pauses, before and after a prompt over which tone is averaged."""
COMPLAINT_S = 60.0
"""How long after a prompt a complaint counts as following it."""
COMPLAINT = "complaint"
"""The report item that notices complaints."""
DONE: dict[str | None, float] = {"followed": 1.0, "partly": 0.0, "no_change": 0.0}


@dataclass(frozen=True, slots=True)
class DrawnPrompt:
    """One prompt that was drawn for, and what followed it; NaN where that could not be measured."""

    rule: str
    silent: bool
    chance: float
    """The probability with which it was kept silent."""
    done: float
    """1 if the agent did what it asks for, 0 if not."""
    agent_rate_sps: float
    """Change of the agent's rate, from their last 10 s of speech before the prompt to the next 10 s after it."""
    agent_level_db: float
    """The same of the agent's level."""
    customer_level_db: float
    """The same of the customer's level."""
    complained: float
    """1 if the customer complained in the minute after it, 0 if not; NaN in a call without words."""
    before: tuple[float, float, float]
    """The agent's rate and level and the customer's level before it, as differences from their usual."""


def drawn_prompts(folder: Path) -> Iterator[DrawnPrompt]:
    """Read what followed each prompt that was drawn for in a call.

    Args:
        folder: of the call.

    Raises:
        CallFolderError: it holds none, or it can't be read.
    """
    info = read_info(folder)
    events = by_kind(tone_arrays.read(folder))
    tone: dict[Speaker, Tone] = {
        speaker: tone_arrays.tone(events.of(ToneRow), speaker) for speaker in ("agent", "customer")
    }
    for record in prompt_records(events, info.kind):
        if draw := record.prompt.draw:
            rate, level = (_around(tone["agent"], name, record.prompt) for name in (_RATE, _LEVEL))
            customer = _around(tone["customer"], _LEVEL, record.prompt)
            yield DrawnPrompt(
                rule=record.prompt.rule,
                silent=draw.silent,
                chance=draw.chance,
                done=DONE.get(record.prompt.after, np.nan),
                agent_rate_sps=rate[1] - rate[0],
                agent_level_db=level[1] - level[0],
                customer_level_db=customer[1] - customer[0],
                complained=_complained(events, record.prompt) if info.model != "none" else np.nan,
                before=(rate[0], level[0], customer[0]),
            )


_RATE, _LEVEL = "articulation_rate_sps", "level_over_baseline_db"


def _around(tone: Tone, measure: str, prompt: Prompt) -> tuple[float, float]:
    """The means over a speaker's last speech before a prompt, and over their next after it."""
    values: Numbers = getattr(tone, measure)
    at, steps = int(np.searchsorted(tone.start_s, prompt.since_s)), round(SPEECH_S / STEP_S)
    before, after = values[max(0, at - steps) : at], values[at : at + steps]
    return _mean(before), _mean(after)


def _mean(values: Numbers) -> float:
    known = tone_arrays.known(values)
    return float(known.mean()) if len(known) else np.nan


def _complained(events: ByKind, prompt: Prompt) -> float:
    return float(
        any(
            noticed.item == COMPLAINT and 0 <= noticed.start_s - prompt.since_s <= COMPLAINT_S
            for noticed in events.of(Noticed)
        )
    )

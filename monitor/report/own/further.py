"""Further measures of one call, which an agreed action may name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files

import numpy as np

from monitor.call.tone_arrays import STEP_S, Numbers, known
from monitor.pipeline.metrics import BY_NAME
from monitor.report.bands import LEVEL, RATE
from monitor.report.sheet.customer_level import ACKNOWLEDGED, COMPLAINTS
from monitor.report.stored_call import StoredCall
from rules.language.phrase_files import ENGLISH_CODE

ANSWER_S = 20.0
"""So long after a complaint, what the agent says is an answer to it."""
LEAST_S = 1.5
"""Speech above the usual range that counts as once."""
APART_S = 3.0
"""What is nearer together counts as once."""
ENOUGH_S = 3.0
"""Speech of the agent after complaints that a mean of it needs."""
WORDS = "words_judged"
"""Among the measures of a call whose words could be judged."""


def further(kept: StoredCall) -> dict[str, float | None]:
    """The measures of a call by their names; None where there was too little to measure.

    Args:
        kept: the agent's part of the call.
    """
    if kept.info.mixed or "agent" not in kept.tone:
        return {}
    return dict(_agents(kept)) | dict(_of_words(kept) if _words_are_judged(kept) else ())


def _agents(kept: StoredCall) -> Iterator[tuple[str, float | None]]:
    tone = kept.tone["agent"]
    yield "rate_over_usual_pct", _mean(tone.rate_over_baseline_pct)
    yield "level_over_usual_db", _mean(tone.level_over_baseline_db)
    for name, metric in (("fast_per_10_min", RATE), ("loud_per_10_min", LEVEL)):
        measured: Numbers = getattr(tone, metric)
        known_at_all = len(known(measured)) > 0 and kept.duration_s > 0
        times = _times(tone.start_s, measured, (BY_NAME[metric].band or (0.0, np.inf))[1])
        yield name, round(600 * times / kept.duration_s, 3) if known_at_all else None


def _times(start_s: Numbers, measured: Numbers, limit: float) -> int:
    """How often a measure was above its limit: what is near together is once, as on the coaching sheet."""
    above = np.flatnonzero(measured > limit)
    if not len(above):
        return 0
    runs = np.split(above, np.flatnonzero(np.diff(start_s[above]) > APART_S) + 1)
    return sum(len(run) * STEP_S >= LEAST_S for run in runs)


def _of_words(kept: StoredCall) -> Iterator[tuple[str, float | None]]:
    complaints = [one.start_s for one in kept.analysis.noticed if one.speaker == "customer" and one.item in COMPLAINTS]
    tone = kept.tone["agent"]
    after = np.zeros(len(tone.start_s), dtype=bool)
    for at_s in complaints:
        after |= (tone.start_s > at_s) & (tone.start_s <= at_s + ANSWER_S)
    yield "rate_after_complaints_pct", _mean(tone.rate_over_baseline_pct[after], ENOUGH_S)
    yield "level_after_complaints_db", _mean(tone.level_over_baseline_db[after], ENOUGH_S)
    answers = [one.start_s for one in kept.analysis.noticed if one.speaker == "agent" and one.item in ACKNOWLEDGED]
    answered = list(_answered(kept, complaints, answers))
    yield WORDS, 1.0
    yield "complaints_answered_pct", 100 * sum(answered) / len(answered) if answered else None


def _answered(kept: StoredCall, complaints: Sequence[float], answers: Sequence[float]) -> Iterator[bool]:
    """Of each turn with a complaint, whether the agent took it up in time."""
    for turn in kept.turns("customer"):
        own = [at_s for at_s in complaints if turn.start_s <= at_s <= turn.end_s]
        if own:
            yield any(own[-1] <= at_s <= turn.end_s + ANSWER_S for at_s in answers)


def _words_are_judged(kept: StoredCall) -> bool:
    """Whether there is a transcript, most of it in a language that has phrases."""
    spoken_s: Counter[str] = Counter()
    for spoken in kept.analysis.utterances:
        spoken_s[spoken.language or ENGLISH_CODE] += round(1000 * (spoken.end_s - spoken.start_s))
    most = max(spoken_s, key=lambda code: spoken_s[code], default=ENGLISH_CODE)
    return kept.info.model != "none" and (files("rules") / "words" / most).is_dir()


def _mean(values: Numbers, least_s: float = 0.0) -> float | None:
    measured = known(values)
    return round(float(measured.mean()), 3) if len(measured) * STEP_S >= max(least_s, STEP_S) else None

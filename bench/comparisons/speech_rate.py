"""Rate: whether faster speech is measured as much faster, and told, while speech that stays as it is is not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np
from scipy.stats import chi2

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.local_rate import LocalRate
from audio.measure.speech import speech_frames
from bench.figures.table import Row
from bench.instruments.rate_prompts import prompted_s
from bench.material import voices
from bench.material.at_hand import voices_for
from bench.material.filters import filtered
from bench.material.voices import Recorded
from bench.rate_model.examples import by_overlap_add
from tests import sounds

READERS, NON_NATIVE = 20, 8
RATIO_S, CALM_S, USUAL_S, FASTER_S = 60.0, 200.0, 60.0, 60.0
CLOSE = {1.3: (1.27, 1.33), 1.5: (1.45, 1.55)}
WAYS: dict[str, Callable[[Samples, float], Samples]] = {
    "FFmpeg": lambda sound, tempo: filtered(sound, f"atempo={tempo}"),
    "Praat": by_overlap_add,
}
LOSSES = (0.01, 0.03, 0.05)
SOON = {1.3: (16, 30), 1.5: (6, 12)}
"""Targets of the median and of the ninth tenth of delays, by sound alone at 1.3 times, with words at 1.5."""


@dataclass(frozen=True, slots=True)
class Group:
    """People of whom a figure is told."""

    name: str
    people: tuple[Recorded, ...]


def available() -> bool:
    """Whether there are voices to measure with."""
    return bool(_groups())


def rows() -> Iterator[Row]:
    """Figures of the rate; none without the folder of voices."""
    if not (voices_for("the rate of faster speech") and available()):
        return
    for tempo in CLOSE:
        for way in WAYS:
            yield from _ratio_rows(tempo, way)
    yield from _loss_rows()
    yield from _false_rows()
    for tempo in SOON:
        yield from _told_rows(tempo)


@cache
def _groups() -> tuple[Group, ...]:
    """Nobody whose voice the network or a limit was tuned on."""
    readers = voices.corpus("librispeech_test_clean")[:READERS]
    non_native = voices.corpus("speechocean762", split="test")[:NON_NATIVE]
    found = (
        Group("women", tuple(one for one in readers if one.sex == "f")),
        Group("men", tuple(one for one in readers if one.sex == "m")),
        Group("non-native", tuple(non_native)),
    )
    return tuple(group for group in found if group.people)


@cache
def _said(person: Recorded, seconds: float, from_s: float = 0.0) -> Samples:
    whole = voices.joined(person.sentences(from_s + seconds), from_s + seconds)
    start = round(from_s * SAMPLE_RATE_HZ)
    return sounds.at_level(whole[start : start + round(seconds * SAMPLE_RATE_HZ)], voices.LEVEL_DBFS)


@cache
def _own_rate(person: Recorded) -> float:
    return mean_rate_sps(_said(person, RATIO_S))


def mean_rate_sps(sound: Samples) -> float:
    """Mean rate of a whole sound in a quiet room."""
    local = LocalRate()
    frames = speech_frames(voices.at_desk((sound,)))
    return float(np.mean([rate_sps for frame in frames for rate_sps in local.feed(frame)]))


def _ratio_rows(tempo: float, way: str) -> Iterator[Row]:
    least, most = CLOSE[tempo]
    ratios = {
        group.name: np.array(
            [mean_rate_sps(WAYS[way](_said(one, RATIO_S), tempo)) / _own_rate(one) for one in group.people]
        )
        for group in _groups()
    }
    every = np.concatenate(list(ratios.values()))
    within = 100 * float(np.mean((every >= least) & (every <= most)))
    yield Row(f"rate at ×{tempo} by {way} over the rate before, mean", float(every.mean()), "")
    yield Row(f"rate at ×{tempo} by {way}: voices with {least} to {most}", within, f"% of {len(every)}", "≥ 90")
    for name, some in ratios.items():
        yield Row(f"rate at ×{tempo} by {way}, {name}, mean", float(some.mean()), "")


def _loss_rows() -> Iterator[Row]:
    people = [one for group in _groups() for one in islice(group.people, 4)]
    random = np.random.default_rng(1)
    for share in LOSSES:
        lost = [mean_rate_sps(sounds.lost_packets(_said(one, RATIO_S), share, random)) for one in people]
        changes = np.abs(np.array(lost) / [_own_rate(one) for one in people] - 1)
        name = f"{100 * share:.0f} % of packets lost: change of the rate"
        yield Row(f"{name}, mean", 100 * float(changes.mean()), f"% of {len(people)} voices", "≤ 5")
        yield Row(f"{name}, largest", 100 * float(changes.max()), "%")


def _false_rows() -> Iterator[Row]:
    """Prompts where nothing changes, and the upper limit of their 95 % interval (Poisson)."""
    counts, minutes = [], []
    for group in _groups():
        calm = [_said(one, CALM_S) for one in group.people]
        counts.append(sum(len(prompted_s(voices.at_desk((sound,)))) for sound in calm))
        minutes.append(sum(map(len, calm)) / SAMPLE_RATE_HZ / 60)
        yield Row(f"slow down, {group.name}, unchanged: prompts", counts[-1], f"in {minutes[-1]:.0f} min")
    count, whole_min = sum(counts), sum(minutes)
    bound = float(chi2.ppf(0.975, 2 * count + 2) / 2)
    yield Row("slow down, unchanged: prompts per 10 min", 10 * count / whole_min, f"in {whole_min:.0f} min", "≤ 0.5")
    yield Row("slow down, unchanged: upper limit of 95 %", 10 * bound / whole_min, "", "≤ 1")


def _told_rows(tempo: float) -> Iterator[Row]:
    """After a minute unchanged, whether and how soon it is told."""
    found: list[float] = []
    for group in _groups():
        delays = [delay for one in group.people if (delay := _delay_s(one, tempo)) is not None]
        told = 100 * float(np.mean(np.isfinite(delays)))
        yield Row(f"slow down after ×{tempo}, {group.name}: told within 60 s", told, f"% of {len(delays)}")
        found += delays
    told, (half, most) = 100 * float(np.mean(np.isfinite(found))), SOON[tempo]
    median, ninth = np.quantile(np.minimum(found, 2 * FASTER_S), [0.5, 0.9])
    yield Row(f"slow down after ×{tempo}: told within 60 s", told, f"% of {len(found)}", "≥ 85")
    yield Row(f"slow down after ×{tempo}: delay, p50", float(median), "s", f"≤ {half}")
    yield Row(f"slow down after ×{tempo}: delay, p90 (120 is never)", float(ninth), "s", f"≤ {most}")


def _delay_s(person: Recorded, tempo: float) -> float | None:
    """Seconds to the prompt, infinite if it never comes; None if one came before, which counts as false."""
    usual, faster = _said(person, USUAL_S), _said(person, FASTER_S * tempo, USUAL_S)
    told = prompted_s(voices.at_desk((usual, filtered(faster, f"atempo={tempo}"))))
    if any(at_s < USUAL_S for at_s in told):
        return None
    return next((at_s - USUAL_S for at_s in told), float("inf"))

"""Pitch and level against Praat's, through parselmouth: how alike they are, and what they cost."""

import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
import parselmouth
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure import level, pitch
from bench.figures.table import Row
from bench.material.spoken import collections

RUNS = 3
BUILT_IN_S = 180.0
HOP_S = 0.01

Hertz = NDArray[np.float64]


def rows() -> Iterator[Row]:
    """Agreement and time on the built-in call and on real ones."""
    for name, spoken in collections(BUILT_IN_S):
        sounds = [one.sound for one in spoken]
        yield from _pitch_rows(f"Pitch: {name}", sounds)
        yield from _level_rows(f"Level: {name}", sounds)


def _pitch_rows(series: str, sounds: list[Samples]) -> Iterator[Row]:
    total_s = sum(map(len, sounds)) / SAMPLE_RATE_HZ
    pairs = [(pitch.track(sound, SAMPLE_RATE_HZ).hz, praat_pitch(sound)) for sound in sounds]
    ours, praat = (np.concatenate([pair[side][: min(map(len, pair))] for pair in pairs]) for side in (0, 1))
    both = ~np.isnan(ours) & ~np.isnan(praat)
    apart_st = np.abs(12 * np.log2(ours[both] / praat[both]))
    costs = _turn_about(
        {
            "Praat": lambda: [praat_pitch(sound) for sound in sounds],
            "here": lambda: [pitch.track(sound, SAMPLE_RATE_HZ) for sound in sounds],
        }
    )
    for at, took_s in costs.items():
        yield Row("time per second of sound", 1000 * took_s / total_s, "ms", series=series, at=at)
    within = 100 * float(np.mean(np.abs(ours[both] / praat[both] - 1) <= 0.2))
    yield Row("alike within 20 %, where both hear a voice", within, "%", series=series, at="here")
    voicing = 100 * float(np.mean(np.isnan(ours) == np.isnan(praat)))
    yield Row("alike on voice or none", voicing, "%", series=series, at="here")
    yield Row("median difference", float(np.median(apart_st)), "st", series=series, at="here")


def _level_rows(series: str, sounds: list[Samples]) -> Iterator[Row]:
    total_s = sum(map(len, sounds)) / SAMPLE_RATE_HZ
    costs = _turn_about(
        {
            "Praat": lambda: [_praat_level(sound) for sound in sounds],
            "here": lambda: [level.track(sound, SAMPLE_RATE_HZ) for sound in sounds],
        }
    )
    for at, took_s in costs.items():
        yield Row("time per second of sound", 1000 * took_s / total_s, "ms", series=series, at=at)
    apart_db = median(map(_level_difference_db, sounds))
    yield Row("median difference, loudest half", apart_db, "dB", series=series, at="here")


def praat_pitch(sound: Samples) -> Hertz:
    """Praat's pitch every 10 ms from the start, NaN where it hears no voice, by autocorrelation."""
    track = parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ).to_pitch_ac(
        time_step=HOP_S, pitch_floor=65, pitch_ceiling=500
    )
    hz = track.selected_array["frequency"]
    out = np.full(-(-len(sound) // 160), np.nan)
    places = np.round(np.asarray(track.xs()) / HOP_S).astype(int)
    fits = places < len(out)
    out[places[fits]] = np.where(hz > 0, hz, np.nan)[fits]
    return out


def _praat_level(sound: Samples) -> parselmouth.Intensity:
    return parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ).to_intensity(100, 0.032)


def _level_difference_db(sound: Samples) -> float:
    """Both relative to their own median, as Praat's zero is 20 µPa and ours full scale."""
    ours, praat = level.track(sound, SAMPLE_RATE_HZ), _praat_level(sound)
    theirs = np.interp(ours.start_s + 0.016, praat.xs(), praat.values[0])
    loud = ours.dbfs >= np.median(ours.dbfs)
    difference = ours.dbfs[loud] - theirs[loud]
    return float(np.median(np.abs(difference - np.median(difference))))


def _turn_about(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of each work, done turn about, so that a machine that is busy for a while is so for all."""
    took_s: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            began_s = time.perf_counter()
            work()
            took_s[name].append(time.perf_counter() - began_s)
    return {name: median(times) for name, times in took_s.items()}

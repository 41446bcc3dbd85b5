"""How far apart the voices on one track are: what tells a recording of two people from one of a single speaker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.frames import FRAME
from audio.measure.pitch import HOP, PIECE, PIECE_VALUES, PitchPiece, PitchTracker
from audio.values import SpeechFrame

GAP_VALUES = 12
"""Unvoiced values, 192 ms in all, after which a new stretch begins: speakers take turns in such pauses."""
SHORTEST_VALUES, LONGEST_VALUES = 15, 90
"""A stretch is 0.24 to 1.44 s long: enough for a pitch, short enough to hold one speaker."""
WINDOW = 512
BANDS = 32
LOWEST_BAND_HZ, HIGHEST_BAND_HZ = 200.0, 3600.0
"""Of a telephone, so that a wide-band recording is measured as a narrow one is."""
CEPSTRA = slice(2, 12)
"""Without the two that follow loudness and effort rather than the speaker."""
FLOOR = 1e-7
SHRINKAGE = 0.3
"""Of the covariance of the cepstra towards its diagonal: there are few stretches."""
STEADIEST_ST = 0.3
"""No voice keeps its pitch better from stretch to stretch."""
FEWEST = 6
"""Stretches below which nothing is compared."""


@dataclass(frozen=True, slots=True, eq=False)
class VoicedStretch:
    """A stretch of one breath, mostly of one speaker."""

    voiced_s: float
    pitch_st: float
    """Median, in semitones over 1 Hz."""
    timbre: NDArray[np.float64]
    """Mean cepstra of its voiced sound, shape (10,)."""


@dataclass(frozen=True, slots=True)
class VoiceContrast:
    """The stretches of a track in two groups by pitch, and how much the groups differ."""

    voiced_s: float
    """Of all stretches."""
    apart_st: float
    """Between the mean pitches of the groups."""
    separation: float
    """`apart_st` over the spread within the groups."""
    smaller_share: float
    """Of the smaller group in `voiced_s`."""
    changes: float
    """Share of neighbouring stretches of different groups."""
    timbre: float
    """How surely the timbre of a stretch, compared with all others, tells its group: 0.5 is chance, 1 is always."""


class VoiceStretches:
    """Frames of one track in, stretches out, as soon as a pause ends them."""

    def __init__(self) -> None:
        self._pitch = PitchTracker()
        self._sound: Samples = np.zeros(WINDOW // 2, np.float32)
        self._sound_start = -(WINDOW // 2)
        self._speech: dict[int, bool] = {}
        self._hz: list[float] = []
        self._cepstra: list[NDArray[np.float64]] = []
        self._since = self._last = 0
        """Numbers of the values at which the stretch began and was last voiced."""

    def look_ahead(self, frames: Iterable[SpeechFrame]) -> None:
        """Measure the pitch of frames that will be fed one by one: it costs less for many at a time."""
        self._pitch.look_ahead(frames)

    def feed(self, frame: SpeechFrame) -> Iterator[VoicedStretch]:
        """Take the next frame."""
        self._sound = np.concatenate([self._sound, frame.samples])
        self._speech[frame.start] = frame.speech
        for piece in self._pitch.feed(frame):
            yield from self._take(piece)

    def flush(self) -> Iterator[VoicedStretch]:
        """The sound has ended."""
        self._sound = np.pad(self._sound, (0, PIECE + WINDOW))
        for piece in self._pitch.flush():
            yield from self._take(piece)
        yield from self._end()

    def _take(self, piece: PitchPiece) -> Iterator[VoicedStretch]:
        spoken = [self._speech.pop(start, False) for start in range(piece.start, piece.start + PIECE, FRAME)]
        voiced = ~np.isnan(piece.hz) & np.repeat(spoken, PIECE_VALUES // len(spoken))
        found = np.flatnonzero(voiced)
        if len(found):
            cepstra = _cepstra(self._windows(piece.start + found * HOP))
            for at, values in zip(found.tolist(), cepstra, strict=True):
                number = piece.start // HOP + at
                if self._hz and (number - self._last > GAP_VALUES or number - self._since > LONGEST_VALUES):
                    yield from self._end()
                if not self._hz:
                    self._since = number
                self._last = number
                self._hz.append(float(piece.hz[at]))
                self._cepstra.append(values)
        drop = piece.start + PIECE - WINDOW // 2 - self._sound_start
        self._sound, self._sound_start = self._sound[drop:], self._sound_start + drop

    def _windows(self, centres: NDArray[np.int64]) -> NDArray[np.float32]:
        """The sound around each of some samples, shape (centres, 512)."""
        first = centres - WINDOW // 2 - self._sound_start
        return np.asarray(self._sound[first[:, None] + np.arange(WINDOW)], np.float32)

    def _end(self) -> Iterator[VoicedStretch]:
        if len(self._hz) >= SHORTEST_VALUES:
            median_hz = float(np.median(self._hz))
            voiced_s = len(self._hz) * HOP / SAMPLE_RATE_HZ
            yield VoicedStretch(voiced_s, 12 * float(np.log2(median_hz)), np.mean(self._cepstra, axis=0))
        self._hz, self._cepstra = [], []


def contrast(stretches: Sequence[VoicedStretch]) -> VoiceContrast | None:
    """Compare the voices of a track; None if there are too few stretches.

    The stretches are split in two by pitch, where that leaves the least spread within both groups. Two people differ in
    pitch, mostly in timbre, too, and take turns; one who is upset differs in pitch.

    Args:
        stretches: of the whole track, in order.
    """
    if len(stretches) < FEWEST:
        return None
    pitch_st = np.array([one.pitch_st for one in stretches])
    weight_s = np.array([one.voiced_s for one in stretches])
    limit_st, apart_st, within_st = _split(pitch_st, weight_s)
    higher = pitch_st > limit_st
    share = float(weight_s[higher].sum() / weight_s.sum())
    return VoiceContrast(
        voiced_s=float(weight_s.sum()),
        apart_st=apart_st,
        separation=apart_st / max(within_st, STEADIEST_ST),
        smaller_share=min(share, 1 - share),
        changes=float(np.mean(higher[1:] != higher[:-1])),
        timbre=_told_apart(np.array([one.timbre for one in stretches]), higher),
    )


def _split(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float, float]:
    """Where to split values for the least spread; how far the means are apart then, and the spread that is left."""
    order = np.argsort(values, kind="stable")
    sorted_values, sorted_weights = values[order], weights[order]
    weight = sorted_weights.cumsum()
    total = (sorted_weights * sorted_values).cumsum()
    below, above = weight[:-1], weight[-1] - weight[:-1]
    mean_below, mean_above = total[:-1] / below, (total[-1] - total[:-1]) / above
    squares = float((sorted_weights * sorted_values**2).sum())
    left = squares - below * mean_below**2 - above * mean_above**2
    best = int(np.argmin(left))
    within = float(np.sqrt(max(left[best], 0.0) / weight[-1]))
    limit = float(sorted_values[best] + sorted_values[best + 1]) / 2
    return limit, float(mean_above[best] - mean_below[best]), within


def _told_apart(timbres: NDArray[np.float64], higher: NDArray[np.bool_]) -> float:
    """Area under the ROC curve of telling each stretch's group by a linear discriminant of all the others."""
    scores = np.array([_score(timbres, higher, at) for at in range(len(higher))])
    if not np.isfinite(scores).all() or higher.all() or not higher.any():
        return 0.5
    return float((scores[higher][:, None] > scores[~higher][None, :]).mean())


def _score(timbres: NDArray[np.float64], higher: NDArray[np.bool_], at: int) -> float:
    others = np.arange(len(higher)) != at
    high, low = timbres[others & higher], timbres[others & ~higher]
    if min(len(high), len(low)) < 2:  # noqa: PLR2004 - a covariance needs two
        return float("nan")
    spread = np.cov(high.T) * (len(high) - 1) + np.cov(low.T) * (len(low) - 1)
    spread /= len(high) + len(low) - 2
    spread = (1 - SHRINKAGE) * spread + (SHRINKAGE + FLOOR) * np.diag(np.diag(spread))
    direction = np.linalg.solve(spread + FLOOR * np.eye(len(spread)), high.mean(axis=0) - low.mean(axis=0))
    middle = (high.mean(axis=0) + low.mean(axis=0)) / 2
    return float(direction @ (timbres[at] - middle))


def _cepstra(windows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cepstra of windows, shape (windows, 512) in and (windows, 10) out: a cosine transform of 32 mel bands in log."""
    power = np.abs(np.fft.rfft(windows * np.hanning(WINDOW), axis=1)) ** 2
    return np.asarray(np.log(power @ _MEL.T + FLOOR) @ _COSINES.T, np.float64)


def _mel_bands() -> NDArray[np.float64]:
    """Triangles over the bins of the spectrum, evenly spaced in mel, shape (32, 257)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (LOWEST_BAND_HZ, HIGHEST_BAND_HZ))
    edges_hz = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    bins_hz = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE_HZ)
    left, centre, right = (edges_hz[first : first + BANDS, None] for first in range(3))
    rising, falling = (bins_hz - left) / (centre - left), (right - bins_hz) / (right - centre)
    bands = np.clip(np.minimum(rising, falling), 0, None)
    return np.asarray(bands / np.maximum(bands.sum(axis=1, keepdims=True), FLOOR), np.float64)


_MEL = _mel_bands()
_COSINES = np.cos(np.pi / BANDS * (np.arange(BANDS)[None, :] + 0.5) * np.arange(BANDS)[CEPSTRA, None])

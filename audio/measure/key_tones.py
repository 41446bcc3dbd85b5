"""Detects that phone keys are pressed (DTMF), and never which."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker, seconds
from audio.files.finite_sound import finite

LOW_HZ, HIGH_HZ = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
"""A key is one tone of each group (ITU-T Q.23)."""
TOLERANCE = 0.025
"""Frequency tolerance: Q.24 accepts 1.5 % and rejects 3.5 %."""
LEAST_SHARE = 0.8
"""Share of the energy in the two tones: 0.94 with somebody speaking 12 dB below them."""
LEAST_TONE_DBFS = -52.0
"""Least share of each tone."""
HIGH_OVER_LOW_DB, LOW_OVER_HIGH_DB = 6.0, 10.0
"""Twist; Q.24 requires at least 4 and 8."""
MOST_GLIDE_HZ = 4.0
"""From one window to the next: a voice glides by 7 Hz and more, a key under a voice by 2."""
MOST_HARMONIC_DB = -10.0
"""Twice the higher tone, under that tone: a voice has overtones, a key has none."""
AT_LEAST = 3
"""Windows in a row with the same two tones: a tone of 40 ms fills four."""
STEADY = 2
"""Windows among them that glide no more than a key: the first may contain its start."""
ENDS_AFTER = 4
"""Windows without tones: 32 ms. Keys are further apart, or count as one stretch."""
LONGEST_S = 1.0
"""A key held longer is reported in pieces."""

_HOP = 128
_WINDOW = 3 * _HOP
"""24 ms: long enough to distinguish 697 from 770 Hz, and short enough to lie within a tone of 40 ms."""
_PIECE = 2048
"""Samples processed at once; a tone's end is known at most 0.16 s after it."""
_KEPT = _WINDOW - _HOP

_TAPER = np.hanning(_WINDOW + 2)[1:-1]
_TIMES_S = np.arange(_WINDOW) / SAMPLE_RATE_HZ
_TONES_HZ = np.array([*LOW_HZ, *HIGH_HZ])
_ALL_HZ = np.concatenate([_TONES_HZ, 2 * np.array(HIGH_HZ)])
_WAVES = _TAPER[:, None] * np.exp(-2j * np.pi * _TIMES_S[:, None] * _ALL_HZ) * np.sqrt(2) / _TAPER.sum()
_BANK = np.concatenate([_WAVES.real, _WAVES.imag], axis=1).astype(np.float32)
_ENERGY = (_TAPER**2 / np.sum(_TAPER**2)).astype(np.float32)
_ADVANCE = np.exp(-2j * np.pi * _TONES_HZ * _HOP / SAMPLE_RATE_HZ)
"""Undoes what a tone of exactly this frequency turns from one window to the next."""
_HZ_A_TURN = SAMPLE_RATE_HZ / (2 * np.pi * _HOP)
_QUIETEST = 10 ** (LEAST_TONE_DBFS / 10)
_WORST_LOSS = 0.4
"""What is left of a tone 2.5 % off, seen at the right frequency."""


@dataclass(frozen=True, slots=True)
class KeyTone:
    """A stretch in which phone keys were heard."""

    speaker: Speaker
    start_s: float
    end_s: float


class KeyTones:
    """Finds DTMF in one speaker's sound: clean, through a telephone, or with somebody speaking over it.

    A bank of the eight frequencies (Goertzel's, as one matrix) sees windows of 24 ms, 8 ms apart. The phase of a tone
    turns from one window to the next by its frequency error. A key is two tones within the tolerance, neither much
    louder than the other, that have nearly all the energy and stay for three windows; ITU-T Q.24 lists what else a
    detector should check. Gaps between two blocks count as silence.
    """

    def __init__(self, speaker: Speaker) -> None:
        self._speaker: Speaker = speaker
        self._sound = np.zeros(_KEPT + _PIECE, np.float32)
        """The last samples of the piece before, and the piece."""
        self._windows = np.lib.stride_tricks.sliding_window_view(self._sound, _WINDOW)[::_HOP]
        self._filled = 0
        self._start = 0
        """Sample index at which the piece begins."""
        self._turned: NDArray[np.complex64] = np.zeros((2, len(_TONES_HZ)), np.complex64)
        """What the bank said of the last two windows."""
        self._key, self._same, self._steady = -1, 0, 0
        """The last window's two tones as one number; for how many windows they stayed; in how many without gliding."""
        self._first = self._last = -1
        """Sample index at which the keys begin and end that are being pressed; −1 if none are."""

    def feed(self, block: AudioBlock) -> Iterator[KeyTone]:
        """Take a block; return keys that were released or held for a second, at most 0.16 s later."""
        yield from self._silence(block.start - self._start - self._filled)
        yield from self._take(finite(block.samples))

    def flush(self) -> Iterator[KeyTone]:
        """Return the keys at the end of the sound."""
        yield from self._silence(_PIECE - self._filled)
        yield from self._told()

    def _silence(self, count: int) -> Iterator[KeyTone]:
        while count > 0:
            piece = min(count, _PIECE)
            yield from self._take(np.zeros(piece, np.float32))
            count -= piece

    def _take(self, samples: Samples) -> Iterator[KeyTone]:
        taken = 0
        while taken < len(samples):
            piece = samples[taken : taken + _PIECE - self._filled]
            at = _KEPT + self._filled
            self._sound[at : at + len(piece)] = piece
            self._filled += len(piece)
            taken += len(piece)
            if self._filled == _PIECE:
                yield from self._hear()

    def _hear(self) -> Iterator[KeyTone]:
        keys = _keys(self._windows, self._turned)
        for place, (key, steady) in enumerate(keys):
            yield from self._follow(self._start - _KEPT + place * _HOP, key, steady=steady)
        self._sound[:_KEPT] = self._sound[_PIECE:]
        self._start += _PIECE
        self._filled = 0

    def _follow(self, start: int, key: int, *, steady: bool) -> Iterator[KeyTone]:
        same = key == self._key
        self._same, self._steady = (self._same + 1, self._steady + steady) if same else (1, 0)
        self._key = key
        if key >= 0 and (self._first >= 0 or (self._same >= AT_LEAST and self._steady >= STEADY)):
            if self._first < 0:
                self._first = max(0, start - (AT_LEAST - 1) * _HOP)
            self._last = start + _WINDOW
            if seconds(self._last - self._first) >= LONGEST_S:
                yield from self._told()
        elif self._first >= 0 and start + _WINDOW - self._last >= ENDS_AFTER * _HOP:
            yield from self._told()

    def _told(self) -> Iterator[KeyTone]:
        if self._first >= 0:
            yield KeyTone(self._speaker, seconds(self._first), seconds(self._last))
        self._first = -1


def _keys(windows: Samples, before: NDArray[np.complex64]) -> Iterable[tuple[int, bool]]:
    """Which two tones each window has, as one number, or −1; and whether they glide no more than a key.

    Args:
        windows: shape (n, 384).
        before: shape (2, 8), what the bank said of the windows before; that of the last two is written there.
    """
    sound = np.ascontiguousarray(windows)
    seen = sound @ _BANK
    found: NDArray[np.complex64] = seen[:, : len(_ALL_HZ)] + 1j * seen[:, len(_ALL_HZ) :]
    tones = found[:, : len(_TONES_HZ)]
    power = tones.real**2 + tones.imag**2
    rows = np.arange(len(windows))
    low, high = power[:, :4].argmax(axis=1), power[:, 4:].argmax(axis=1) + 4
    pair = power[rows, low] + power[rows, high]
    whole = (sound * sound) @ _ENERGY
    keys, steady = np.full(len(windows), -1), np.zeros(len(windows), bool)
    likely = np.flatnonzero((pair > _QUIETEST) & (pair >= _WORST_LOSS * LEAST_SHARE * whole))
    if len(likely):
        both = np.stack([low[likely], high[likely]])
        third, second, first = (np.concatenate([before, tones])[likely + back, both] for back in range(3))
        off_hz = np.angle(first * second.conj() * _ADVANCE[both]) * _HZ_A_TURN
        glide_hz = np.angle(first * second.conj() ** 2 * third) * _HZ_A_TURN
        strength = power[likely, both] / _seen_of(off_hz)
        overtone = found[likely, both[1] + 4]
        twist = strength[1] / np.maximum(strength[0], 1e-12)
        right = (
            (np.abs(off_hz) <= TOLERANCE * _TONES_HZ[both]).all(axis=0)
            & (strength >= _QUIETEST).all(axis=0)
            & (strength.sum(axis=0) >= LEAST_SHARE * whole[likely])
            & (twist <= 10 ** (HIGH_OVER_LOW_DB / 10))
            & (twist >= 10 ** (-LOW_OVER_HIGH_DB / 10))
            & (np.abs(overtone) ** 2 <= strength[1] * 10 ** (MOST_HARMONIC_DB / 10))
        )
        keys[likely[right]] = (both[0] * len(_TONES_HZ) + both[1])[right]
        steady[likely] = (np.abs(glide_hz) <= MOST_GLIDE_HZ).all(axis=0)
    before[:] = tones[-2:]
    return zip(keys.tolist(), steady.tolist(), strict=True)


def _seen_of(off_hz: NDArray[np.float32]) -> NDArray[np.float64]:
    """How much of a tone's energy the bank sees that is so far off: the taper's own spectrum."""
    bins = off_hz * ((_WINDOW + 1) / SAMPLE_RATE_HZ)
    seen: NDArray[np.float64] = np.square(np.sinc(bins) / np.maximum(1 - np.square(bins), 1e-3))
    return np.maximum(seen, 0.25)

"""Resamples any sample rate to 16 kHz, without losing or adding time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.files.finite_sound import finite

if TYPE_CHECKING:
    import soxr

LOUDEST = 100.0
"""40 dB over full scale: larger samples are damage, and their squares would be infinite."""


class Resampler:
    """One speaker's sound at any rate in, blocks at 16 kHz out.

    After n samples and the flush exactly ceil(n · 16000 / rate) have come out, however the sound was cut. An impulse
    stays where it was, within one sample: soxr takes off its own delay, for which it holds up to 70 ms of sound back.

    Args:
        speaker: whose sound it is.
        rate_hz: its sample rate.
    """

    def __init__(self, speaker: Speaker, rate_hz: int) -> None:
        self._speaker: Speaker = speaker
        self._rate_hz = rate_hz
        self._taken = 0
        self._given = 0
        self._stream = None if rate_hz == SAMPLE_RATE_HZ else _stream(rate_hz)

    def feed(self, samples: Samples) -> Iterator[AudioBlock]:
        """Take the next sound, shape (n,), and return what is final: one block, or none yet."""
        self._taken += len(samples)
        sound = finite(samples).clip(-LOUDEST, LOUDEST).astype(np.float32, copy=False)
        return self._give(self._stream.resample_chunk(sound) if self._stream else sound)

    def flush(self) -> Iterator[AudioBlock]:
        """Return the sound held back."""
        if self._stream is None:
            return iter(())
        rest = self._stream.resample_chunk(np.zeros(0, np.float32), last=True)
        missing = -(-self._taken * SAMPLE_RATE_HZ // self._rate_hz) - self._given
        return self._give(np.pad(rest[:missing], (0, max(missing - len(rest), 0))))

    def _give(self, sound: Samples) -> Iterator[AudioBlock]:
        if len(sound):
            yield AudioBlock(self._speaker, self._given, sound)
            self._given += len(sound)


def _stream(rate_hz: int) -> "soxr.ResampleStream":
    import soxr  # most calls at 16 kHz need none

    return soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32", quality="HQ")


def resample(samples: Samples, rate: int) -> Samples:
    """Give a whole sound, shape (n,) at `rate` samples a second, at 16 kHz: shape (ceil(n · 16000 / rate),)."""
    if rate == SAMPLE_RATE_HZ:
        return samples
    resampler = Resampler("agent", rate)
    blocks = [*resampler.feed(samples), *resampler.flush()]
    return np.concatenate([block.samples for block in blocks]) if blocks else np.zeros(0, np.float32)

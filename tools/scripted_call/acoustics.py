"""What effort, a telephone line and a room do to a sound; nothing here moves anything in time."""

import numpy as np
import soxr
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ

Sound = NDArray[np.float64]
"""Mono at 16 kHz, shape (n,), full scale −1 … 1."""

_LINE_RATE_HZ = 8_000


def raise_effort(samples: Sound, effort_db: float) -> Sound:
    """Tilt the spectrum as vocal effort does.

    A shelf: nothing below 1 kHz, `effort_db` above, and about half an octave to get there. Louder speech has relatively
    more energy above 1 kHz, 0.4–0.7 dB per dB (Nordenberg and Sundberg 2004, Logopedics Phoniatrics Vocology 29).
    """
    octaves = np.log2(np.maximum(_frequencies(samples), 1.0) / 1000)
    return _shape(samples, 10 ** (effort_db / 20 / (1 + np.exp(-8 * octaves))))


def telephone_band(samples: Sound) -> Sound:
    """Leave 300–3400 Hz of a sound, falling by 12 dB an octave below and 48 above, as a handset and its line do."""
    hertz = np.maximum(_frequencies(samples), 1.0)
    return _shape(samples, (1 + (300 / hertz) ** 4) ** -0.5 * (1 + (hertz / 3400) ** 16) ** -0.5)


def through_mu_law(samples: Sound) -> Sound:
    """Send a sound through G.711 mu-law at 8 kHz: each sample becomes the nearest of the 255 levels of the code."""
    chord, step = np.divmod(np.arange(128), 16)
    half = ((2 * step + 33) * 2.0**chord - 33) * 4 / 32768
    levels = np.concatenate([-half[:0:-1], half])
    line: Sound = soxr.resample(samples, SAMPLE_RATE_HZ, _LINE_RATE_HZ)
    sent = levels[np.searchsorted((levels[1:] + levels[:-1]) / 2, line)]
    heard: Sound = soxr.resample(sent, _LINE_RATE_HZ, SAMPLE_RATE_HZ)
    return heard[: len(samples)]


def room_noise(length: int, level_dbfs: float, random: np.random.Generator) -> Sound:
    """Make the rumble of a quiet room: noise falling by 6 dB an octave above 100 Hz."""
    noise = random.standard_normal(length)
    return at_level(_shape(noise, 1 / np.maximum(_frequencies(noise), 100)), level_dbfs)


def line_noise(length: int, level_dbfs: float, random: np.random.Generator) -> Sound:
    """Make the hiss of a telephone line: white noise within its band."""
    return at_level(telephone_band(random.standard_normal(length)), level_dbfs)


def at_level(samples: Sound, level_dbfs: float) -> Sound:
    """Scale a sound to an RMS level."""
    rms = float(np.sqrt(np.mean(samples**2)))
    return samples * (10 ** (level_dbfs / 20) / rms)


def _frequencies(samples: Sound) -> Sound:
    return np.arange(len(samples) // 2 + 1, dtype=np.float64) * (SAMPLE_RATE_HZ / len(samples))


def _shape(samples: Sound, gain: Sound) -> Sound:
    shaped: Sound = np.fft.irfft(np.fft.rfft(samples) * gain, len(samples))
    return shaped

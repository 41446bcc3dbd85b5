"""Made sounds with known answers, all at 16 kHz and full scale −1 … 1 unless said otherwise."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.frames import FRAME
from audio.values import SpeechFrame

FORMANTS = ((650, 90), (1150, 100), (2500, 150), (3500, 250))
"""Centre and width in Hz of the resonances of a vowel like "uh"."""
PACKET = SAMPLE_RATE_HZ // 50
KEYS = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336)}


def silence(duration_s: float) -> Samples:
    return np.zeros(round(duration_s * SAMPLE_RATE_HZ), np.float32)


def tone(hz: float, duration_s: float, dbfs: float = -20.0) -> Samples:
    """A sine whose RMS level is `dbfs`."""
    return at_level(np.sin(2 * np.pi * hz * _times(duration_s)), dbfs)


def noise(duration_s: float, dbfs: float = -40.0, seed: int = 0) -> Samples:
    """White noise whose RMS level is `dbfs`."""
    return at_level(np.random.default_rng(seed).standard_normal(len(_times(duration_s))), dbfs)


def dtmf(key: str, duration_s: float, dbfs: float = -15.0) -> Samples:
    low, high = KEYS[key]
    return at_level(tone(low, duration_s) + tone(high, duration_s), dbfs)


def glide(start_hz: float, end_hz: float, duration_s: float) -> NDArray[np.float64]:
    """A pitch contour, one value a sample, steady in semitones."""
    return start_hz * (end_hz / start_hz) ** np.linspace(0, 1, round(duration_s * SAMPLE_RATE_HZ))


def vibrato(hz: float, duration_s: float, depth_st: float = 1.0, rate_hz: float = 5.0) -> NDArray[np.float64]:
    """A pitch contour, one value a sample, that swings `depth_st` semitones up and down."""
    return hz * 2 ** (depth_st / 12 * np.sin(2 * np.pi * rate_hz * _times(duration_s)))


def vowel(f0_hz: ArrayLike, duration_s: float | None = None, dbfs: float = -20.0) -> Samples:
    """A voiced sound of exactly this pitch: a pulse train through four resonances, summed harmonic by harmonic.

    Args:
        f0_hz: one value for `duration_s` seconds, or one for each sample.
        duration_s: needed if the pitch is one value.
        dbfs: RMS level.
    """
    f0 = np.full(len(_times(duration_s)), f0_hz) if duration_s is not None else np.asarray(f0_hz, np.float64)
    phase = 2 * np.pi * np.cumsum(f0) / SAMPLE_RATE_HZ
    table_hz = np.arange(0.0, 8_000.0, 10.0)
    gains = np.where(table_hz < 7_500, _vowel_gain(table_hz), 0)
    sound = np.zeros(len(f0))
    for harmonic in range(1, int(7_500 / f0.min()) + 1):
        sound += np.interp(harmonic * f0, table_hz, gains, right=0) * np.cos(harmonic * phase)
    return at_level(sound, dbfs)


def syllables(nuclei_s: Sequence[float], duration_s: float, f0_hz: float = 120.0, dbfs: float = -20.0) -> Samples:
    """Voiced sound whose loudness has a peak at each of these times and falls 20 dB halfway between them."""
    times = _times(duration_s)
    nuclei = np.asarray(nuclei_s)
    nearest = np.abs(times - nuclei[np.searchsorted((nuclei[1:] + nuclei[:-1]) / 2, times)])
    half_gap = np.diff(nuclei).mean() / 2 if len(nuclei) > 1 else 0.1
    return at_level(vowel(f0_hz, duration_s) * 10 ** (-(np.minimum(nearest / half_gap, 2) ** 2)), dbfs)


def telephone(samples: Samples) -> Samples:
    """The same sound through a telephone: 300–3400 Hz, sampled at 8 kHz and μ-law coded, back at 16 kHz."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ)
    spectrum *= 1 / np.sqrt(1 + (300 / np.maximum(hz, 1)) ** 12) / np.sqrt(1 + (hz / 3_400) ** 40)
    narrow = np.fft.irfft(spectrum, len(samples))
    coded = np.sign(narrow) * np.round(127 * np.log1p(255 * np.abs(narrow).clip(0, 1)) / np.log(256)) / 127
    decoded = np.sign(coded) * (256 ** np.abs(coded) - 1) / 255
    spectrum = np.fft.rfft(decoded) * (hz < 3_900)
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def lost_packets(sound: Samples, share: float, random: np.random.Generator) -> Samples:
    """The same sound with so many packets of 20 ms lost, and zeros in their place."""
    lost = np.repeat(random.random(len(sound) // PACKET + 1) < share, PACKET)[: len(sound)]
    return np.where(lost, np.float32(0), sound)


def at_level(sound: ArrayLike, dbfs: float) -> Samples:
    """The same sound at this RMS level."""
    samples = np.asarray(sound, np.float64)
    return (samples * 10 ** (dbfs / 20) / np.sqrt(np.mean(np.square(samples)))).astype(np.float32)


def speech_frames(
    samples: Samples, *, speech: bool | Sequence[bool] = True, speaker: str = "agent", start: int = 0
) -> list[SpeechFrame]:
    """Sound as frames that are declared speech, or one by one as `speech` says; a last piece of a frame is dropped."""
    count = len(samples) // FRAME
    spoken = [speech] * count if isinstance(speech, bool) else list(speech)
    return [
        SpeechFrame(speaker, start + at * FRAME, samples[at * FRAME : (at + 1) * FRAME], float(said), said)
        for at, said in zip(range(count), spoken, strict=True)
    ]


def _times(duration_s: float) -> NDArray[np.float64]:
    return np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


def _vowel_gain(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """A source that falls 12 dB an octave, radiated (+6), through the resonances."""
    resonances = [1 / np.abs(1 - (hz / centre) ** 2 + 1j * hz * width / centre**2) for centre, width in FORMANTS]
    return np.prod(resonances, axis=0) / np.maximum(hz, 50)

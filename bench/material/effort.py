"""What a raised voice, gain control and a clipped microphone do to real speech: resynthesis with WORLD, and arithmetic.

More vocal effort is not more gain. It raises the level, the pitch (0.2 to 0.6 semitones for each decibel), the energy
above 1 kHz over that below (0.4 to 0.7 dB for each decibel), and the first formant (3.5 Hz for each decibel); unvoiced
consonants rise less than vowels. Sources: Traunmüller and Eriksson 2000, Nordenberg and Sundberg 2004, Liénard and
Di Benedetto 1999.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyworld
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples

RAISED_DB, SHOUTED_DB = 9.0, 20.0
"""A clearly raised voice, and a shout."""
PITCH_ST, BALANCE_DB = (0.2, 0.6), (0.4, 0.7)
"""What a voice may do for each decibel of level, by the sources above."""
FORMANT_HZ = 3.5
CONSONANT_SHARE = 0.6
"""Of the rise of vowels in decibels."""
SHELF_HZ, SHELF_OCTAVES = 1000.0, 1.0
PERIOD_MS = 5.0
Line = Callable[[Samples], Samples]
"""What a microphone makes of a sound."""
WINDOW = 1024
NEUTRAL = (0.1, 4.0)


@dataclass(frozen=True, slots=True)
class Raise:
    """How one voice gets louder, for each decibel of level."""

    pitch_st: float = 0.4
    balance_db: float = 0.55

    @classmethod
    def of_voice(cls, number: int) -> "Raise":
        """The way of one of many voices, anywhere in the ranges of the literature."""
        random = np.random.default_rng(number)
        return cls(random.uniform(*PITCH_ST), random.uniform(*BALANCE_DB))


def with_effort(sound: Samples, effort_db: float, how: Raise | None = None) -> Samples:
    """Say the same with `effort_db` more vocal effort; with 0, the resynthesis alone.

    Args:
        sound: speech at 16 kHz, shape (n,).
        effort_db: rise of the level of the vowels.
        how: how much pitch and balance rise with it.
    """
    way, voice = how or Raise(), _analysed(sound)
    hz = np.linspace(0, SAMPLE_RATE_HZ / 2, voice.envelope.shape[1])
    envelope = voice.envelope * _neutral(sound, voice, hz)
    spoken = voice.f0 > 0
    vowels = envelope[spoken]
    harder = _tilted(_moved(vowels, hz, FORMANT_HZ * effort_db), hz, way.balance_db * effort_db)
    louder = envelope * 10 ** (CONSONANT_SHARE * effort_db / 10)
    louder[spoken] = harder * (vowels.sum() / harder.sum() * 10 ** (effort_db / 10))
    return _said(sound, _Voice(voice.f0 * 2 ** (way.pitch_st * effort_db / 12), louder, voice.aperiodicity))


@dataclass(frozen=True, slots=True)
class _Voice:
    """What WORLD makes of speech, every 5 ms."""

    f0: NDArray[np.float64]
    """In Hz, 0 where unvoiced, shape (n,)."""
    envelope: NDArray[np.float64]
    """Power spectrum without the harmonics, shape (n, bins)."""
    aperiodicity: NDArray[np.float64]
    """Share of noise, shape (n, bins)."""


def _analysed(sound: Samples) -> _Voice:
    samples = sound.astype(np.float64)
    rough, times = pyworld.dio(samples, SAMPLE_RATE_HZ, f0_floor=65, f0_ceil=500, frame_period=PERIOD_MS)
    f0 = pyworld.stonemask(samples, rough, times, SAMPLE_RATE_HZ)
    envelope = pyworld.cheaptrick(samples, f0, times, SAMPLE_RATE_HZ)
    return _Voice(f0, envelope, pyworld.d4c(samples, f0, times, SAMPLE_RATE_HZ))


def _said(sound: Samples, voice: _Voice) -> Samples:
    made = pyworld.synthesize(voice.f0, voice.envelope, voice.aperiodicity, SAMPLE_RATE_HZ, PERIOD_MS)[: len(sound)]
    return np.pad(made, (0, len(sound) - len(made))).astype(np.float32)


def _neutral(sound: Samples, voice: _Voice, hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """The gain of power that gives a resynthesis the long-term spectrum of the sound: WORLD brightens by 1 to 2 dB."""
    before, after = (_long_term(one, hz) for one in (sound, _said(sound, voice)))
    return np.clip(before / after, *NEUTRAL)


def _long_term(sound: Samples, hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Power at some frequencies over the whole sound, smoothed over a sixth of an octave or 100 Hz."""
    frames = np.lib.stride_tricks.sliding_window_view(sound.astype(np.float64), WINDOW)[:: WINDOW // 2]
    power = np.mean(np.abs(np.fft.rfft(frames * np.hanning(WINDOW), axis=1)) ** 2, axis=0)
    total = np.concatenate([[0.0], np.cumsum(power)])
    width = np.maximum(50.0, hz / 12)
    edges = np.round(np.stack([hz - width, hz + width]) * WINDOW / SAMPLE_RATE_HZ).clip(0, len(power)).astype(int)
    return np.asarray((total[edges[1]] - total[edges[0]]) / (edges[1] - edges[0]) + 1e-12)


def _moved(envelope: NDArray[np.float64], hz: NDArray[np.float64], up_hz: float) -> NDArray[np.float64]:
    """The first formant `up_hz` higher; nothing above 1.8 kHz moves."""
    shift = up_hz * np.clip((1800 - hz) / 800, 0, 1) * np.clip(hz / 300, 0, 1)
    source = hz - shift
    at = np.clip(source / hz[-1] * (len(hz) - 1), 0, len(hz) - 1)
    low = np.minimum(at.astype(int), len(hz) - 2)
    share = at - low
    logs = np.log(envelope)
    return np.exp(logs[:, low] * (1 - share) + logs[:, low + 1] * share)


def _tilted(envelope: NDArray[np.float64], hz: NDArray[np.float64], rise_db: float) -> NDArray[np.float64]:
    """Everything above 1 kHz `rise_db` higher, with a slope of about two octaves around it."""
    octaves = np.log2(np.maximum(hz, 1.0) / SHELF_HZ)
    return envelope * 10 ** (rise_db / 10 / (1 + np.exp(-3 * octaves / SHELF_OCTAVES)))


def _powers(sound: Samples, hop: int) -> NDArray[np.float64]:
    """Mean power of each `hop` samples."""
    whole = np.pad(sound, (0, -len(sound) % hop)).astype(np.float64)
    return np.asarray(np.mean(np.square(whole.reshape(-1, hop)), axis=1))


def gain_controlled(sound: Samples, target_dbfs: float = -20.0, most_db: float = 25.0) -> Samples:
    """What a microphone with automatic gain gives: quick to lower the gain, slow to raise it, held between words."""
    hop = SAMPLE_RATE_HZ // 100
    level_db = 10 * np.log10(np.maximum(_powers(sound, hop), 1e-12))
    gain_db, gains = 0.0, np.empty(len(level_db))
    speech_db = -120.0
    for at, now_db in enumerate(level_db):
        speech_db = max(now_db, speech_db - 0.02)
        if now_db > speech_db - 25:
            wanted_db = min(target_dbfs - now_db, most_db)
            gain_db += (wanted_db - gain_db) * (0.1 if wanted_db < gain_db else 0.0125)
        gains[at] = gain_db
    smooth = np.interp(np.arange(len(sound)) / hop, np.arange(len(gains)) + 0.5, gains)
    return np.clip(sound * 10 ** (smooth / 20), -1, 1).astype(np.float32)


def compressed(sound: Samples, over_dbfs: float = -35.0, ratio: float = 4.0) -> Samples:
    """What a compressor gives: above a level, four decibels in become one out; then as loud as before on the whole."""
    hop = SAMPLE_RATE_HZ // 200
    peak = np.sqrt(_powers(sound, hop))
    envelope, follow = np.empty(len(peak)), 0.0
    for at, now in enumerate(peak):
        follow += (now - follow) * (0.6 if now > follow else 0.05)
        envelope[at] = follow
    over_db = np.maximum(20 * np.log10(np.maximum(envelope, 1e-6)) - over_dbfs, 0)
    gains = np.interp(np.arange(len(sound)) / hop, np.arange(len(peak)) + 0.5, -over_db * (1 - 1 / ratio) + 10)
    return np.clip(sound * 10 ** (gains / 20), -1, 1).astype(np.float32)


def gained(sound: Samples, gain_db: float) -> Samples:
    """The same sound from an input with another gain; what does not fit is clipped."""
    return np.clip(sound * 10 ** (gain_db / 20), -1, 1).astype(np.float32)

"""What measures tone: the power of a frame, the pitch, and the spectra in which syllables are found."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.engines import DEFAULT, Engine
from audio.measure import pitch
from audio.measure.level import mean_square
from audio.measure.nuclei import HOP, WINDOW, power_spectra
from audio.measure.pitch import PIECE, Detector


@dataclass(frozen=True, slots=True, eq=False)
class ToneEngine:
    """The three functions from which everything about tone is derived; none of them remembers anything.

    What they are given is the same however the sound was cut into blocks, and so is what they give.
    """

    name: Engine
    power: Callable[[Samples], float]
    """Mean square of samples, shape (n,)."""
    pitch: Detector
    spectra: Callable[[Samples, int], NDArray[np.float64]]
    """Power spectra of a sound's first `count` windows, shape (count, bins); see `audio.measure.nuclei`."""


@cache
def tone_engine(name: Engine = DEFAULT) -> ToneEngine:
    """Load an engine; librosa takes some seconds, and 200 MB."""
    if name == "librosa":
        engine = _librosa()
        warm = np.sin(2 * np.pi * 200 / SAMPLE_RATE_HZ * np.arange(2 * PIECE)).astype(np.float32)
        engine.pitch(warm)  # compiles what it uses, which no call should wait for
        engine.spectra(warm, 1)
        engine.power(warm)
        return engine
    return ToneEngine(name, mean_square, pitch.detector(name), power_spectra)


def _librosa() -> ToneEngine:
    import librosa  # nobody else needs it

    def power(samples: Samples) -> float:
        count = len(samples)
        rms = librosa.feature.rms(y=samples, frame_length=count, hop_length=count, center=False)
        return float(rms[0, 0]) ** 2

    def spectra(sound: Samples, count: int) -> NDArray[np.float64]:
        whole = sound[: (count - 1) * HOP + WINDOW]
        found = librosa.stft(whole, n_fft=WINDOW, hop_length=HOP, window="hann", center=False)
        return np.ascontiguousarray(np.square(np.abs(found.T), dtype=np.float64))

    return ToneEngine("librosa", power, pitch.detector("librosa"), spectra)

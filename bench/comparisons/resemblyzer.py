"""Two voices on one track as Resemblyzer's weights tell them apart with ordinary clustering, to compare with.

As its demonstration of diarization does: the level is raised to −30 dBFS, the whole sound is cut in overlapping windows
of 1.6 s, each is embedded, and a moment belongs to the voice of the window around it. The demonstration is given a
sample of each voice; without one, people cluster the windows, by k-means or spectrally. The package itself (0.1.4)
needs torch and a SciPy older than 1.15; the network and its weights are the same here, computed with numpy (16-bit).
"""

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, SpectralClustering

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.voices.encoder import AROUND, FRAMES, HOP, LEVEL_POWER, Matrix, embed, mel_bands

WINDOWS_PER_S = 4
"""The demonstration takes 16: four times the cost. A window is 1.6 s long either way."""
STEP = SAMPLE_RATE_HZ // HOP // WINDOWS_PER_S
"""In frames of the network."""
BATCH = 64
MOMENTS_PER_S = SAMPLE_RATE_HZ // HOP
"""Who speaks is said for every 10 ms."""

Voices = NDArray[np.int64]
"""Which of two voices each moment belongs to: 0 or 1."""


def windows(sound: Samples) -> Matrix:
    """The embedding of each window, shape (n, 256)."""
    power = np.mean(np.square(sound, dtype=np.float64))
    mel = mel_bands(np.pad(sound * np.float32(max(1.0, float(np.sqrt(LEVEL_POWER / power)))), AROUND))
    cut = [mel[first : first + FRAMES] for first in range(0, len(mel) - FRAMES + 1, STEP)]
    parts = [np.stack(cut[at : at + BATCH]) for at in range(0, len(cut), BATCH)]
    return np.concatenate([embed(part, np.full(len(part), LEVEL_POWER)) for part in parts])


def by_k_means(embedded: Matrix) -> Voices:
    """Two groups of windows by k-means."""
    return np.asarray(KMeans(2, n_init=10, random_state=0).fit_predict(embedded), np.int64)


def by_spectrum(embedded: Matrix) -> Voices:
    """Two groups of windows by spectral clustering of their cosine similarities."""
    alike = np.clip(embedded @ embedded.T, 0, 1)
    found = SpectralClustering(2, affinity="precomputed", random_state=0).fit_predict(alike)
    return np.asarray(found, np.int64)


def by_samples(embedded: Matrix, moments: tuple[slice, slice]) -> Voices:
    """Each window to the voice whose sample it is nearer to, as the demonstration does.

    Args:
        embedded: of all windows.
        moments: where each voice is known to speak alone.
    """
    middle = np.arange(len(embedded)) * STEP + FRAMES // 2
    known = [embedded[(middle >= one.start) & (middle < one.stop)].mean(axis=0) for one in moments]
    first, second = (one / np.linalg.norm(one) for one in known)
    return (embedded @ second > embedded @ first).astype(np.int64)


def by_moment(voices: Voices, count: int) -> Voices:
    """Give each of so many moments the voice of the window whose middle is nearest."""
    nearest = np.round((np.arange(count) - FRAMES // 2) / STEP).astype(np.int64)
    return np.asarray(voices[nearest.clip(0, len(voices) - 1)], np.int64)

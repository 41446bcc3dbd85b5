"""Hears the voices of one track: an embedding for each window of speech, and where there is speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.block import Samples
from audio.measure.frames import FRAME
from audio.values import SpeechFrame
from audio.voices.encoder import AROUND, WIDTH, WINDOW, embed

WINDOW_FRAMES = WINDOW // FRAME
HOP_FRAMES = 15
"""0.48 s between the starts of two windows."""
LEAST_SPEECH = 0.4
"""Share of speech in a window that is listened to."""
BATCH = 64
"""Windows that are embedded together: it costs less."""


@dataclass(frozen=True, slots=True, eq=False)
class HeardVoices:
    """The voices of a track; it is never stored or logged, as embeddings tell who somebody is."""

    speech: NDArray[np.bool_]
    """Whether each frame of 32 ms is speech."""
    starts: NDArray[np.int64]
    """First frame of each window of 1.6 s that holds enough speech."""
    shares: NDArray[np.float64]
    """Share of speech in each window."""
    embeddings: NDArray[np.float32]
    """Of the voice in each window, shape (windows, 256), each of length 1."""


class VoiceListener:
    """Frames of one track in; what was heard out, the same however many come at a time."""

    def __init__(self) -> None:
        self._sound: Samples = np.zeros(AROUND, np.float32)
        """From 200 samples before the next window on."""
        self._speech: list[bool] = []
        self._powers: list[float] = []
        """Of each frame; 0 where there is no speech."""
        self._next = 0
        """First frame of the next window."""
        self._starts: list[int] = []
        self._shares: list[float] = []
        self._waiting: list[Samples] = []
        """Sound of the windows that are still to be embedded."""
        self._loudness: list[float] = []
        """Mean power of the speech in them."""
        self._embeddings: list[NDArray[np.float32]] = [np.zeros((0, WIDTH), np.float32)]

    def feed(self, frames: Sequence[SpeechFrame]) -> None:
        """Take the next frames, in order."""
        for frame in frames:
            self._speech.append(frame.speech)
            self._powers.append(float(np.mean(np.square(frame.samples, dtype=np.float64))) if frame.speech else 0.0)
        self._sound = np.concatenate([self._sound, *(frame.samples for frame in frames)])
        self._cut_windows()

    def flush(self) -> HeardVoices:
        """The sound has ended: all that was heard."""
        self._sound = np.pad(self._sound, (0, AROUND))
        self._cut_windows()
        self._embed()
        return HeardVoices(
            np.array(self._speech, np.bool_),
            np.array(self._starts, np.int64),
            np.array(self._shares, np.float64),
            np.concatenate(self._embeddings),
        )

    def _cut_windows(self) -> None:
        used = 0
        while len(self._sound) - used >= WINDOW + 2 * AROUND:
            spoken = self._speech[self._next : self._next + WINDOW_FRAMES]
            if sum(spoken) >= LEAST_SPEECH * WINDOW_FRAMES:
                self._starts.append(self._next)
                self._shares.append(sum(spoken) / WINDOW_FRAMES)
                self._waiting.append(self._sound[used : used + WINDOW + 2 * AROUND])
                self._loudness.append(sum(self._powers[self._next : self._next + WINDOW_FRAMES]) / sum(spoken))
                if len(self._waiting) == BATCH:
                    self._embed()
            self._next += HOP_FRAMES
            used += HOP_FRAMES * FRAME
        self._sound = self._sound[used:]

    def _embed(self) -> None:
        if self._waiting:
            powers = np.array(self._loudness, np.float32)
            self._embeddings.append(embed(np.stack(self._waiting), powers))
            self._waiting, self._loudness = [], []

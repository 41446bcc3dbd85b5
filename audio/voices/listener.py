"""Hears the voices of one track: an embedding for each window of speech, and where there is speech."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audio.block import Samples
from audio.measure.frames import FRAME
from audio.values import SpeechFrame
from audio.voices.encoder import AROUND, FRAMES, HOP, WIDTH, WINDOW, Matrix, embed, mel_bands

WINDOW_FRAMES = WINDOW // FRAME
HOP_FRAMES = 15
"""0.48 s between the starts of two windows."""
LEAST_SPEECH = 0.4
"""Share of speech in a window that is listened to."""
BATCH = 64
"""Windows that are embedded together: it costs less."""
STEP = HOP_FRAMES * FRAME
STEP_MEL = STEP // HOP
"""The same in samples, and in frames of the network: 48."""
WINDOW_STEPS = -(-FRAMES // STEP_MEL)


@dataclass(frozen=True, slots=True, eq=False)
class _Window:
    """1.6 s that hold enough speech."""

    number: int
    """It begins so many steps after the start."""
    share: float
    """Of speech."""
    power: float
    """Mean of the speech in it."""


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
    """Frames of one track in; what was heard out, the same however many come at a time.

    Nothing is embedded before it is asked for, as that costs more than all else: often the voices of some windows, or
    of none, are enough.
    """

    def __init__(self) -> None:
        self._sound: Samples = np.zeros(AROUND, np.float32)
        """From 200 samples before the next step on."""
        self._mel: list[Matrix] = []
        """Of each step between two windows, shape (48, 40): all that is kept of the sound."""
        self._speech: list[bool] = []
        self._powers: list[float] = []
        """Of each frame; 0 where there is no speech."""
        self._windows: list[_Window] = []
        self._embeddings: dict[int, Matrix] = {}
        """By the number of the window."""

    def feed(self, frames: Sequence[SpeechFrame]) -> None:
        """Take the next frames, in order."""
        for frame in frames:
            self._speech.append(frame.speech)
            self._powers.append(float(np.mean(np.square(frame.samples, dtype=np.float64))) if frame.speech else 0.0)
        self._sound = np.concatenate([self._sound, *(frame.samples for frame in frames)])
        self._hear()

    def flush(self) -> None:
        """The sound has ended."""
        self._sound = np.pad(self._sound, (0, AROUND))
        self._hear()
        if len(self._sound) >= 2 * AROUND:
            self._mel.append(mel_bands(self._sound))
        self._windows = list(self._cut())

    @property
    def count(self) -> int:
        """How many windows hold enough speech, known at the end."""
        return len(self._windows)

    def heard(self, every: int = 1) -> HeardVoices:
        """What was heard by the end.

        Args:
            every: how many windows to go on by; between them nothing is embedded.
        """
        windows = self._windows[::every]
        self._embed([one for one in windows if one.number not in self._embeddings])
        embeddings = [self._embeddings[one.number] for one in windows]
        return HeardVoices(
            np.array(self._speech, np.bool_),
            np.array([one.number * HOP_FRAMES for one in windows], np.int64),
            np.array([one.share for one in windows], np.float64),
            np.stack([np.zeros(WIDTH, np.float32), *embeddings])[1:],
        )

    def _hear(self) -> None:
        used = 0
        while len(self._sound) - used >= STEP + 2 * AROUND:
            self._mel.append(mel_bands(self._sound[used : used + STEP - HOP + 2 * AROUND]))
            used += STEP
        self._sound = self._sound[used:]

    def _cut(self) -> Iterator[_Window]:
        frames = sum(map(len, self._mel))
        for number in range((frames - FRAMES) // STEP_MEL + 1):
            first = number * HOP_FRAMES
            spoken = sum(self._speech[first : first + WINDOW_FRAMES])
            if spoken >= LEAST_SPEECH * WINDOW_FRAMES:
                power = sum(self._powers[first : first + WINDOW_FRAMES]) / spoken
                yield _Window(number, spoken / WINDOW_FRAMES, power)

    def _embed(self, windows: Sequence[_Window]) -> None:
        for start in range(0, len(windows), BATCH):
            some = windows[start : start + BATCH]
            powers = np.array([one.power for one in some], np.float32)
            made = embed(np.stack([self._mel_of(one) for one in some]), powers)
            self._embeddings |= {one.number: values for one, values in zip(some, made, strict=True)}

    def _mel_of(self, window: _Window) -> Matrix:
        return np.concatenate(self._mel[window.number : window.number + WINDOW_STEPS])[:FRAMES]

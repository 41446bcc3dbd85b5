"""Cuts one speaker's frames into utterances by voice activity."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from audio.block import Samples, Speaker
from audio.measure.frames import FRAME
from audio.values import SpeechFrame

ONSET_FRAMES = 2
"""Speech frames in a row that open an utterance: one alone is a click."""
PRE_ROLL_FRAMES = 8
"""0.26 s kept from before the onset: voice activity comes late on soft consonants."""
PAUSE_FRAMES = 6
"""0.19 s without speech: the end is likely, and everything that would be cut has been heard."""
END_FRAMES = 14
"""0.45 s without speech: the end is decided."""
LONG_FRAMES = 250
"""8 s: after this, the first pause ends the utterance, so that few must be cut without a pause."""
TAIL_FRAMES = 5
"""0.16 s kept behind the last speech frame."""
LEAST_SPEECH_FRAMES = 4
"""0.13 s of speech: a short "yes" is that long, a click is not."""
LONGEST_FRAMES = 375
"""12 s: after this, an utterance is cut even without a pause."""
SEARCH_FRAMES = 94
"""The last 3 s, in which the place for such a cut is searched."""
GROWTH_FRAMES = 23
GROWTH_SHARE = 6
"""An utterance in progress is transcribed again after 0.74 s of new sound, or a sixth of a long one, since the last
time or the last pause: these partial results are half of what the words of a live call cost."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The complete sound of one utterance; two are equal if they are the same part of the same call."""

    speaker: Speaker
    start: int
    """Index of the first sample, counted from the start of the call."""
    end: int
    """Index just behind the last sample."""
    known: int
    """Index of the sound by which the end is decided; of a call that ends in a pause, 0.26 s behind it at most."""
    samples: Samples = field(compare=False, repr=False)
    """Shape (end - start,)."""


@dataclass(frozen=True, slots=True)
class Pausing:
    """The speaker pauses. If the pause lasts, exactly this `cut` follows; work on it may start."""

    cut: Cut


@dataclass(frozen=True, slots=True)
class Resumed:
    """The speaker continued after a `Pausing`: the announced cut will not come."""

    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Growing:
    """An utterance in progress, as far as it was heard."""

    speaker: Speaker
    start: int
    """Index of the first sample, counted from the start of the call."""
    samples: Samples = field(compare=False, repr=False)


class UtteranceCutter:
    """Opens an utterance at two speech frames in a row and ends it after 0.45 s without speech.

    A long one ends after 0.19 s without, and at 12 s in any case. Cuts never overlap, and every 0.13 s of speech in a
    row is in some cut.
    """

    def __init__(self, speaker: Speaker) -> None:
        self.speaker: Speaker = speaker
        self._frames: list[SpeechFrame] = []
        self._is_open = False
        self._silent = 0
        self._unshown = 0
        self._announced: Cut | None = None

    @property
    def settled(self) -> int:
        """Sample index before which no further utterance can begin; it never falls."""
        return self._frames[0].start if self._frames else 0

    def feed(self, frame: SpeechFrame) -> Sequence[Cut | Pausing | Resumed | Growing]:
        """Take this speaker's next frame; frames come in order and without gaps."""
        self._frames.append(frame)
        if not self._is_open:
            self._await_onset()
            return ()
        self._unshown += 1
        return self._go_on() if frame.speech else self._fall_silent()

    def flush(self) -> Sequence[Cut]:
        """End the call: an utterance in progress ends with its sound."""
        cuts: tuple[Cut, ...] = ()
        if self._announced:
            cuts = (self._announced,)
        elif self._is_open and self._has_words():
            cuts = (self._cut(self._spoken() + TAIL_FRAMES, known=_end(self._frames[-1])),)
        self._is_open = False
        self._announced = None
        return cuts

    def _await_onset(self) -> None:
        self._drop(len(self._frames) - PRE_ROLL_FRAMES - ONSET_FRAMES)
        latest = self._frames[-ONSET_FRAMES:]
        if len(latest) == ONSET_FRAMES and all(frame.speech for frame in latest):
            self._is_open = True
            self._silent = 0
            self._unshown = len(self._frames)

    def _go_on(self) -> Sequence[Cut | Resumed | Growing]:
        steps: list[Cut | Resumed | Growing] = []
        if self._announced:
            steps.append(Resumed(self.speaker))
        self._announced = None
        self._silent = 0
        if len(self._frames) >= LONGEST_FRAMES:
            place = self._least_probable()
            steps.append(self._cut(place, known=_end(self._frames[-1])))
            self._drop(place)
            self._unshown = len(self._frames)
        elif self._unshown >= max(GROWTH_FRAMES, len(self._frames) // GROWTH_SHARE):
            steps.append(Growing(self.speaker, self._frames[0].start, _sound(self._frames)))
            self._unshown = 0
        return steps

    def _fall_silent(self) -> Sequence[Cut | Pausing]:
        self._silent += 1
        steps: list[Cut | Pausing] = []
        spoken = self._spoken()
        end = PAUSE_FRAMES if spoken >= LONG_FRAMES else END_FRAMES
        if self._silent == PAUSE_FRAMES and self._has_words():
            decided = _end(self._frames[spoken - 1]) + end * FRAME
            self._announced = self._cut(spoken + TAIL_FRAMES, known=decided)
            self._unshown = 0  # work on the cut hears all of it
            steps.append(Pausing(self._announced))
        if self._silent == end:
            if self._announced:
                steps.append(self._announced)
            self._drop(spoken + TAIL_FRAMES)
            self._announced = None
            self._is_open = False
        return steps

    def _spoken(self) -> int:
        """Count the frames up to the last speech frame."""
        return len(self._frames) - self._silent

    def _has_words(self) -> bool:
        return sum(frame.speech for frame in self._frames) >= LEAST_SPEECH_FRAMES

    def _least_probable(self) -> int:
        """Find the place for a forced cut, leaving enough behind it to be an utterance of its own."""
        places = range(len(self._frames) - SEARCH_FRAMES, len(self._frames) - LEAST_SPEECH_FRAMES)
        return min(places, key=lambda place: self._frames[place].probability)

    def _cut(self, count: int, known: int) -> Cut:
        frames = self._frames[:count]
        return Cut(self.speaker, frames[0].start, _end(frames[-1]), known, _sound(frames))

    def _drop(self, count: int) -> None:
        del self._frames[: max(0, count)]


def _end(frame: SpeechFrame) -> int:
    return frame.start + FRAME


def _sound(frames: Sequence[SpeechFrame]) -> Samples:
    return np.concatenate([frame.samples for frame in frames])

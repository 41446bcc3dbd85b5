"""Cuts blocks of any length into aligned frames: the fixed grid on which everything is measured."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from audio.block import AudioBlock, Samples, Speaker
from audio.files.finite_sound import finite
from audio.measure.dc_offset import Centring

FRAME = 512
"""Samples in a frame: 32 ms, what the voice-activity model takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The same 32 ms of every speaker of the call."""

    start: int
    """Sample index from the start of the call, a multiple of 512."""
    samples: Samples
    """Shape (speakers, 512), in the order the speakers were named."""


class Framer:
    """Cuts the speakers' blocks into frames without DC offset, however the blocks were cut.

    Sound that is missing between two blocks of a speaker counts as silence. A frame is returned as soon as every
    speaker's sound has reached its end, so a speaker without sound blocks the others: the source must send silence
    for a device that is gone.
    """

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._speakers = tuple(speakers)
        self._waiting: dict[Speaker, deque[Samples]] = {speaker: deque() for speaker in self._speakers}
        self._heard = dict.fromkeys(self._speakers, 0)
        self._centring = {speaker: Centring() for speaker in self._speakers}
        self._next = 0
        self.end = 0
        """Where the sound ends: the latest sample of any speaker."""

    def feed(self, block: AudioBlock) -> Iterator[Frame]:
        """Take a block and return every frame that is now complete.

        Raises:
            ValueError: the block's speaker is not in this call, or it starts before the end of the last one.
        """
        self._take(block)
        return iter(self._cut(min(self._heard.values())))

    def flush(self) -> Iterator[Frame]:
        """Return the rest, padded with silence to a whole frame of every speaker."""
        end = -(-self.end // FRAME) * FRAME
        for speaker in self._speakers:
            self._silence(speaker, end)
        return iter(self._cut(end))

    def _take(self, block: AudioBlock) -> None:
        if block.speaker not in self._heard:
            raise ValueError(f"This call has no {block.speaker}. Its speakers are {', '.join(self._speakers)}.")
        heard = self._heard[block.speaker]
        if block.start < heard:
            raise ValueError(
                f"The block of the {block.speaker} starts at sample {block.start}, before the end of the last one at "
                f"{heard}. Send each sample once."
            )
        self._silence(block.speaker, block.start)
        sound = finite(block.samples).clip(-1.0, 1.0)
        self._waiting[block.speaker].append(sound.astype(np.float32, copy=False))
        self._heard[block.speaker] = block.end
        self.end = max(self.end, block.end)

    def _silence(self, speaker: Speaker, end: int) -> None:
        missing = end - self._heard[speaker]
        if missing > 0:
            self._waiting[speaker].append(np.zeros(missing, np.float32))
            self._heard[speaker] = end

    def _cut(self, end: int) -> list[Frame]:
        count = (end - self._next) // FRAME
        if count <= 0:
            return []
        sound = np.stack([self._draw(speaker, count * FRAME) for speaker in self._speakers])
        start, self._next = self._next, self._next + count * FRAME
        for at in range(0, count * FRAME, FRAME):
            for channel, centring in zip(sound, self._centring.values(), strict=True):
                channel[at : at + FRAME] = centring.feed(channel[at : at + FRAME])
        return [Frame(start + at, sound[:, at : at + FRAME]) for at in range(0, count * FRAME, FRAME)]

    def _draw(self, speaker: Speaker, count: int) -> Samples:
        waiting = self._waiting[speaker]
        sound = waiting[0] if len(waiting) == 1 else np.concatenate(waiting)
        waiting.clear()
        if len(sound) > count:
            waiting.append(sound[count:])
        return sound[:count]

"""How a call starts automatically: the customer speaks, and the seconds before that belong to the call."""

from collections import deque
from collections.abc import Sequence

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.measure.frames import FRAME, Framer
from audio.measure.speech import VoiceActivity
from audio.values import SpeechFrame
from monitor.live.call_clock import shifted

SPEECH_FRAMES = 13
"""0.4 s of the customer's speech start a call: a click, a ring or a beep does not,"""
WITHIN_FRAMES = 2 * SAMPLE_RATE_HZ // FRAME
"""in 2 s, so that a "hello" is enough and sounds far apart do not add up."""
REST_FRAMES = 5 * SAMPLE_RATE_HZ // FRAME
"""After a call that was ended by hand the customer has to be silent for 5 s, or the same call would start again."""
PRE_ROLL = 8 * SAMPLE_RATE_HZ
"""Samples from before the customer's first words that belong to the call: the agent's greeting."""


class CallStart:
    """Hears the customer begin to speak.

    Args:
        rested: whether it listens at once; else not before the customer has been silent for 5 s.
    """

    def __init__(self, *, rested: bool = True) -> None:
        self._rested = rested
        self._silent = 0
        self._lately: deque[bool] = deque(maxlen=WITHIN_FRAMES)

    def feed(self, frame: SpeechFrame) -> bool:
        """Take the customer's next frame; say whether a call has started by now."""
        self._silent = 0 if frame.speech else self._silent + 1
        self._rested = self._rested or self._silent >= REST_FRAMES
        self._lately.append(frame.speech)
        return self._rested and sum(self._lately) >= SPEECH_FRAMES


class PreRoll:
    """The last seconds of sound, in memory alone."""

    def __init__(self, length: int = PRE_ROLL) -> None:
        self._length = length
        self._blocks: deque[AudioBlock] = deque()
        self._end = 0

    def feed(self, block: AudioBlock) -> None:
        """Take a block and let go of what is too old."""
        self._blocks.append(block)
        self._end = max(self._end, block.end)
        while self._blocks[0].end <= self._end - self._length:
            self._blocks.popleft()

    @property
    def start(self) -> int:
        """Index of the first sample kept."""
        return max(self._end - self._length, min((block.start for block in self._blocks), default=self._end))

    @property
    def blocks(self) -> Sequence[AudioBlock]:
        """What is kept, in the order it came; the oldest may start before `start`."""
        return tuple(self._blocks)


class Waiting:
    """Listens between two calls for the next one to start; keeps nothing but the pre-roll.

    Args:
        speakers: whose sound comes; the customer must be one of them.
        start: index of the first sample to come.
        rested: see `CallStart`.
    """

    def __init__(self, speakers: Sequence[Speaker], start: int, *, rested: bool = True) -> None:
        self.pre_roll = PreRoll()
        self._origin = start
        self._framer = Framer(speakers)
        self._voice = VoiceActivity(speakers)
        self._start = CallStart(rested=rested)

    def feed(self, block: AudioBlock) -> bool:
        """Take a block of either speaker; say whether a call has started."""
        self.pre_roll.feed(block)
        started = False
        if moved := shifted(block, self._origin):
            for frame in self._framer.feed(moved):
                for heard in self._voice.feed(frame):
                    started = (heard.speaker == "customer" and self._start.feed(heard)) or started
        return started

"""Whether a call may be over although nobody ended it: after a long silence the agent is asked, in media time."""

from collections import deque
from math import ceil

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from audio.values import ToneSample
from monitor.call.events import CallEvent
from rules.model import Noticed

ANSWER_S = 60.0
"""How long the question waits for an answer before the call ends."""
HOLD_S = 600.0
"""How long a silence is no question while the customer is on hold, or after the agent said that the call continues."""
KEPT_S = 5.0
"""How much of the silence stays in a call that ended in one."""
FRAME_S = 0.032
"""Measuring takes sound frame by frame."""
HOLD, CLOSING = "hold", "closing"
"""The report items for what is said where a hold begins, and where a call ends."""
HOLD_SPEECH_S = 15.0
"""Speech after which an announced hold is over; "I'm still looking" is shorter."""
LINE_DBFS = -50.0
"""A second of the customer's line that is louder than this has sound: music, or a room. A line that was hung up has
none."""
LINE_SECONDS = 10
"""The line counts as sounding if half of the last seconds have sound: music has pauses, and a click is no music."""


class CallEnd:
    """Decides when to ask whether a call is over, and when it ends without an answer.

    Nobody is asked during an announced hold or while the customer's line plays something, unless it takes very long.

    Args:
        ask_after_s: silence after which to ask.
    """

    def __init__(self, ask_after_s: float) -> None:
        self.ends_s: float | None = None
        """When the call ends unless somebody speaks or answers; None while that is not asked."""
        self.spoken_s = 0.0
        """When somebody last spoke, or the agent last did something about the call."""
        self._ask_after_s = ask_after_s
        self._hold_left_s = 0.0
        """Speech that is left of an announced hold."""
        self._said_continues = False
        """Whether the agent has said during this silence that the call continues."""
        self._line = _LineSound()

    @property
    def cut_s(self) -> float | None:
        """Where the call has ended if it is over now; None if that is not asked.

        It is the end of a frame: the log is then that of a recording which ends there.
        """
        return None if self.ends_s is None else ceil((self.spoken_s + KEPT_S) / FRAME_S) * FRAME_S

    def hear(self, block: AudioBlock) -> None:
        """Take sound of either speaker."""
        if block.speaker == "customer":
            self._line.feed(block)

    def note(self, event: CallEvent) -> None:
        """Take an event of the call."""
        match event:
            case ToneSample(speaking=True, start_s=start_s, end_s=end_s):
                self.spoken_s = max(self.spoken_s, end_s)
                self._hold_left_s -= end_s - start_s
                self._said_continues = False
            case Noticed(item=item) if item == HOLD:
                self._hold_left_s = HOLD_SPEECH_S
            case Noticed(item=item) if item == CLOSING:
                self._hold_left_s = 0.0
            case _:
                pass

    def attend(self, at_s: float) -> None:
        """The agent has done something about the call at that time: nothing before it is cut off."""
        self.spoken_s = max(self.spoken_s, at_s)
        self.ends_s = None

    def keep(self, at_s: float) -> None:
        """The agent says that the call continues."""
        self.attend(at_s)
        self._said_continues = True

    def is_over(self, now_s: float) -> bool:
        """Whether nobody has answered in time."""
        return self.ends_s is not None and now_s >= self.ends_s

    def look(self, now_s: float) -> None:
        """Ask if it is time to, and no longer if it is not."""
        patience_s = max(self._ask_after_s, HOLD_S) if self._waits else self._ask_after_s
        if now_s - self.spoken_s < patience_s:
            self.ends_s = None
        elif self.ends_s is None:
            self.ends_s = now_s + ANSWER_S

    @property
    def _waits(self) -> bool:
        return self._hold_left_s > 0 or self._said_continues or self._line.sounds


class _LineSound:
    """Whether the customer's line has sound of any kind."""

    def __init__(self) -> None:
        self._energy = 0.0
        self._second = 0
        self._lately: deque[bool] = deque(maxlen=LINE_SECONDS)

    @property
    def sounds(self) -> bool:
        return sum(self._lately) > LINE_SECONDS // 2

    def feed(self, block: AudioBlock) -> None:
        self._energy += float(block.samples @ block.samples)
        if (second := block.end // SAMPLE_RATE_HZ) > self._second:
            power = self._energy / (SAMPLE_RATE_HZ * (second - self._second))
            self._lately.extend([power > 10 ** (LINE_DBFS / 10)] * min(second - self._second, LINE_SECONDS))
            self._second, self._energy = second, 0.0

"""Turns, interruptions, backchannels and dead air, from the voice activity of all speakers."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Speaker, seconds
from audio.measure.frames import FRAME
from audio.values import Backchannel, DeadAir, Interruption, SpeechFrame, Turn

JOINED = SAMPLE_RATE_HZ // 2
"""A gap shorter than 0.5 s does not end a turn."""
ONSET_FRAMES = 3
"""Speech shorter than 96 ms is a click and opens no turn."""
HEAD_FRAMES = 10
"""0.32 s before that, in which a turn may have begun: voice activity comes late on soft consonants."""
HEAD_GAP_FRAMES = 2
"""A stop keeps silent for so long within a word."""
HEAD_POWER = 0.01
"""A head is at most 20 dB below the loudest of the onset …"""
AUDIBLE_POWER = 16.0
"""… and 12 dB above the quietest frame of the second before."""
BACKGROUND_FRAMES = 31
HELD_FLOOR = SAMPLE_RATE_HZ
"""A speaker can be interrupted after 1.0 s of speech."""
OVERLAP = SAMPLE_RATE_HZ // 2
"""An overlap of 0.5 s; less is a normal exchange of turns."""
SHORT_TURN = SAMPLE_RATE_HZ
"""A turn of 1.0 s and more can interrupt, a shorter one is a backchannel."""
DEAD_AIR = 3 * SAMPLE_RATE_HZ
"""Silence of everybody for 3 s and more, as in Amazon Contact Lens."""

Exchange = Turn | Interruption | Backchannel | DeadAir


class TurnTaking:
    """Frames of all speakers in; turns and what happens between them out, as soon as they are decided.

    A turn is decided 0.5 s after its end, an interruption when one of the two has been silent for 0.5 s and the
    interrupter has spoken for 1.0 s, dead air when somebody speaks again. Whether the words of an overlap were a mere
    "okay" is not known here.
    """

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._voices = {speaker: _Voice(speaker) for speaker in speakers}
        self._overlaps: list[_Overlap] = []
        self._heard = 0
        self._quiet_from = 0

    @property
    def silence_s(self) -> float:
        """Seconds since anybody was last heard; 0 during a turn, and for 0.5 s after it."""
        return 0.0 if self._turns() else seconds(self._heard - self._quiet_from)

    def feed(self, frames: Sequence[SpeechFrame]) -> Iterator[Exchange]:
        """Take the frames of one moment, one of each speaker."""
        self._heard = frames[0].start + FRAME
        for frame in frames:
            if frame.echo_before:
                self._take_back(frame)
        before = self._turns()
        speaking = {frame.speaker for frame in frames if frame.speech}
        closed = [
            turn
            for frame in frames
            for turn in self._voices[frame.speaker].feed(frame, alone=speaking <= {frame.speaker})
        ]
        opened = [turn for turn in self._turns() if turn not in before]
        self._follow_overlaps(opened, frames)
        quiet = self._end_quiet(opened[0].start) if opened and not before else ()
        return iter([*quiet, *self._close(closed)])

    def flush(self, end: int) -> Iterator[Exchange]:
        """The sound has ended at this sample, within the last frame: close what is open."""
        self._heard = min(self._heard, end)
        for turn in self._turns():
            turn.end = min(turn.end, end)
        exchanges = self._close([turn for voice in self._voices.values() for turn in voice.flush()])
        return iter([*exchanges, *self._end_quiet(self._heard)])

    def _take_back(self, echo: SpeechFrame) -> None:
        """What was counted of the speaker shortly before was an echo already: shorten the turn, or forget it."""
        turn = self._voices[echo.speaker].take_back(echo)
        for overlap in tuple(self._overlaps) if turn else ():
            if turn in (overlap.turn, overlap.floor):
                overlap.both = max(0, overlap.both - echo.echo_before * FRAME)
                if turn.closed:
                    self._overlaps.remove(overlap)

    def _turns(self) -> list["_Turn"]:
        return [voice.turn for voice in self._voices.values() if voice.turn]

    def _end_quiet(self, end: int) -> list[Exchange]:
        long_enough = end - self._quiet_from >= DEAD_AIR
        return [DeadAir(seconds(self._quiet_from), seconds(end))] if long_enough else []

    def _follow_overlaps(self, opened: list["_Turn"], frames: Sequence[SpeechFrame]) -> None:
        speaking = [frame.speaker for frame in frames if frame.speech]
        for overlap in self._overlaps:
            if overlap.turn.speaker in speaking and overlap.floor.speaker in speaking:
                overlap.both += FRAME
                overlap.end = self._heard
        for turn in opened:
            for floor in self._turns():
                if floor.start <= turn.start - HELD_FLOOR and floor.end > turn.start:
                    self._overlaps.append(_Overlap(turn, floor, floor.end - turn.start, floor.end))

    def _close(self, closed: list["_Turn"]) -> list[Exchange]:
        exchanges: list[Exchange] = []
        for turn in closed:
            self._quiet_from = max(self._quiet_from, turn.end)
            exchanges.append(Turn(turn.speaker, seconds(turn.start), seconds(turn.end)))
        for overlap in tuple(self._overlaps):
            exchange = overlap.decide()
            if exchange:
                exchanges.append(exchange)
            if exchange or overlap.turn.closed:
                self._overlaps.remove(overlap)
        return exchanges


@dataclass(slots=True, eq=False)
class _Turn:
    speaker: Speaker
    start: int
    end: int
    """Where the speaker was last heard."""
    closed: bool = False


class _Voice:
    """One speaker's turns, open and close."""

    def __init__(self, speaker: Speaker) -> None:
        self.turn: _Turn | None = None
        self._speaker: Speaker = speaker
        self._row = 0
        self._lately: deque[tuple[float, bool]] = deque(maxlen=BACKGROUND_FRAMES + HEAD_FRAMES + ONSET_FRAMES)
        """Power of the latest frames, and whether they may be the head of a turn."""

    def feed(self, frame: SpeechFrame, *, alone: bool) -> list[_Turn]:
        """Take the frame and return the turn that it closed, if any.

        Args:
            frame: of this speaker.
            alone: whether nobody else speaks in it.
        """
        end = frame.start + FRAME
        power = float(np.mean(np.square(frame.samples, dtype=np.float64)))
        self._lately.append((power, alone and not frame.picks_up))
        self._row = self._row + 1 if frame.speech else 0
        if self.turn is None:
            if self._row >= ONSET_FRAMES:
                self.turn = _Turn(self._speaker, end - (self._row + self._head()) * FRAME, end)
        elif frame.speech:
            self.turn.end = end
        elif end - self.turn.end >= JOINED:
            return self.flush()
        return []

    def _head(self) -> int:
        """How many of the frames before the onset sound, and are the head of the turn."""
        frames = list(self._lately)
        before = frames[: -self._row][-HEAD_FRAMES:]
        audible = AUDIBLE_POWER * min(power for power, _ in frames)
        least = max(audible, HEAD_POWER * max(power for power, _ in frames[-self._row - HEAD_FRAMES :]))
        head = 0
        for back, (power, is_own) in enumerate(reversed(before), start=1):
            if not is_own or back - head > HEAD_GAP_FRAMES + 1:
                break
            if power >= least > 0:
                head = back
        return head

    def take_back(self, echo: SpeechFrame) -> _Turn | None:
        """End the open turn before the echo, or drop it if it is nothing else, and return it."""
        turn, first = self.turn, echo.start - echo.echo_before * FRAME
        self._row = 0
        if turn and turn.start >= first:
            turn.closed, self.turn = True, None
        elif turn:
            turn.end = min(turn.end, first)
        return turn

    def flush(self) -> list[_Turn]:
        """Close the turn."""
        if self.turn is None:
            return []
        closed, self.turn = self.turn, None
        closed.closed = True
        return [closed]


@dataclass(slots=True, eq=False)
class _Overlap:
    """A turn that began while the other had the floor."""

    turn: _Turn
    floor: _Turn
    both: int
    """Samples in which both spoke."""
    end: int
    """Where both last spoke."""

    def decide(self) -> Interruption | Backchannel | None:
        """What it was, once that is certain."""
        turn, floor = self.turn, self.floor
        long_enough = turn.end - turn.start >= SHORT_TURN
        if long_enough and self.both >= OVERLAP and (turn.closed or floor.closed):
            return Interruption(turn.speaker, seconds(turn.start), seconds(self.end))
        if not long_enough and turn.closed and floor.end >= turn.end:
            return Backchannel(turn.speaker, seconds(turn.start), seconds(turn.end))
        return None

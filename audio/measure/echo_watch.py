"""Whether the customer is heard in the agent's microphone, over seconds: enough to tell her."""

from collections import deque
from collections.abc import Iterator, Sequence

from audio.block import seconds
from audio.measure.frames import FRAME
from audio.measure.level import mean_square, power_db
from audio.values import EchoHeard, SpeechFrame

LATELY_FRAMES = 312
"""10 s of the customer's speech: what is looked back on."""
HEARD_FRAMES = 94
"""3 s of it in the microphone are no accident."""
GONE_FRAMES = 31
"""Less than 1 s of it, and the echo is over: the agent has put on a headset."""
LOUD_DB = -16.0
"""Echo this far below the agent's own speech does no harm: a headset leaks that much."""
LEAST_OWN_FRAMES = 31
"""1 s of the agent's own speech, to compare with."""
WEIGHT = 0.03
"""Of a frame in the mean power of speech and of echo: a memory of about one second."""


class EchoWatch:
    """The frames of both speakers in, and out when the customer begins or ceases to be heard in the microphone."""

    def __init__(self) -> None:
        self._lately: deque[bool] = deque(maxlen=LATELY_FRAMES)
        self._own_frames = 0
        self._own = _Mean()
        self._echo = _Mean()
        self._heard = False

    def feed(self, frames: Sequence[SpeechFrame]) -> Iterator[EchoHeard]:
        """Take the frames of one moment, one of each speaker."""
        sides = {frame.speaker: frame for frame in frames}
        if len(sides) < len(("agent", "customer")):
            return
        agent, customer = sides["agent"], sides["customer"]
        if agent.speech and not customer.speech:
            self._own_frames += 1
            self._own.feed(agent)
        if not (customer.speech or agent.picks_up):
            return
        if agent.picks_up:
            self._echo.feed(agent)
        loud = power_db(self._echo.power) - power_db(self._own.power) > LOUD_DB
        self._lately.append(agent.picks_up and loud and self._own_frames >= LEAST_OWN_FRAMES)
        count = sum(self._lately)
        full = len(self._lately) == LATELY_FRAMES
        heard = count >= HEARD_FRAMES or (self._heard and not (full and count <= GONE_FRAMES))
        if heard != self._heard:
            self._heard = heard
            yield EchoHeard(seconds(agent.start + FRAME), heard)


class _Mean:
    """Mean power of frames, the later the more."""

    def __init__(self) -> None:
        self.power = 0.0

    def feed(self, frame: SpeechFrame) -> None:
        power = mean_square(frame.samples)
        self.power += WEIGHT * (power - self.power) if self.power else power

"""Voice activity: which frames are speech, and whose."""

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker, seconds
from audio.measure.crosstalk import Likeness
from audio.measure.echo import EchoPath
from audio.measure.frames import FRAME, Frame, Framer
from audio.measure.level import mean_square, power_db
from audio.measure.speech_model import ON, SpeechModel
from audio.values import SpeechFrame

OFF = 0.35
"""Probability below which speech has ended."""
SAME_WAVE = 0.7
"""A channel whose wave correlates this much with the other's, a little later, only picks up the other, however loud."""
SAME_TIME = 0.02
"""If both correlate equally within this, they are simultaneous, and the weaker one picks up the other."""
WEAKER_DB = 3.0
SIMILAR_WAVE = 0.45
CROSSTALK_DB = 9.0
"""A channel this far below the other, each against its own usual speech, needs only be similar: noise or a codec may
have changed the wave on its way."""
FAR_DB = 18.0
"""This far below, it need not even be similar: nobody shouts that loud over another."""
MAYBE = 0.05
"""Probability from which a louder channel may hold the voice that leaks into the other one."""
CROSSTALK_FRAMES = 8
"""256 ms: an echo of the other's voice may come this late."""
ECHO_BEFORE_FRAMES = 31
"""1 s before an echo is found is looked at again: the way through a room is learnt from the echo itself."""
USUAL_WEIGHT = 0.03
"""Of a frame in a channel's usual power of speech: a memory of about one second of speech."""


class _Channel:
    """One speaker's voice activity: two thresholds, and what is known of the channel's loudness."""

    def __init__(self) -> None:
        self._model = SpeechModel()
        self.probability = 0.0
        self.heard = False
        """Whether some voice is in the channel, its speaker's or another's."""
        self.power = 0.0
        self._usual: float | None = None
        self._loud: deque[float] = deque([0.0] * CROSSTALK_FRAMES, CROSSTALK_FRAMES)

    def look_ahead(self, frames: Samples) -> None:
        self._model.look_ahead(frames)

    def feed(self, samples: Samples) -> None:
        self.probability = self._model.probability(samples)
        self.heard = self.probability >= (OFF if self.heard else ON)
        self.power = mean_square(samples)
        self._loud.append(self.power if self.probability >= MAYBE else 0.0)

    @property
    def recent(self) -> float:
        """The loudest power of what may be voice in the last 256 ms; 0 if there was none."""
        return max(self._loud)

    @property
    def usual(self) -> float | None:
        return self._usual

    def learn(self) -> None:
        """Only this speaker speaks: the frame shows how loud the channel usually is."""
        usual = self.power if self._usual is None else self._usual
        self._usual = usual + USUAL_WEIGHT * (self.power - usual)


class VoiceActivity:
    """Frames in, the same frames out with whether they are speech.

    Speech begins at a probability of 0.5 and ends below 0.35. Where two channels hold a voice, the one whose wave is
    the other's a little later only hears the other; so does one that is 9 dB below the other (each against its usual
    level of speaking alone, once known) and similar to it, and the agent's where it is all echo.
    """

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._channels = {speaker: _Channel() for speaker in speakers}
        self._likeness = Likeness() if len(speakers) == 2 else None  # noqa: PLR2004 - each is the other's other
        self._agent = speakers.index("agent") if "agent" in speakers else 0
        self._echo = EchoPath()
        self._agents: deque[bool] = deque(maxlen=ECHO_BEFORE_FRAMES)
        """Whether the latest frames were taken for the agent's speech."""
        self._echoed = False

    def look_ahead(self, frames: Sequence[Frame]) -> None:
        """Prepare the next frames at once, which costs less; then each must be fed."""
        for number, channel in enumerate(self._channels.values() if len(frames) > 1 else ()):
            channel.look_ahead(np.stack([frame.samples[number] for frame in frames]))

    def feed(self, frame: Frame) -> Iterator[SpeechFrame]:
        """Feed each speaker's frame, in the order the speakers were named."""
        channels = tuple(self._channels.values())
        for channel, samples in zip(channels, frame.samples, strict=True):
            channel.feed(samples)
        echo = self._is_echo(frame)
        voices = [channel for channel in channels if channel.recent]
        for channel in voices:
            if len(voices) == 1 and channel.heard and not (echo and channel is channels[self._agent]):
                channel.learn()
        for number, (speaker, samples) in enumerate(zip(self._channels, frame.samples, strict=True)):
            channel = channels[number]
            picks_up = channel.heard and (
                (len(voices) > 1 and self._is_crosstalk(number)) or (echo and number == self._agent)
            )
            speech = channel.heard and not picks_up
            before = self._echo_before(speech=speech, echo=echo and picks_up) if number == self._agent else 0
            yield SpeechFrame(speaker, frame.start, samples, channel.probability, speech, picks_up, before)

    def flush(self) -> Iterator[SpeechFrame]:
        """Return nothing: every frame has been answered."""
        return iter(())

    def echo_share(self, first: int, last: int) -> float:
        """Share of the agent's frames from `first` to before `last` that is the customer's echo, known by now."""
        return self._echo.explained(first, last)

    def _echo_before(self, *, speech: bool, echo: bool) -> int:
        """How many of the agent's latest frames are echo too, when one is found."""
        begins = echo and not self._echoed and any(self._agents)
        before = self._echo.echo_before(self._agents) if begins else 0
        self._echoed = echo
        self._agents.append(speech)
        return before

    def _is_echo(self, frame: Frame) -> bool:
        """Whether the agent's channel holds nothing but the customer; the same sound on both sides is no echo."""
        if self._likeness is None:
            return False
        self._likeness.feed(frame.samples)
        customer_heard = tuple(self._channels.values())[1 - self._agent].heard
        agent, customer = self._likeness.newest[self._agent], self._likeness.newest[1 - self._agent]
        return self._echo.feed(agent, customer, other_speaks=customer_heard) and not self._likeness.same

    def _is_crosstalk(self, number: int) -> bool:
        if self._likeness is None:
            return False
        channels = tuple(self._channels.values())
        below_db = _below_db(channels[number], channels[1 - number])
        alike = self._likeness.of(number)
        if alike < SAME_WAVE:
            return below_db > FAR_DB or (below_db > CROSSTALK_DB and alike >= SIMILAR_WAVE)
        later = alike - self._likeness.of(1 - number)
        return later > SAME_TIME or (later >= -SAME_TIME and below_db > WEAKER_DB)


def _below_db(channel: _Channel, other: _Channel) -> float:
    """How far a channel is below the other, each against its usual speech where that is known."""
    below_db = power_db(other.recent) - power_db(channel.recent)
    if channel.usual is not None and other.usual is not None:
        below_db -= power_db(other.usual) - power_db(channel.usual)
    return below_db


AHEAD_FRAMES = 32
"""About a second of a whole sound is prepared at once: more costs memory and is no quicker."""
ONSET_FRAMES = 2
"""Frames of speech in a row that open a stretch: one alone is a click."""
PRE_ROLL = SAMPLE_RATE_HZ // 4
"""0.25 s kept from before the onset."""
PAUSE = SAMPLE_RATE_HZ * 45 // 100
"""0.45 s without speech end a stretch."""
TAIL = SAMPLE_RATE_HZ * 15 // 100
"""0.15 s kept behind the last speech."""


def segments(samples: Samples, rate: int) -> list[tuple[float, float]]:
    """Find the stretches of speech in a recording.

    A stretch opens with two frames of speech in a row, 0.25 s before them, and ends 0.15 s after the last frame of
    speech that 0.45 s without follow.

    Args:
        samples: mono sound, shape (n,).
        rate: samples a second.

    Returns:
        Start and end of each stretch in seconds, in order, none overlapping.
    """
    from audio.files.resample import resample  # soxr is for recordings at other rates

    sound = resample(samples, rate)
    found: list[tuple[int, int]] = []
    start = end = None
    row = 0
    for frame in speech_frames(sound):
        row = row + 1 if frame.speech else 0
        behind = frame.start + FRAME
        if row >= ONSET_FRAMES or (row and start is not None):
            start = behind - row * FRAME if start is None else start
            end = behind
        elif start is not None and end is not None and behind - end >= PAUSE:
            found.append((start, end))
            start = end = None
    if start is not None and end is not None:
        found.append((start, end))
    return [(seconds(start), seconds(end)) for start, end in _widened(found, len(sound))]


def speech_frames(sound: Samples) -> Iterator[SpeechFrame]:
    """Voice activity of one speaker's whole sound at 16 kHz, shape (n,); the last frame is filled up with silence."""
    framer, activity = Framer(("agent",)), VoiceActivity(("agent",))
    frames = [*framer.feed(AudioBlock("agent", 0, sound)), *framer.flush()]
    for first in range(0, len(frames), AHEAD_FRAMES):
        ahead = frames[first : first + AHEAD_FRAMES]
        activity.look_ahead(ahead)
        for frame in ahead:
            yield from activity.feed(frame)


def _widened(found: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    wide: list[tuple[int, int]] = []
    for start, end in found:
        before = wide[-1][1] if wide else 0
        wide.append((max(start - PRE_ROLL, before), min(end + TAIL, length)))
    return wide

"""The front of the pipeline: sound in, a stream of measures out, ordered by media time alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from audio.block import AudioBlock, Speaker, seconds
from audio.engines import DEFAULT, Engine
from audio.measure.echo_watch import EchoWatch
from audio.measure.engine import tone_engine
from audio.measure.frames import FRAME, Frame, Framer
from audio.measure.speech import VoiceActivity
from audio.measure.speech_model import SpeechModel
from audio.measure.tone import ToneMeter
from audio.measure.turns import TurnTaking
from audio.values import EchoHeard, Measure, MicrophoneChange, SpeechFrame, Usual, Utterance
from audio.words.utterances import PRE_ROLL_FRAMES, TAIL_FRAMES, Cut, Growing, Pausing, Resumed, UtteranceCutter
from monitor.pipeline.transcription import Transcription


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """The sound of all speakers up to here has been measured."""

    heard: int
    """Sample index."""
    settled: int
    """No utterance that is not pending yet begins before this index."""
    agent_speaks: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """An utterance ended here; it is being transcribed."""

    cut: Cut
    words: Future[Utterance]


@dataclass(frozen=True, slots=True, eq=False)
class _Moment:
    """The frames of one moment, and what they did to the utterances."""

    frames: Sequence[SpeechFrame]
    items: Sequence[tuple[Cut | Pausing | Resumed | Growing, bool]]
    """Each with whether it is an echo, by what was known at this moment, however much sound came at once."""
    settled: int


Measured = Measure | EchoHeard | MicrophoneChange | Pending | Tick


ECHO_SHARE = 0.65
"""Of the energy of an utterance, from which it is the customer's: at its end the room is known better than before."""


def warm_up(engine: Engine = DEFAULT) -> None:
    """Load what all calls of a process share: the model of voice activity, and what measures tone."""
    SpeechModel()
    tone_engine(engine)


class MeasureStage:
    """All measures of one call's sound.

    Args:
        speakers: who is in the call; sound of all of them must come.
        background: transcribes; None to measure tone alone.
        profiles: what is usual for a speaker from earlier calls, where known.
        engine: what measures tone.
    """

    def __init__(
        self,
        speakers: Sequence[Speaker],
        background: Transcription | None,
        profiles: Mapping[Speaker, Usual] | None = None,
        engine: Engine = DEFAULT,
    ) -> None:
        self._framer = Framer(speakers)
        self._voice = VoiceActivity(speakers)
        self._echo = EchoWatch()
        self._tone = ToneMeter(speakers, profiles, tone_engine(engine))
        self._turns = TurnTaking(speakers)
        self._background = background
        self._cutters = {speaker: UtteranceCutter(speaker) for speaker in speakers if background}

    def feed(self, block: AudioBlock) -> Iterator[Measured]:
        """Measure as far as there is sound of all speakers."""
        yield from self._measure_all(self._framer.feed(block))

    def flush(self) -> Iterator[Measured]:
        """The sound has ended: measure the rest."""
        yield from self._measure_all(self._framer.flush())
        yield from self._tone.flush()
        yield from self._turns.flush(self._framer.end)
        for cutter in self._cutters.values():
            yield from self._transcribe([(cut, self._is_echo(cut)) for cut in cutter.flush()])

    def _measure_all(self, frames: Iterable[Frame]) -> Iterator[Measured]:
        frames = list(frames)
        self._voice.look_ahead(frames)
        moments = [self._hear(frame) for frame in frames]
        if len(moments) > 1:
            self._tone.look_ahead([moment.frames for moment in moments])
        for moment in moments:
            yield from self._measure(moment)

    def _hear(self, frame: Frame) -> _Moment:
        frames = tuple(self._voice.feed(frame))
        items = [item for each in frames if self._cutters for item in self._cutters[each.speaker].feed(each)]
        return _Moment(
            frames,
            [(item, isinstance(item, Cut) and self._is_echo(item)) for item in items],
            min((cutter.settled for cutter in self._cutters.values()), default=frame.start),
        )

    def _measure(self, moment: _Moment) -> Iterator[Measured]:
        frames = moment.frames
        yield from self._echo.feed(frames)
        yield from self._tone.feed(frames)
        yield from self._turns.feed(frames)
        yield from self._transcribe(moment.items)
        if self._background:
            self._background.pass_time(frames[0].start + len(frames[0].samples))
        yield Tick(
            heard=frames[0].start + len(frames[0].samples),
            settled=moment.settled,
            agent_speaks=any(frame.speech for frame in frames if frame.speaker == "agent"),
        )

    def _is_echo(self, cut: Cut) -> bool:
        """Whether an utterance of the agent is the customer's voice in her microphone."""
        first, last = cut.start // FRAME + PRE_ROLL_FRAMES, cut.end // FRAME - TAIL_FRAMES
        return cut.speaker == "agent" and self._voice.echo_share(first, last) >= ECHO_SHARE

    def _transcribe(self, items: Iterable[tuple[Cut | Pausing | Resumed | Growing, bool]]) -> Iterator[Pending]:
        for item, is_echo in items:
            if isinstance(item, Cut) and self._background and is_echo:
                self._background.drop(item.speaker)
                yield Pending(item, _without_words(item))
                continue
            words = self._background.feed(item) if self._background else None
            if isinstance(item, Cut) and words is not None:
                yield Pending(item, words)


def _without_words(cut: Cut) -> Future[Utterance]:
    words: Future[Utterance] = Future()
    words.set_result(Utterance(cut.speaker, seconds(cut.start), seconds(cut.end), (), seconds(cut.known)))
    return words

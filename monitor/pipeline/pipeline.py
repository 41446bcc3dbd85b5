"""One call, from blocks of sound to judged events: the same steps for a live call, a file and a what-if run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from audio.block import AudioBlock, Speaker
from audio.engines import DEFAULT, Engine
from audio.values import PartialWords, Usual, Utterance
from audio.words.transcribe import Transcriber
from monitor.call.events import CallEvent
from monitor.pipeline.judge import JudgeStage
from monitor.pipeline.load_shedding import LoadStep
from monitor.pipeline.measure import Measured, MeasureStage, warm_up
from monitor.pipeline.transcription import Transcription
from rules.budget import PromptChoice
from rules.rulebook import Rulebook


class Pipeline:
    """Feed it sound, take events.

    Args:
        speakers: who is in the call.
        rulebook: what to judge by.
        load: makes the transcriber, on its own thread; None for no words.
        live: a call cannot wait: words come late, finals are started early, and partial words are made.
        gives_up: whether words that the machine cannot keep up with are given up step by step, see `load_shedding`.
        profiles: what is usual for a speaker from earlier calls, where known: tone is judged from the first word.
        attributes: what is known about the call before it starts; rules may read it.
        engine: what measures tone.
        language: spoken in the call, such as "de", or "auto" to find out; empty for the one the model was loaded for.
    """

    def __init__(  # noqa: PLR0913 - what differs between kinds of calls
        self,
        speakers: Sequence[Speaker],
        rulebook: Rulebook,
        load: Callable[[], Transcriber] | None,
        *,
        live: bool = False,
        gives_up: bool = False,
        profiles: Mapping[Speaker, Usual] | None = None,
        attributes: Mapping[str, str] | None = None,
        engine: Engine = DEFAULT,
        language: str = "",
    ) -> None:
        warm_up(engine)  # before Whisper is loaded, which keeps the machine busy: the first meter does not wait for it
        self._judging = JudgeStage(rulebook, words=load is not None, wait=not live, attributes=attributes)
        self.background = (
            Transcription(
                load,
                partials=live,
                early=live,
                gives_up=gives_up,
                prepare=self._judging.prepare,
                language=language,
                languages=rulebook.spoken,
            )
            if load
            else None
        )
        """What makes words of the sound; None to do without words."""
        self._measuring = MeasureStage(speakers, self.background, profiles, engine)

    @property
    def now_s(self) -> float:
        """Media time up to which tone is judged."""
        return self._judging.now_s

    @property
    def words_behind_s(self) -> float:
        """Age of the oldest finished utterance whose words are not known."""
        return self._judging.words_behind_s(self.background.holds if self.background else lambda _: False)

    @property
    def words_error(self) -> BaseException | None:
        """Why there are no words, if so: the model cannot be loaded, or does not answer."""
        return self.background.trouble if self.background else None

    @property
    def words_step(self) -> LoadStep:
        """Which words are given up because the machine can't keep up."""
        return self.background.step if self.background else LoadStep.ALL

    def late(self, lag_s: float) -> None:
        """Say how late the sound is measured: words are given up for it."""
        if self.background:
            self.background.lag_s = lag_s

    def dismiss(self) -> Iterator[CallEvent]:
        """Take the prompt down, as the agent wishes."""
        yield from self._judging.dismiss()

    def choose(self, choice: PromptChoice) -> Iterator[CallEvent]:
        """Show the prompts that the agent wants from here on."""
        yield from self._judging.choose(choice)

    def snooze(self, until_s: float) -> Iterator[CallEvent]:
        """Show no prompts before `until_s` of media time."""
        yield from self._judging.snooze(until_s)

    def wait_until_loaded(self) -> None:
        """Wait for the Whisper model; raises what loading it raised."""
        if self.background:
            self.background.wait_until_loaded()

    def feed(self, block: AudioBlock) -> Iterator[CallEvent]:
        """Take sound of one speaker, of any length."""
        yield from self._judge(self._measuring.feed(block))
        if self.background:
            self.background.advance(block.end)

    def flush(self) -> Iterator[CallEvent]:
        """The sound has ended: all remaining events."""
        yield from self._judge(self._measuring.flush())
        if self.background:
            self.background.end()
        yield from self._judging.flush()

    def after_call(self) -> Iterator[Utterance]:
        """After the flush: words that were postponed. They are for the record; no rule judges them."""
        if self.background:
            yield from self.background.after_call()

    def partials(self) -> Iterator[PartialWords]:
        """New words of unfinished utterances."""
        if self.background:
            yield from self.background.partials()

    def close(self) -> None:
        """Stop the threads; what has not been flushed is dropped."""
        if self.background:
            self.background.close()

    def _judge(self, measured: Iterable[Measured]) -> Iterator[CallEvent]:
        for item in measured:
            yield from self._judging.feed(item)

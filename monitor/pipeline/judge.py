"""The back of the pipeline: ordered measures in, judged events out.

If the stream can wait for words, they enter it where their utterance ended; otherwise they enter when they arrive.
Rules that read words are judged behind the watermark, so that late words change their delay and nothing else. Tone
never waits.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from audio.block import SAMPLE_RATE_HZ, seconds
from audio.values import EchoHeard, Measure, MicrophoneChange, Utterance
from audio.words.model import ModelError
from audio.words.utterances import Cut
from monitor.call.events import CallEvent, Gap, Health, PromptShown
from monitor.pipeline.cleared_prompts import ClearedPrompts
from monitor.pipeline.language_notes import LanguageNotes
from monitor.pipeline.measure import Measured, Pending, Tick
from monitor.pipeline.microphone import microphone_health
from monitor.pipeline.readings import Readings
from monitor.sentences.encoder import MeaningError
from monitor.sentences.meaning import meaning_for
from monitor.whisper.errors import WordsLateError
from rules.budget import PromptChoice
from rules.judge import Judge
from rules.language.phrase_files import ENGLISH_CODE
from rules.model import Easing, Firing, Goodbye, Judged, Prompt, Reading, Spoken, SpokenWord, Verdict, Watermark
from rules.prompter import Prompter
from rules.rulebook import Rulebook

LEAD = 60 * SAMPLE_RATE_HZ
"""How far the sound of a stream that can wait may run ahead of its words, in samples."""
ECHO = "The customer is heard in your microphone. Use a headset."
NO_ECHO = "The customer is no longer heard in your microphone."


class JudgeStage:
    """Judges one call.

    Args:
        rulebook: what to judge by.
        words: whether there are words at all.
        wait: whether the stream may wait for words: a file's may, a call's may not.
        attributes: what is known about the call before it starts; rules may read it.
    """

    def __init__(
        self, rulebook: Rulebook, *, words: bool, wait: bool, attributes: Mapping[str, str] | None = None
    ) -> None:
        self._rulebook = rulebook
        self._prompter = Prompter(rulebook)
        self._judge = Judge(rulebook, attributes or {})
        self._prompts = ClearedPrompts()
        self._readings = Readings()
        self._notes = LanguageNotes(rulebook)
        self._meaning = meaning_for(rulebook) if words else None
        self._words = words
        self._wait = wait
        self._queue: deque[Measured] = deque()
        self._late: list[Pending] = []
        self._measured = 0
        self._judged = 0

    @property
    def now_s(self) -> float:
        """Media time up to which tone is judged."""
        return seconds(self._judged)

    def words_behind_s(self, is_held: Callable[[Cut], bool]) -> float:
        """Age of the oldest finished utterance whose words are not known, but for those that are held back."""
        late = [pending.cut.known for pending in self._late if not is_held(pending.cut)]
        return seconds(self._judged - min(late, default=self._judged))

    def feed(self, item: Measured) -> Iterator[CallEvent]:
        """Judge as far as the words are known, or until the longest wait for them is over."""
        self._queue.append(item)
        if isinstance(item, Tick):
            self._measured = item.heard
            yield from self._drain(self._measured - LEAD)

    def flush(self) -> Iterator[CallEvent]:
        """The sound has ended: wait for all words, judge all."""
        yield from self._drain(self._measured + LEAD)
        for pending in self._late:
            yield from self._utterance(pending)
        self._late.clear()
        for verdict in self._judge.flush():
            yield from self._tell(verdict)
        yield from self._change(self._prompter.flush(self.now_s))

    def prepare(self, utterance: Utterance) -> None:
        """Do the work that would delay the tone in advance, on any thread."""
        if language := self._rulebook.language(utterance.language or ENGLISH_CODE):
            language.warm_up()
        if (meaning := self._meaning) and utterance.language in {"", ENGLISH_CODE}:
            with suppress(MeaningError):  # it is raised again, and reported, when it is judged
                meaning.of(_spoken(utterance))

    def dismiss(self) -> Iterator[CallEvent]:
        """Take the prompt down."""
        yield from self._change(self._prompter.dismiss(self.now_s))

    def choose(self, choice: PromptChoice) -> Iterator[CallEvent]:
        """Show the prompts that the agent wants."""
        yield from self._change(self._prompter.choose(choice, self.now_s))

    def snooze(self, until_s: float) -> Iterator[CallEvent]:
        """Show no prompts before `until_s`."""
        yield from self._change(self._prompter.snooze(until_s, self.now_s))

    def _drain(self, wait_until: int) -> Iterator[CallEvent]:
        while self._queue:
            item = self._queue[0]
            if isinstance(item, Pending) and not item.words.done():
                if not self._wait:
                    self._late.append(item)
                    self._queue.popleft()
                    continue
                if item.cut.known > wait_until:
                    return
            self._queue.popleft()
            match item:
                case Pending():
                    yield from self._utterance(item)
                case Tick():
                    yield from self._tick(item)
                case EchoHeard(at_s, heard):
                    self._readings.echo = heard
                    yield Health(round(at_s, 3), "echo", fine=not heard, note=ECHO if heard else NO_ECHO)
                case MicrophoneChange():
                    yield from microphone_health(item)
                case _:
                    yield from self._take(item)

    def _take(self, measure: Measure) -> Iterator[CallEvent]:
        if isinstance(measure, Utterance):
            yield from self._notes.feed(measure)
            self._prompter.language = measure.language or ENGLISH_CODE
        yield measure
        if isinstance(measure, Utterance):
            if self._readings.may_be_echo(measure):
                return
            spoken = replace(_spoken(measure), speech_s=self._readings.speech_s(measure))
            try:
                meant = self._meaning.of(spoken) if self._meaning and spoken.language == ENGLISH_CODE else ()
            except MeaningError as error:
                meant, self._meaning = (), None
                yield Health(self.now_s, "words", fine=False, note=f"Only phrases are used, not meanings: {error}")
            yield from self._ask(replace(spoken, meant=meant))
            return
        for reading in self._readings.feed(measure):
            yield from self._ask(reading)

    def _utterance(self, pending: Pending) -> Iterator[CallEvent]:
        try:
            utterance = pending.words.result()
        except (RuntimeError, ModelError, WordsLateError) as error:
            told = isinstance(error, ModelError | WordsLateError)
            why = str(error) if told else "Whisper could not transcribe this utterance."
            yield Gap(seconds(pending.cut.start), seconds(pending.cut.end), "words", why, pending.cut.speaker)
        else:
            yield from self._take(utterance)

    def _tick(self, tick: Tick) -> Iterator[CallEvent]:
        self._judged = tick.heard
        ready = [pending for pending in self._late if pending.words.done()]
        for pending in ready:
            self._late.remove(pending)
            yield from self._utterance(pending)
        unknown = [tick.settled, *(pending.cut.start for pending in self._late)] if self._words else [tick.heard]
        yield from self._ask(Watermark(seconds(min(unknown))))
        yield from self._change(self._prompter.advance(self.now_s, agent_speaking=tick.agent_speaks))

    def _ask(self, item: Reading | Spoken | Watermark) -> Iterator[CallEvent]:
        for verdict in self._judge.feed(item):
            yield from self._tell(verdict)

    def _tell(self, verdict: Verdict) -> Iterator[CallEvent]:
        match verdict:
            case Judged():
                yield from self._prompts.decide(verdict)
            case Goodbye():
                pass
            case _:
                yield verdict
        if isinstance(verdict, Firing | Easing | Judged | Goodbye):
            yield from self._change(self._prompter.feed(verdict, self.now_s))

    def _change(self, prompts: Iterable[Prompt]) -> Iterator[CallEvent]:
        """What the prompter puts up is judged from there on."""
        for prompt in prompts:
            if prompt.until_s is None:
                yield PromptShown(prompt)
                for verdict in self._judge.feed(prompt):
                    yield from self._tell(verdict)
            else:
                yield from self._prompts.clear(prompt)


def _spoken(utterance: Utterance) -> Spoken:
    words = (SpokenWord(word.start_s, word.end_s, word.text, word.probability) for word in utterance.words)
    return Spoken(
        utterance.speaker, utterance.start_s, utterance.end_s, tuple(words), language=utterance.language or ENGLISH_CODE
    )

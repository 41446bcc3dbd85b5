"""Transcription in the background: utterances are transcribed on their own threads while sound comes in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from audio.block import SAMPLE_RATE_HZ, Speaker, seconds
from audio.values import PartialWords, Utterance
from audio.words.context import Said
from audio.words.model import ModelError
from audio.words.spoken_language import ENGLISH, FOREIGN
from audio.words.transcribe import Heard, Transcriber
from audio.words.utterances import Cut, Growing, Pausing, Resumed
from monitor.pipeline.held_words import HeldWords
from monitor.pipeline.load_shedding import LoadShedding, LoadStep
from monitor.pipeline.whisper_pool import Task, WhisperPool
from monitor.whisper.errors import WordsLateError

AUTO = "auto"
"""Find out which language is spoken."""
MOST_PUT_OFF = 600 * SAMPLE_RATE_HZ
"""Samples kept to transcribe after the call, 38 MB; words beyond them are lost."""

_AGENT, _CUSTOMER, _PARTIAL = range(3)
"""Priority: finals before partials, the agent's before the customer's, older ones before later ones."""


@dataclass(slots=True, eq=False)
class _Job:
    """An utterance to be transcribed."""

    cut: Cut
    task: Task
    last: _Job | None
    """The same speaker's utterance before it, until it is known what was said there."""
    said: Said | None = None
    """Its words as context for the next, once they are known."""
    language: str = ""
    """Of these words, if it is certain."""

    @property
    def words(self) -> Future[Any]:
        """To come: an `Utterance`, or `Heard` where the language is to be found out."""
        return self.task.done


@dataclass(eq=False)
class _Open:
    """The work in progress for a speaker's current utterance."""

    partial: Task | None = None
    early: dict[tuple[int, int], _Job] = field(default_factory=dict)
    """Finals started in a pause, in case the pause turns out to be the end."""
    opening: _Job | None = None
    """The last of them that did not turn out so: the words of the utterance up to a pause."""
    is_shown: bool = True
    """Whether these words have been passed on, or are part of others that will be."""


class Transcription:
    """Workers over one model; never blocks the thread that feeds it.

    All finals are done, the agent's first. Of the partials, one per speaker is in progress at a time and the others
    are skipped, so that words on the screen get rarer, not later, when the machine is slow. If that is not enough and
    it may, it goes down the ladder of `load_shedding`.

    The thread that feeds it alone writes `step`. The workers read it once for each utterance, without a lock: it is a
    single reference, and after a change one more utterance is at worst done as before.

    Args:
        load: makes the transcriber; called on a worker, so that the sound does not wait for the model.
        partials: whether words of unfinished utterances are wanted.
        early: whether a final is started in the pause before the end of an utterance is certain. The result is
            the same; it is ready sooner, at the price of some wasted work.
        gives_up: whether words that the machine can't keep up with may be given up; else they come later and later.
        prepare: called with each utterance on the worker, before its words are passed on.
        language: spoken in the call, or "auto" to find out; empty for the one that the model was loaded for.
        languages: codes of those that have rules.
    """

    def __init__(  # noqa: PLR0913 - what differs between kinds of calls
        self,
        load: Callable[[], Transcriber],
        *,
        partials: bool = False,
        early: bool = False,
        gives_up: bool = False,
        prepare: Callable[[Utterance], object] = lambda _: None,
        language: str = "",
        languages: Collection[str] = (),
    ) -> None:
        self.step = LoadStep.ALL
        """What is given up just now."""
        self.lag_s = 0.0
        """How late the sound is measured, as far as that is known."""
        self.workers = WhisperPool(load)
        """Who ask Whisper."""
        self._language = "" if language == AUTO else language
        self._held = HeldWords(languages, self._again) if language == AUTO else None
        self._partials = partials
        self._prepare = prepare
        self._early = early
        self._overload = LoadShedding() if gives_up else None
        self._open: dict[Speaker, _Open] = {}
        self._last: dict[Speaker, _Job] = {}
        self._finals: list[_Job] = []
        self._loaded: int | None = None
        self._put_off: list[Cut] = []

    def wait_until_loaded(self) -> None:
        """Wait for the model; raises what loading it raised."""
        self.workers.transcriber.result()

    @property
    def settled(self) -> bool:
        """Whether all words asked for so far, final and partial, have come or were given up."""
        partials = [under_way.partial.done for under_way in self._open.values() if under_way.partial]
        return all(words.done() for words in [*partials, *(job.words for job in self._finals)])

    @property
    def trouble(self) -> BaseException | None:
        """Why there are no words, such as a model that cannot be loaded, once that is known."""
        return self.workers.trouble

    def feed(self, item: Cut | Pausing | Resumed | Growing) -> Future[Utterance] | None:
        """Take an event of the cutter; for an utterance that is complete, return its pending words."""
        speaker = item.cut.speaker if isinstance(item, Pausing) else item.speaker
        under_way = self._open.setdefault(speaker, _Open())
        match item:
            case Growing():
                self._begin_partial(under_way, item)
            case Pausing():
                if self._early and self.step < LoadStep.NO_PARTIALS:
                    under_way.early[_span(item.cut)] = self._begin(item.cut, self._last.get(speaker))
            case Resumed():
                self._cancel(under_way)
            case Cut():
                final = under_way.early.pop(_span(item), None) or self._begin(item, self._last.get(speaker))
                self._last[speaker] = final
                self._cancel(under_way)
                self._open[speaker] = _Open()
                self._finals.append(final)
                return self._held.add(item, final.words) if self._held else final.words
        return None

    def drop(self, speaker: Speaker) -> None:
        """Forget the utterance in progress: its words are not wanted."""
        self._cancel(self._open.setdefault(speaker, _Open()))
        self._open[speaker] = _Open()

    def pass_time(self, now: int) -> None:
        """Sound has been measured up to this sample."""
        if self._held:
            self._held.pass_time(now)

    def holds(self, cut: Cut) -> bool:
        """Whether the words of a cut are only held back until its language is sure."""
        return self._held is not None and self._held.holds(cut)

    def end(self) -> None:
        """The sound has ended."""
        if self._held:
            self._held.end()

    def advance(self, now: int) -> None:
        """Sound has come up to this sample: check whether the words keep up, and what to give up if they do not."""
        self._finals = [job for job in self._finals if not job.words.done()]
        if self._overload is None or not self.workers.transcriber.done():
            return
        self._loaded = now if self._loaded is None else self._loaded
        oldest = min((max(job.cut.known, self._loaded) for job in self._finals), default=now)
        self.step = self._overload.feed(seconds(now), seconds(max(0, now - oldest)), self.lag_s)
        for job in self._finals:
            if self.step == LoadStep.ALL_LATER or (
                self.step == LoadStep.CUSTOMER_LATER and job.cut.speaker == "customer"
            ):
                self._put_off_if_waiting(job)

    def partials(self) -> Iterator[PartialWords]:
        """New words of unfinished utterances, and of finished ones while their language is not sure."""
        yield from self._held.showing() if self._held else ()
        for speaker, under_way in self._open.items():
            if under_way.partial is not None and (words := under_way.partial.done).done():
                if not words.cancelled() and words.exception() is None:
                    yield words.result()
                under_way.partial = None
            elif under_way.partial is None and (said := self._unshown(under_way, speaker)):
                yield self.workers.transcriber.result().opening(said)

    def after_call(self) -> Iterator[Utterance]:
        """What was postponed, one utterance after the other, so that a next call keeps the other worker."""
        while self._put_off:
            with suppress(RuntimeError, ModelError):  # that the words are missing was reported when they were postponed
                cut = self._put_off.pop(0)
                language = self._spoken_by(cut.speaker)
                if language != FOREIGN:
                    yield self._begin(cut, None, language).words.result()

    def close(self) -> None:
        """Drop what has not started, wait for what has."""
        self.workers.close()

    def _begin(self, cut: Cut, last: _Job | None = None, language: str | None = None) -> _Job:
        rank = (_AGENT if cut.speaker == "agent" else _CUSTOMER, cut.known)
        after = last.words if last and not self._overload else None  # see `_said`
        job = _Job(cut, Task(lambda transcriber: self._final(transcriber, job, language), rank, after), last)
        self.workers.put(job.task)
        return job

    def _again(self, cut: Cut, language: str) -> Future[Utterance]:
        return self._begin(cut, None, language).words

    def _spoken_by(self, speaker: Speaker) -> str:
        return self._held.language(speaker) if self._held else self._language

    def _final(self, transcriber: Transcriber, job: _Job, language: str | None) -> Utterance | Heard:
        before, job.last = job.last, None  # let go of it, or a call would keep all its sound
        last = self._said(before)
        spoken = self._spoken_by(job.cut.speaker) if language is None else language
        listens = self._held is not None and language is None and not (self._held.only_english and spoken)
        spoken = "" if spoken == FOREIGN else spoken
        quick, small = self.step >= LoadStep.QUICK, self.step >= LoadStep.SMALLER_MODEL
        result: Utterance | Heard
        try:
            if listens:
                known = before.language if before else ""
                result = transcriber.heard(
                    job.cut, quick=quick, small=small, last=last, last_language=known, language=spoken
                )
            else:
                small = small and spoken in {"", ENGLISH}
                result = transcriber.utterance(job.cut, quick=quick, small=small, last=last, language=spoken)
                result = Heard(result, {}, result.language) if self._held and language is None else result
        except (RuntimeError, ModelError, WordsLateError):
            raise
        except Exception as error:
            raise RuntimeError(f"Whisper failed with a {type(error).__name__}.") from error
        utterance = result.utterance if isinstance(result, Heard) else result
        job.language = result.certain if isinstance(result, Heard) else utterance.language
        job.said = Said(job.cut, utterance.text, last.so_far if last else "")
        self._prepare(utterance)
        return result

    def _said(self, last: _Job | None) -> Said | None:
        """What was said in the utterance before; None if that is not known, or too late for a live call."""
        if last is None or (self._overload and not last.words.done()):
            return None
        with suppress(Exception):  # whoever waits for its words gets to know why there are none
            last.words.result()
        return last.said

    def _unshown(self, under_way: _Open, speaker: Speaker) -> Said | None:
        """Words up to a pause that the screen does not have yet."""
        if under_way.is_shown or under_way.opening is None or not under_way.opening.words.done():
            return None
        under_way.is_shown = True
        return under_way.opening.said if self._guess(speaker) != FOREIGN else None

    def _guess(self, speaker: Speaker) -> str:
        return self._held.guess(speaker) if self._held else self._language

    def _put_off_if_waiting(self, job: _Job) -> None:
        if not self.workers.withdraw(job.task):
            return
        room = MOST_PUT_OFF - sum(len(cut.samples) for cut in self._put_off) >= len(job.cut.samples)
        if room:
            self._put_off.append(job.cut)
        when = "will be transcribed after the call, if there is time" if room else "are lost"
        job.words.set_exception(WordsLateError(f"Whisper can't keep up. The words {when}."))

    def _cancel(self, under_way: _Open) -> None:
        for job in under_way.early.values():
            if not self.workers.withdraw(job.task):
                under_way.opening, under_way.is_shown = job, False
        under_way.early.clear()

    def _begin_partial(self, under_way: _Open, growing: Growing) -> None:
        wanted = self._partials and self.step < (
            LoadStep.NO_CUSTOMER_PARTIALS if growing.speaker == "customer" else LoadStep.NO_PARTIALS
        )
        awaited = any(not job.words.done() for job in self._finals)
        language = self._guess(growing.speaker)
        if language == FOREIGN:
            return
        if wanted and self.workers.transcriber.done() and under_way.partial is None and not awaited:
            opening = under_way.opening.said if under_way.opening else None
            under_way.partial = Task(
                lambda transcriber: transcriber.partial(growing, language=language, opening=opening),
                (_PARTIAL, growing.start),
            )
            under_way.is_shown = True
            self.workers.put(under_way.partial)


def _span(cut: Cut) -> tuple[int, int]:
    return cut.start, cut.end

"""Holds the first words of each side back until the language is sure: they are words of that language, or none."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from audio.block import SAMPLE_RATE_HZ, Speaker, seconds
from audio.values import PartialWords, Utterance
from audio.words.spoken_language import FOREIGN, SpokenLanguage
from audio.words.transcribe import Heard
from audio.words.utterances import Cut

LONGEST = 30 * SAMPLE_RATE_HZ
"""How long after the end of a side's first utterance its language is decided, however little was said."""
Again = Callable[[Cut, str], Future[Utterance]]
"""Transcribes a cut in a language."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    cut: Cut
    heard: Future[Heard]
    words: Future[Utterance]


@dataclass(eq=False)
class _Side:
    """One speaker's words, in the order in which they were spoken."""

    language: SpokenLanguage
    first: int | None = None
    """Where the end of the first utterance was known, in samples."""
    coming: list[_Waiting] = field(default_factory=list)
    """Not transcribed yet, or behind one that is not."""
    held: list[_Waiting] = field(default_factory=list)
    """Transcribed before the language was sure."""
    shown: str = ""
    """Words that the screen has while they are held."""


class HeldWords:
    """Gives each utterance in the language of its speaker, once that is sure.

    What it gives depends only on the utterances and on media time, whichever thread finishes what first: utterances
    are taken in the order in which they were spoken, and the time by which a language is decided is that of the sound.

    Args:
        known: codes of the languages that have rules.
        again: transcribes an utterance again that was heard in another language.
    """

    def __init__(self, known: Collection[str], again: Again) -> None:
        self.only_english = False
        """Whether the model knows no other language: what was decided then stays, and needs no further listening."""
        self._known = tuple(known)
        self._again = again
        self._lock = RLock()
        self._sides: dict[Speaker, _Side] = {}
        self._now = 0

    def language(self, speaker: Speaker) -> str:
        """The language of a speaker; empty while it is not sure."""
        side = self._sides.get(speaker)
        return (side.language.sure if side else None) or ""

    def guess(self, speaker: Speaker) -> str:
        """The language that a speaker's next words are probably in; empty if nothing is known."""
        with self._lock:
            side = self._sides.get(speaker)
            latest = side.held[-1].heard.result().utterance.language if side and side.held else ""
        return self.language(speaker) or latest

    def holds(self, cut: Cut) -> bool:
        """Whether the words of a cut are known, but not their language."""
        with self._lock:
            side = self._sides.get(cut.speaker)
            return side is not None and any(one.cut is cut for one in side.held)

    def add(self, cut: Cut, heard: Future[Heard]) -> Future[Utterance]:
        """Take a speaker's next utterance; return its words to come."""
        one = _Waiting(cut, heard, Future())
        with self._lock:
            side = self._sides.setdefault(cut.speaker, _Side(SpokenLanguage(self._known)))
            side.first = cut.known if side.first is None else side.first
            side.coming.append(one)
        heard.add_done_callback(lambda _: self._settle(side))
        return one.words

    def pass_time(self, now: int) -> None:
        """Sound has come up to this sample."""
        self._now = now
        for side in self._sides.values():
            if side.language.sure is None and side.first is not None and now - side.first > LONGEST:
                self._settle(side)

    def end(self) -> None:
        """The call is over: what is known must do."""
        self.pass_time(2**62)

    def showing(self) -> Iterator[PartialWords]:
        """What was said so far by those whose language is not sure, for the screen alone."""
        for speaker, side in self._sides.items():
            with self._lock:
                held = [one.heard.result().utterance for one in side.held]
            shown = " ".join(utterance.text for utterance in held if utterance.text)
            if held and shown != side.shown:
                side.shown = shown
                yield PartialWords(speaker, held[0].start_s, shown, "")

    def _settle(self, side: _Side) -> None:
        """Go through the utterances that are transcribed, in order."""
        with self._lock:
            given: list[tuple[_Waiting, str]] = []
            while side.coming and side.coming[0].heard.done():
                one = side.coming.pop(0)
                if side.language.sure is None and side.first is not None and one.cut.known - side.first > LONGEST:
                    side.language.decide()
                if _failed(one.heard):
                    given.append((one, ""))
                    continue
                scores = one.heard.result().scores
                self.only_english = self.only_english or FOREIGN in scores
                if scores and not (self.only_english and side.language.sure):
                    side.language.feed(seconds(len(one.cut.samples)), scores)
                side.held.append(one)
                given += self._release(side)
            if side.language.sure is None and self._time_is_up(side):
                side.language.decide()
                given += self._release(side)
        for one, language in given:
            self._give(one, language)

    def _time_is_up(self, side: _Side) -> bool:
        if side.first is None or self._now - side.first <= LONGEST:
            return False
        return not any(one.cut.known - side.first <= LONGEST for one in side.coming)

    def _release(self, side: _Side) -> list[tuple[_Waiting, str]]:
        if side.language.sure is None:
            return []
        released, side.held = side.held, []
        return [(one, side.language.sure) for one in released]

    def _give(self, one: _Waiting, language: str) -> None:
        if _failed(one.heard):
            _pass_on(one.heard, one.words)
            return
        utterance = one.heard.result().utterance
        if language == FOREIGN:
            one.words.set_result(replace(utterance, words=(), language=language))
        elif utterance.language == language:
            one.words.set_result(utterance)
        else:
            self._again(one.cut, language).add_done_callback(lambda again: _pass_on(again, one.words))


def _failed(heard: Future[Heard]) -> bool:
    return heard.cancelled() or heard.exception() is not None


def _pass_on(done: Future[Any], words: Future[Utterance]) -> None:
    """Let the words be those of another future, or fail as it did."""
    try:
        words.set_result(done.result())
    except CancelledError:
        words.cancel()
    except Exception as error:  # noqa: BLE001 - raised again where the words are asked for
        words.set_exception(error)

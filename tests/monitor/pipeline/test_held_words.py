from collections.abc import Mapping
from concurrent.futures import Future
from itertools import permutations

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, Speaker
from audio.values import Utterance, Word
from audio.words.spoken_language import FOREIGN, english_scores
from audio.words.transcribe import Heard
from audio.words.utterances import Cut
from monitor.pipeline.held_words import HeldWords

GERMAN = {"de": 0.9, "en": 0.02}
DUTCH = {"nl": 0.6, "de": 0.3, "en": 0.05}
UTTERANCE_S = 3.0


def cut(number: int, speaker: Speaker = "customer") -> Cut:
    end = round((number + 1) * 5 * SAMPLE_RATE_HZ)
    samples = round(UTTERANCE_S * SAMPLE_RATE_HZ)
    return Cut(speaker, end - samples, end, end, np.zeros(samples, np.float32))


def said(piece: Cut, language: str) -> Utterance:
    word = Word(piece.start / SAMPLE_RATE_HZ, piece.end / SAMPLE_RATE_HZ, f"in-{language}", 0.9)
    return Utterance(piece.speaker, word.start_s, word.end_s, (word,), word.end_s, language)


class Call:
    """A call whose utterances become known when the test wants it."""

    def __init__(self) -> None:
        self.again: list[tuple[Cut, str]] = []
        self.held = HeldWords(("de", "en"), self._again)
        self.coming: list[tuple[Cut, Future[Heard]]] = []

    def _again(self, piece: Cut, language: str) -> Future[Utterance]:
        self.again.append((piece, language))
        done: Future[Utterance] = Future()
        done.set_result(said(piece, language))
        return done

    def ends(self, piece: Cut) -> Future[Utterance]:
        heard: Future[Heard] = Future()
        self.coming.append((piece, heard))
        return self.held.add(piece, heard)

    def known(self, number: int, scores: Mapping[str, float], language: str = "") -> None:
        piece, heard = self.coming[number]
        heard.set_result(Heard(said(piece, language or max(scores, key=lambda code: scores[code])), scores))


def test_words_are_held_until_the_language_is_sure_and_shown_meanwhile() -> None:
    call = Call()
    first, second = call.ends(cut(0)), call.ends(cut(1))
    call.known(0, GERMAN)
    assert not first.done()
    assert [partial.solid for partial in call.held.showing()] == ["in-de"]
    assert call.held.holds(cut(0)) is False
    assert call.held.holds(call.coming[0][0])
    call.known(1, GERMAN)
    assert [first.result(0).text, second.result(0).text] == ["in-de", "in-de"]
    assert list(call.held.showing()) == []


def test_what_was_heard_in_another_language_is_transcribed_again() -> None:
    call = Call()
    words = [call.ends(cut(number)) for number in range(3)]
    for number, scores in enumerate([DUTCH, GERMAN, GERMAN]):
        call.known(number, scores)
    assert [one.result(0).language for one in words] == ["de", "de", "de"]
    assert [(piece.start, language) for piece, language in call.again] == [(cut(0).start, "de")]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_whichever_utterance_is_known_first_the_words_are_the_same(order: tuple[int, ...]) -> None:
    call = Call()
    words = [call.ends(cut(number)) for number in range(4)]
    for number in order:
        call.known(number, [DUTCH, GERMAN, GERMAN, DUTCH][number])
    assert [one.result(0).language for one in words] == ["de"] * 4


def test_a_language_that_the_model_does_not_know_leaves_no_words() -> None:
    call = Call()
    words = [call.ends(cut(number)) for number in range(5)]
    for number in range(5):
        call.known(number, english_scores(-1.3), "en")
    assert [(one.result(0).language, one.result(0).words) for one in words] == [(FOREIGN, ())] * 5
    assert call.held.language("customer") == FOREIGN


def test_somebody_who_says_little_is_not_waited_for_longer_than_half_a_minute() -> None:
    call = Call()
    words = call.ends(cut(0))
    call.known(0, DUTCH)
    call.held.pass_time(cut(0).known + 29 * SAMPLE_RATE_HZ)
    assert not words.done()
    call.held.pass_time(cut(0).known + 31 * SAMPLE_RATE_HZ)
    assert words.result(0).language == "de"


def test_the_end_of_the_call_decides_by_what_was_heard() -> None:
    call = Call()
    words = call.ends(cut(0))
    call.held.end()
    assert not words.done()
    call.known(0, {"en": 0.4, "nl": 0.3})
    assert words.result(0).language == "en"


def test_words_that_failed_fail_for_whoever_waits_and_hold_nothing_up() -> None:
    call = Call()
    lost, others = call.ends(cut(0)), [call.ends(cut(number)) for number in (1, 2)]
    call.coming[0][1].set_exception(RuntimeError("Whisper failed."))
    call.known(1, GERMAN)
    call.known(2, GERMAN)
    with pytest.raises(RuntimeError, match="Whisper failed"):
        lost.result(0)
    assert [one.result(0).language for one in others] == ["de", "de"]


def test_each_side_has_a_language_of_its_own() -> None:
    call = Call()
    agent = [call.ends(cut(number, "agent")) for number in range(2)]
    customer = [call.ends(cut(number)) for number in range(2)]
    for number in range(4):
        call.known(number, GERMAN if number < 2 else {"en": 0.9})
    assert [one.result(0).language for one in (*agent, *customer)] == ["de", "de", "en", "en"]

import numpy as np
import pytest

from audio.values import Word
from audio.words.context import WORDS, Said
from audio.words.transcribe import Transcriber
from audio.words.utterances import Cut


def cut(start_s: float, end_s: float) -> Cut:
    start, end = round(start_s * 16_000), round(end_s * 16_000)
    return Cut("agent", start, end, end, np.ones(end - start, np.float32))


class Recognizer:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, dict[str, object]]] = []

    def final(self, samples: np.ndarray, *, quick: bool = False, **context: object) -> tuple[Word, ...]:
        del quick
        self.asked.append((len(samples), context))
        return (Word(0.1, 0.4, "Yes", 0.9),)


def heard(after: Said | None, next_cut: Cut, *, quick: bool = False) -> tuple[Recognizer, tuple[Word, ...]]:
    recognizer = Recognizer()
    utterance = Transcriber(recognizer).utterance(next_cut, quick=quick, last=after)  # type: ignore[arg-type]
    return recognizer, utterance.words


def test_a_short_phrase_is_heard_with_the_one_before_and_the_pause_between() -> None:
    last = Said(cut(10.0, 12.0), "How are you?", "Hello.")
    recognizer, words = heard(last, cut(12.5, 13.5))
    assert recognizer.asked == [(3.5 * 16_000, {"lead": 2.5 * 16_000, "said": "How are you?", "before": "Hello."})]
    assert words == (Word(12.6, 12.9, "Yes", 0.9),)


@pytest.mark.parametrize(
    ("last", "following"),
    [(cut(10, 12), cut(15.5, 16)), (cut(0, 11.5), cut(12.0, 13.0)), (cut(10, 12), cut(12.5, 19.0))],
    ids=["after a long pause", "after a long phrase", "long"],
)
def test_other_phrases_are_heard_alone_after_what_was_said(last: Cut, following: Cut) -> None:
    recognizer, _ = heard(Said(last, "How are you?", "Hello."), following)
    assert recognizer.asked == [(len(following.samples), {"before": "Hello. How are you?"})]


def test_a_long_pause_is_shortened() -> None:
    recognizer, _ = heard(Said(cut(10, 11), "Well"), cut(13.5, 14.0))
    assert recognizer.asked[0][0] == 2.5 * 16_000


def test_nothing_goes_along_for_a_machine_that_cannot_keep_up_or_where_nothing_was_said() -> None:
    following = cut(12.5, 13.5)
    for after, quick in ((Said(cut(10, 12), "How are you?"), True), (None, False)):
        recognizer, _ = heard(after, following, quick=quick)
        assert recognizer.asked == [(16_000, {})]
    assert not len(Said(cut(10, 12), "").lead_of(following))


def test_of_a_long_talk_the_last_words_go_along() -> None:
    so_far = Said(cut(1, 2), "last", " ".join(["word"] * 200)).so_far.split()
    assert (len(so_far), so_far[-1]) == (WORDS, "last")

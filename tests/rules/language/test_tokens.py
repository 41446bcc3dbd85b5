import pytest

from rules.language.tokens import normalise, tokens
from rules.model import SpokenWord


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("Can't you?", "can not you"),
        ("cannot", "can not"),
        ("I’m", "i am"),
        ("I'd've", "i'd have"),
        ("That's", "that is"),
        ("your manager's name", "your manager name"),
        ("Mm-hmm.", "mm hm"),
        ("OK,", "okay"),
        ("3rd", "third"),
        ("2", "two"),
        ("1,000", "1000"),
        ("100%", "100 percent"),
        ("“Hello!”", "hello"),
        ("won't", "will not"),
        ("o'clock", "o'clock"),
        ("naïve", "naïve"),
        ("…", ""),
    ],
)
def test_one_spelling_for_what_is_said_the_same(spoken: str, written: str) -> None:
    assert " ".join(normalise(spoken)) == written


def test_filler_words_are_left_out_and_words_keep_their_times_and_probabilities() -> None:
    words = (SpokenWord(0.0, 0.2, "Um,", 0.4), SpokenWord(0.3, 0.7, "can't", 0.8), SpokenWord(0.7, 1.0, "wait!", 0.9))
    can, no, wait = tokens(words)
    assert (can.text, no.text, wait.text) == ("can", "not", "wait")
    assert (no.start_s, no.end_s, no.probability, no.surface) == (0.3, 0.7, 0.8, "can't")
    assert (can.ends_clause, no.ends_clause, wait.ends_clause) == (False, False, True)

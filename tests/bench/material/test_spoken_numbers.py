"""The labelled numbers, as Whisper heard them last: what is masked, and what is masked for nothing."""

import pytest

from bench.material.sentences import labelled as labelled_sentences
from bench.material.spoken_numbers import Line, as_written, heard, labelled
from monitor.privacy.card_words import masked


@pytest.fixture(scope="module")
def lines() -> dict[str, list[Line]]:
    return heard()


def test_there_are_enough_lines_of_each_kind() -> None:
    secret, ordinary = labelled()["secret"], labelled()["ordinary"]
    assert len(secret) >= 120
    assert len(ordinary) >= 150
    assert all(any("[" in turn for turn in turns) for turns in secret)


def test_numbers_that_flite_says_are_masked_as_they_were_heard(lines: dict[str, list[Line]]) -> None:
    secret = [line for line in lines["secret"] if not line.murmured]
    assert sum(line.leaked() == 0 for line in secret) >= 0.98 * len(secret)


def test_most_digits_are_masked_even_where_every_third_word_is_misheard(lines: dict[str, list[Line]]) -> None:
    secret = lines["secret"]
    assert sum(line.leaked() for line in secret) <= 0.035 * sum(line.digits() for line in secret)


def test_hardly_a_word_is_masked_for_nothing(lines: dict[str, list[Line]]) -> None:
    words = sum(len(line.text().split()) for line in lines["ordinary"])
    assert 1_000 * sum(line.wronged() for line in lines["ordinary"]) <= 5 * words


def test_all_numbers_are_masked_and_nothing_else_where_every_word_is_heard() -> None:
    secret, ordinary = ([as_written(turns) for turns in lines] for lines in labelled().values())
    assert [line.text() for line in secret if line.leaked()] == []
    assert [line.text() for line in ordinary if line.wronged()] == []


def test_no_word_of_ordinary_calls_is_masked() -> None:
    sentences = [sentence.text.split() for sentence in labelled_sentences()]
    assert sum(map(len, sentences)) >= 5_000
    assert [words for words in sentences if masked(words) != words] == []

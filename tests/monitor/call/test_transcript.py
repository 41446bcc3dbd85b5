from dataclasses import replace

from audio.values import HeardAgain, Utterance, Word
from monitor.call.text import line
from monitor.call.transcript import shown, transcript
from tests.made_calls import said


def test_words_of_the_second_pass_replace_those_of_their_utterance_alone() -> None:
    first, second = said("fifteen years", 5.0), said("all right", 9.0, "agent")
    better = HeardAgain("customer", 5.0, first.end_s, (Word(5.0, 6.0, "fifteen", 0.9),))
    elsewhere = replace(better, speaker="agent")
    assert [one.text for one in transcript([second, first], [better, elsewhere])] == ["fifteen", "all right"]


def test_an_utterance_without_words_may_get_some() -> None:
    silent = Utterance("agent", 1.0, 2.0, (), 2.5)
    assert transcript([silent], []) == []
    assert [one.text for one in transcript([silent], [HeardAgain("agent", 1.0, 2.0, said("yes").words)])] == ["yes"]


def test_words_that_may_be_misheard_are_shown_as_unsure() -> None:
    words = Word(0.0, 0.5, "fifteen", 0.31), Word(0.5, 1.0, "minutes.", 0.33), Word(1.0, 1.5, "••••", 0.2)
    assert shown(words) == "[fifteen?] [minutes?]. ••••"
    assert "[fifteen?] [minutes?]." in str(line(Utterance("agent", 0.0, 1.5, words, 2.0)))

from dataclasses import replace
from itertools import islice

import pytest

from rules.language.syllables import contents, weighed_syllables
from rules.model import Spoken, SpokenWord
from rules.words_rate import IN_STEP, MOST_AHEAD_S, WORDS_AHEAD, WordsRate

SENTENCE = "I will have a look at the settings of your router and call you back tomorrow"


def spoken(number: int, speech_s: float, text: str = SENTENCE) -> Spoken:
    """The sentence, said in so many seconds."""
    start_s = 10.0 * number
    words = tuple(SpokenWord(start_s, start_s + speech_s, word, 1.0) for word in text.split())
    return Spoken("agent", start_s, start_s + speech_s, words, speech_s=speech_s)


def ahead(*lengths_s: float) -> list[float]:
    """What is read after each utterance."""
    meter = WordsRate("agent")
    return [
        reading.value for number, length_s in enumerate(lengths_s) for reading in meter.feed(spoken(number, length_s))
    ]


def test_syllables_words_and_consonants_of_a_text_are_counted() -> None:
    assert contents("Hello, fast stops!") == (4, 3, 5, 3, 1)
    assert contents("") == (0, 0, 0, 0, 0)


def test_words_with_many_consonants_take_longer() -> None:
    assert weighed_syllables("strengths") > weighed_syllables("a")


def test_nothing_is_read_before_the_usual_is_known() -> None:
    assert len(ahead(*[4.0] * 8)) == 3


def test_the_usual_pace_is_never_ahead() -> None:
    assert set(ahead(*[4.0] * 30)) == {0.0}


def test_words_said_faster_add_what_they_are_over_the_usual_and_fifteen_per_cent() -> None:
    *_, last = ahead(*[4.0] * 15, 4 / 1.3)
    assert last == pytest.approx((1.3 - 1 - IN_STEP) * 4 / 1.3, abs=0.01)


def test_it_is_remembered_for_three_seconds_at_most() -> None:
    *_, last = ahead(*[4.0] * 15, *[2.0] * 20)
    assert last == MOST_AHEAD_S


def test_a_lasting_hurry_does_not_become_the_usual() -> None:
    values = ahead(*[4.0] * 15, *[2.8] * 60)
    assert all(later >= earlier for earlier, later in zip(values, islice(values, 1, None), strict=False))


@pytest.mark.parametrize(
    "text", ["call 0800 123 456 for the settings of your router", "yes okay"], ids=["digits", "short"]
)
def test_what_has_no_sure_length_is_not_read(text: str) -> None:
    meter = WordsRate("agent")
    for number in range(15):
        list(meter.feed(spoken(number, 4.0)))
    assert list(meter.feed(spoken(15, 1.0, text))) == []


def test_the_words_of_a_language_without_a_count_of_its_own_are_not_read() -> None:
    """How long English words take says nothing of German ones; the rate by sound goes on."""
    meter = WordsRate("agent")
    for number in range(15):
        list(meter.feed(spoken(number, 4.0)))
    assert list(meter.feed(replace(spoken(15, 2.0), language="de"))) == []


def test_the_metric_has_the_name_that_rules_use() -> None:
    meter = WordsRate("agent")
    readings = [reading for number in range(9) for reading in meter.feed(spoken(number, 4.0))]
    assert {reading.metric for reading in readings} == {WORDS_AHEAD}

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audio.block import Samples
from audio.values import Word
from audio.words.transcribe import Transcriber
from audio.words.utterances import Cut, Growing

SOUND = np.zeros(16_000, np.float32)
CUT = Cut("agent", 160_000, 176_000, 183_168, SOUND)
ANYWHERE = st.floats(-1, 3)


class FakeRecognizer:
    """Returns the words it was given."""

    def __init__(self, words: Sequence[Word] = (), readings: Sequence[str] = ()) -> None:
        self.words = words
        self.readings = list(readings)

    def final(self, _samples: Samples, *, quick: bool = False, **_context: object) -> Sequence[Word]:  # noqa: ARG002 - as fast as ever
        return self.words

    def partial(self, _samples: Samples) -> str:
        return self.readings.pop(0)


def read(*readings: str, starts: Sequence[int] | None = None) -> list[tuple[str, str]]:
    transcriber = Transcriber(FakeRecognizer(readings=readings))
    shown = [transcriber.partial(Growing("customer", start, SOUND)) for start in starts or [512] * len(readings)]
    return [(partial.solid, partial.tentative) for partial in shown]


def test_words_stand_on_the_clock_of_the_call() -> None:
    heard = [Word(0.1, 0.36, "Good", 0.98765), Word(0.36, 0.8, "morning.", 0.5)]
    utterance = Transcriber(FakeRecognizer(heard)).utterance(CUT)
    assert (utterance.speaker, utterance.start_s, utterance.end_s, utterance.known_s) == ("agent", 10.0, 11.0, 11.448)
    assert utterance.words == (Word(10.1, 10.36, "Good", 0.988), Word(10.36, 10.8, "morning.", 0.5))
    assert utterance.text == "Good morning."


def test_an_utterance_may_have_no_words() -> None:
    assert Transcriber(FakeRecognizer()).utterance(CUT).words == ()


@given(st.lists(st.tuples(ANYWHERE, ANYWHERE)))
def test_words_follow_each_other_inside_their_utterance(times: list[tuple[float, float]]) -> None:
    heard = [Word(start_s, end_s, "word", 1.0) for start_s, end_s in times]
    words = Transcriber(FakeRecognizer(heard)).utterance(CUT).words
    assert len(words) == len(heard)
    assert all(CUT.start / 16_000 <= word.start_s <= word.end_s <= CUT.end / 16_000 for word in words)
    assert all(before.end_s <= after.start_s for before, after in pairwise(words))
    assert all(word.start_s == round(word.start_s, 3) for word in words)


def test_solid_is_what_two_readings_agree_on() -> None:
    assert read("I would", "I want to", "I want to go") == [
        ("", "I would"),
        ("I", "want to"),
        ("I want to", "go"),
    ]


def test_punctuation_and_case_do_not_keep_words_from_being_solid() -> None:
    assert read("I want to.", "I want, to go") == [("", "I want to."), ("I want, to", "go")]


def test_readings_of_another_utterance_do_not_count() -> None:
    assert read("thank you", "thank you", starts=[512, 8_192]) == [("", "thank you"), ("", "thank you")]


def test_each_speaker_is_read_alone() -> None:
    transcriber = Transcriber(FakeRecognizer(readings=["yes I", "no not", "yes I do"]))
    transcriber.partial(Growing("agent", 512, SOUND))
    transcriber.partial(Growing("customer", 512, SOUND))
    assert transcriber.partial(Growing("agent", 512, SOUND)).solid == "yes I"


@given(st.lists(st.text("ab ,", max_size=20), min_size=1, max_size=5))
def test_nothing_that_was_read_is_lost(readings: list[str]) -> None:
    shown = [f"{solid} {tentative}".split() for solid, tentative in read(*readings)]
    assert shown == [reading.split() for reading in readings]

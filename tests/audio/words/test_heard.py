import pytest

from audio.words.heard import Heard


def heard(text: str) -> Heard:
    return Heard([], text, -0.2, 0.1)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Okay.", "Okay. Okay."),
        ("I will go with a long journey.", "I will go with a long journey. I will go"),
        ("Das ist schön. Das ist schön.", "das ist Schön"),
        ("Good morning.", ""),
    ],
)
def test_what_was_just_said_is_an_echo(said: str, text: str) -> None:
    assert heard(text).echoes(said)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Okay.", "Okay, I see."),
        ("", "Okay."),
        ("Yes. " + "My order has not arrived, and I have been waiting for it since Monday morning.", "Yes."),
    ],
)
def test_new_words_and_those_of_long_ago_are_none(said: str, text: str) -> None:
    assert not heard(text).echoes(said)

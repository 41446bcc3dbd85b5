import pytest

from bench.instruments.word_error import errors, words


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Okay, thank you!", "okay thank you"),
        ("I’m at the 'court yard', I've a Checkbook.", "i am at the court yard i have a check book"),
        ("eighty-one dollars", "8 1 dollars"),
        ("$81", "8 1 dollars"),
        ("nine ten First Street, 78311", "9 1 0 first street 7 8 3 1 1"),
        ("twenty twenty, thirty", "2 0 2 0 3 0"),
        ("seventy eight eleven", "7 8 1 1"),
    ],
)
def test_texts_come_into_one_form(text: str, form: str) -> None:
    assert words(text) == form.split()


@pytest.mark.parametrize(
    ("heard", "count"),
    [("a b c d", 0), ("a x c d", 1), ("a c d", 1), ("a b b c d", 1), ("", 4), ("x y z a b c d", 3), ("b c d e", 2)],
)
def test_errors_are_counted(heard: str, count: int) -> None:
    assert errors(list("abcd"), heard.split()) == count

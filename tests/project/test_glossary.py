"""The words of the screens are explained on one page, in their order."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = re.findall(r"^\| ([^|]+) \| ", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE)[1:]


@pytest.mark.parametrize("word", ["sink", "monitor of a sink", "loopback", "dBFS", "st", "syllables a second, syll/s"])
def test_a_word_that_newcomers_stumble_over_is_explained(word: str) -> None:
    assert word in WORDS


def test_the_words_are_in_the_order_of_the_alphabet() -> None:
    assert sorted(WORDS, key=str.casefold) == WORDS

"""What a sheet quotes: the sentence of a moment, with unsure words in brackets."""

from pathlib import Path

import pytest

from audio.values import Utterance, Word
from monitor.report.sheet.quotes import LONGEST, Quote, noticed, said_at
from monitor.report.stored_call import read
from rules.model import Noticed
from tests.made_calls import make


def told(text: str, unsure: str = "") -> Utterance:
    """A second a word."""
    words = tuple(
        Word(10.0 + place, 10.9 + place, word, 0.2 if word == unsure else 0.9)
        for place, word in enumerate(text.split())
    )
    return Utterance("agent", 10.0, 10.0 + len(words), words, 60.0)


@pytest.mark.parametrize(
    ("at_s", "quote"),
    [
        (10.0, Quote(10.0, "All right.")),
        (12.5, Quote(12.0, "You see, Mr. Miller, it [works?] now.")),
        (19.5, Quote(19.0, "Goodbye.")),
        (2.0, Quote(10.0, "All right.")),
        (40.0, None),
    ],
)
def test_the_sentence_of_a_moment_or_the_next_one_is_quoted(tmp_path: Path, at_s: float, quote: Quote | None) -> None:
    kept = read(make(tmp_path, [told("All right. You see, Mr. Miller, it works now. Goodbye.", "works")]))
    assert said_at(kept, at_s, "agent") == quote
    assert said_at(kept, at_s, "customer") is None


def test_a_long_sentence_is_cut_and_says_so(tmp_path: Path) -> None:
    quote = said_at(read(make(tmp_path, [told("word " * 60)])), 10.0, "agent")
    assert quote
    assert quote.text.endswith("word …")
    assert len(quote.text) <= LONGEST + 2
    assert Quote(0.0, "This is it. ").part == "This is it"


def test_only_what_the_transcript_has_was_noticed(tmp_path: Path) -> None:
    items = [
        Noticed("apology", "agent", 12.0, 13.0, "I am sorry"),
        Noticed("apology", "agent", 10.0, 11.0, "All right"),
        Noticed("apology", "agent", 10.0, 11.0, "All right", classified=True),
    ]
    kept = read(make(tmp_path, [*items, told("All right. You see it.")]))
    assert [one.text for one in noticed(kept, "agent")] == ["All right"]

"""The words of a call, found by time, by line, by word or by search."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from audio.values import Utterance, Word
from monitor.base.fold import fold
from monitor.catalogue import hits
from monitor.catalogue.hits import Found


@dataclass(frozen=True, slots=True)
class Place:
    """One word of the transcript."""

    line: int
    """Number of the utterance."""
    word: int
    """Number of the word in it."""


class Transcript:
    """Utterances with words in the order in which they began.

    Args:
        utterances: in that order.
    """

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        self.lines = tuple(utterances)
        self._starts_s = [spoken.start_s for spoken in self.lines]
        self._plain = [[_plain(word.text) for word in spoken.words] for spoken in self.lines]
        words = ((word.start_s, Place(line, at)) for line, spoken in enumerate(self.lines) for at, word in _all(spoken))
        self._words = sorted(words, key=lambda item: item[0])

    def line_at(self, at_s: float) -> int | None:
        """Number of the utterance that began last; None before the first."""
        return bisect.bisect_right(self._starts_s, at_s + 0.01) - 1 if self.lines and at_s >= self.start_s(0) else None

    def start_s(self, line: int) -> float:
        """When an utterance begins; numbers out of range mean the first or the last."""
        return self._starts_s[min(max(line, 0), len(self.lines) - 1)]

    def word_at(self, at_s: float, line: int) -> int | None:
        """Number of the word being said at a time, or said last; None before the first word."""
        begun = [at for at, word in _all(self.lines[line]) if word.start_s <= at_s + 0.01]
        return begun[-1] if begun and at_s <= self.lines[line].end_s + 1.0 else None

    def next_word_s(self, at_s: float, step: int) -> float | None:
        """When the next word begins, or for a step of −1 the one before; None if there is none."""
        starts = [start_s for start_s, _ in self._words]
        at = bisect.bisect_right(starts, at_s + 0.01) if step > 0 else bisect.bisect_left(starts, at_s - 0.01) - 1
        return starts[at] if 0 <= at < len(starts) else None

    def search(self, text: str) -> tuple[Found, ...]:
        """Find a phrase, ignoring case, accents and punctuation; its last word may be incomplete."""
        wanted = [plain for word in text.split() if (plain := _plain(word))]
        if not wanted:
            return ()
        *whole, start = wanted
        return tuple(
            Found(line, first, first + len(whole))
            for line, plain in enumerate(self._plain)
            for first in range(len(plain) - len(whole))
            if plain[first : first + len(whole)] == whole and plain[first + len(whole)].startswith(start)
        )

    def search_words(self, query: str) -> tuple[Found, ...]:
        """Find the words and phrases of a filter of calls, in the order in which they were said."""
        return hits.find(query, self.lines)

    def start_of(self, found: Found) -> float:
        """When a search result begins."""
        return self.lines[found.line].words[found.first].start_s


def _all(spoken: Utterance) -> Sequence[tuple[int, Word]]:
    return tuple(enumerate(spoken.words))


def _plain(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())

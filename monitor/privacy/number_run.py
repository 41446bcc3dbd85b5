"""A number while it is being spoken: words with digits, and what people say between them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Self

from audio.values import Word
from rules.language.digits import Reading, together

LONG = 8
"""Digits in a row that make a number secret; dates, times and most amounts have fewer."""
PAUSE_S = 15.0
"""The longest pause within a number; for as long, more digits may follow with talk in between."""
MOST_BETWEEN = 5
"""How many words in a row that connect, correct or confirm do not end a number."""
MOST_STRANGE = 2
"""How many other words do not: they may be misheard digits."""
MISHEARD_LONG = 10
"""Digits that make a number with such words secret."""
FORMED_AFTER = 4
"""After this many digits, what looks like a date, a time or an amount is more digits: "4111 11:11"."""

YEARS = re.compile(r"(?:(?:19[5-9]|20[0-4])\d)+")
"""Digits that are years, one after the other."""
_ENDS = re.compile(r"[.,;!?]$")


@dataclass(frozen=True, slots=True)
class SaidWord:
    """A word as the transcript has it."""

    start_s: float
    end_s: float
    text: str

    @classmethod
    def of(cls, word: Word) -> Self:
        """The word without Whisper's probability."""
        return cls(word.start_s, word.end_s, word.text)


@dataclass(slots=True)
class NumberRun:
    """A number in progress."""

    said: list[tuple[SaidWord, Reading]] = field(default_factory=list)
    """Its words with digits, and "double", that were not reported yet."""
    waiting: list[tuple[SaidWord, Reading]] = field(default_factory=list)
    """Words said since, which belong to it if more digits follow."""
    end_s: float = 0.0
    """End of its last word, including those that wait."""
    told: str = ""
    """Its digits that were reported."""
    behind_strange: list[int] = field(default_factory=list)
    """Which of the words not reported yet come after strange ones."""

    @property
    def open_since_s(self) -> float | None:
        """Start of what may still be reported."""
        maybe = self.said or [pair for pair in self.waiting if pair[1].kind in {"alike", "repeat"}]
        return maybe[0][0].start_s if maybe else None

    @property
    def digits(self) -> str:
        """Those not reported yet."""
        return digits_of(self.said)

    def take(self, word: SaidWord, reading: Reading) -> bool:
        """Add a word; False if it ends the number."""
        going_on = bool(self.said or self.told)
        match reading.kind:
            case "digits" | "tens":
                self._add([*self._digits_waiting(), (word, reading)])
            case "repeat":
                self.waiting.append((word, reading))
            case "between" if self.waiting and self.waiting[-1][1].kind == "repeat":
                pass
            case "alike" | "between" if going_on:
                self.waiting.append((word, reading))
                if _ENDS.search(word.text) and all(before.kind == "alike" for _, before in self.waiting):
                    self._add(self.waiting)
            case "formed" if not self.waiting and len(self.told + self.digits) >= FORMED_AFTER:
                self._add([(word, reading)])
            case "formed" | "other" if going_on:
                self.waiting.append((word, reading))
            case "hesitation":
                pass
            case _:
                return False
        self.end_s = word.end_s
        kinds = [before.kind for _, before in self.waiting]
        strange = kinds.count("other") + kinds.count("formed")
        return strange <= MOST_STRANGE and len(kinds) - strange - kinds.count("repeat") <= MOST_BETWEEN

    def _add(self, words: list[tuple[SaidWord, Reading]]) -> None:
        if any(reading.kind in {"formed", "other"} for _, reading in self.waiting):
            self.behind_strange.append(len(self.said))
        self.said += words
        self.waiting = []

    @property
    def is_long(self) -> bool:
        """Whether it is secret whatever else is said."""
        digits = self.told + self.digits
        if YEARS.fullmatch(digits):
            return False
        return len(digits) >= MISHEARD_LONG or any(len(digits_of(piece)) >= LONG for piece in self.pieces())

    def pieces(self) -> Iterator[list[tuple[SaidWord, Reading]]]:
        """What was not reported yet, cut at strange words."""
        for start, end in pairwise([0, *self.behind_strange, len(self.said)]):
            if start < end:
                yield self.said[start:end]

    def _digits_waiting(self) -> list[tuple[SaidWord, Reading]]:
        """The waiting words that turn out to be digits now that digits follow."""
        if all(reading.kind in {"alike", "repeat"} for _, reading in self.waiting):
            return self.waiting
        return self.waiting[-1:] if self.waiting[-1][1].kind == "repeat" else []


def digits_of(said: Sequence[tuple[SaidWord, Reading]]) -> str:
    """The digits in words that were read."""
    return together(reading for _, reading in said)

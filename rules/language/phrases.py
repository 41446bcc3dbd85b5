"""Phrase lists, and how they are matched in spoken words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.language.tokens import ENGLISH, Spelling, Token, as_said, normalise

NEGATION_WINDOW = 4
"""How many words before a phrase can deny it: "I do not think I am | angry"."""
BEGINS_CLAUSE = "^"
CLOSE_S = 1.5
"""Utterances of one speaker that follow each other within this can share a phrase."""

QUOTABLE = 0.5
"""Whisper's probability from which a word may be quoted: one that is less sure is often another one."""
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_SUBJECTS = frozenset({"i", "you", "we", "they", "he", "she", "it", "this"})


@dataclass(frozen=True, slots=True)
class Match:
    """One phrase that was said."""

    text: str
    """As it was said, without punctuation."""
    start_s: float
    end_s: float
    probability: float
    """Mean of its words' probabilities."""
    because: tuple[str, ...] = ()
    """What decided, where a classifier and no phrase did."""
    quotable: bool = True
    """Whether each word was heard clearly enough to be shown to somebody as said."""
    classified: bool = False
    """Whether a classifier or the sentence model found it, and no phrase."""


class PhraseList:
    """Phrases to look for.

    Args:
        lines: one phrase each; "(speak|talk) to a manager" stands for both phrases, "(please|)" for a word that
            may be missing, "^what" for a word that begins a clause.
        spelling: of their language.
    """

    def __init__(self, lines: Iterable[str], spelling: Spelling = ENGLISH) -> None:
        self._anywhere, self._at_clause = _Node(), _Node()
        self.longest = 0
        """Words of the longest phrase."""
        for line in lines:
            choices = list(_choices(line, spelling))
            start = self._at_clause if line.startswith(BEGINS_CLAUSE) else self._anywhere
            reached = [start]
            for choice in choices:
                after = _Node()
                for words in filter(None, choice):
                    for node in reached:
                        node.lead(words, after)
                reached = [after, *(reached if () in choice else [])]
            for node in reached:
                node.ends = node is not start
            self.longest = max(self.longest, sum(max(map(len, choice)) for choice in choices))

    def length_at(self, words: Sequence[Token], start: int, *, in_one_clause: bool = False) -> int:
        """Words of the longest phrase that begins there, or that is in one clause; 0 if none is."""
        longest = 0
        nodes = [self._anywhere, self._at_clause] if words[start].begins_clause else [self._anywhere]
        for place in range(start, len(words)):
            if in_one_clause and place > start and words[place - 1].ends_clause:
                break
            text = words[place].text
            nodes = [following for node in nodes for following in node.next.get(text, ())]
            if not nodes:
                break
            if any(node.ends for node in nodes):
                longest = place + 1 - start
        return longest


class _Node:
    """Where a phrase stands after some of its words; all ways to the same place in a line share one."""

    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[str, list[_Node]] = {}
        self.ends = False

    def lead(self, words: tuple[str, ...], target: "_Node") -> None:
        """Let some words lead to the target."""
        *between, last = words
        node = self
        for word in between:
            following = _Node()
            node.next.setdefault(word, []).append(following)
            node = following
        node.next.setdefault(last, []).append(target)


@lru_cache(1024)
def phrase_list(lines: tuple[str, ...], spelling: Spelling = ENGLISH) -> PhraseList:
    """The list of these lines, made once for all calls of a process."""
    return PhraseList(lines, spelling)


class Listener:
    """Finds the phrases of one list in what one speaker says, also across two utterances.

    A phrase counts once: the longest one that begins first. It does not count when it is denied ("I'm not angry"),
    unless the denial is part of the phrase itself ("I do not accept this").

    Args:
        phrases: what to listen for.
        negators: words that deny what follows them within the clause.
        in_one_clause: whether a phrase counts only where no comma or full stop is within it.
    """

    def __init__(
        self, phrases: PhraseList, negators: frozenset[str] = frozenset(), *, in_one_clause: bool = False
    ) -> None:
        self._phrases = phrases
        self._negators = negators
        self._in_one_clause = in_one_clause
        self._before: tuple[Token, ...] = ()
        self._used = 0

    def feed(self, words: tuple[Token, ...]) -> Iterator[Match]:
        """Take the next utterance; matches that end in it, in order."""
        if not words:
            return
        if self._before and words[0].start_s - self._before[-1].end_s > CLOSE_S:
            self._before, self._used = (), 0
        heard = self._before + words
        place = self._used
        while place < len(heard):
            length = self._phrases.length_at(heard, place, in_one_clause=self._in_one_clause)
            if length and place + length > len(self._before):
                if not self._denied(heard, place):
                    yield _match(heard[place : place + length])
                place += length
                self._used = place
            else:
                place += 1
        forgotten = max(0, len(heard) - self._phrases.longest - NEGATION_WINDOW)
        self._before = heard[forgotten:]
        self._used = max(0, self._used - forgotten)

    def _denied(self, heard: tuple[Token, ...], start: int) -> bool:
        for place in range(start - 1, max(-1, start - 1 - NEGATION_WINDOW), -1):
            if heard[place].ends_clause:
                return False
            if heard[place].text in self._negators:
                asks = heard[place].text == "not" and heard[place + 1].text in _SUBJECTS
                return not asks
        return False


def _choices(line: str, spelling: Spelling) -> Iterator[list[tuple[str, ...]]]:
    """The parts of a line, each with the words that may stand there."""
    for part in _ALTERNATIVES.split(line):
        yield [_words_of(choice, spelling) for choice in part.split("|")]


_words_of = lru_cache(8192)(normalise)
"""Lists share most of their words, and a call cannot start before all of them are made."""


def _match(words: tuple[Token, ...]) -> Match:
    probability = sum(word.probability for word in words) / len(words)
    return Match(as_said(words), words[0].start_s, words[-1].end_s, probability, quotable=clear(words))


def clear(words: Sequence[Token]) -> bool:
    """Whether Whisper was sure enough of each word to quote them."""
    return all(word.probability >= QUOTABLE for word in words)

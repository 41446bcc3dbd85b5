"""The paraphrase to offer: a clause of the customer's with its persons changed, or nothing.

"I ordered two, and my refund hasn't arrived" becomes "So your refund hasn't arrived". A clause is taken whole and only
its persons change, as in Weizenbaum's ELIZA (1966); clauses are chosen by score, as in RAKE (Rose et al. 2010):
a problem first, then a need, then words with content. There is no grammar of English here, only patterns that are
safe: what begins with a subject and a verb, and does not end in the air. All else is left.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from rules.language.asserted import PAUSE, is_asserted
from rules.language.digits import in_numbers
from rules.language.emotions import emotions
from rules.language.sayable import is_sayable
from rules.language.tokens import Token

SHORTEST, LONGEST = 3, 9
"""Words of a clause: a shorter one says nothing, a longer one is not read during a call."""
SHORTEST_SUBJECT = 2
"""Words of a subject that begins with "the", before its verb."""
LEAST_PROBABILITY, LEAST_MEAN_PROBABILITY = 0.5, 0.75
"""Whisper's probability of each word and on average: below it, words may be misheard, and nothing is offered."""
DIGITS = 3
"""Digits in a row, in figures or words: such a number may be a code or part of a card's, and is never repeated."""
PROBLEM, NEED, MOST_CONTENT, VAGUE, LENGTH = 4.0, 2.0, 3, -2.0, 0.1
"""Score of a clause for each: content scores one per word up to the limit, length breaks ties."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as it was spoken."""

    text: str
    """Without punctuation."""
    low: str
    start_s: float
    probability: float
    ends_clause: bool
    ends_sentence: bool
    has_content: bool
    in_number: bool = False
    """Whether it is part of a number that must not be repeated."""


_Clause = Sequence[_Word]


def say_back(utterances: Iterable[Sequence[Token]], has_content: Callable[[str], bool]) -> str:
    """The best clause of what a customer said recently, ready to be said to them: "So your refund hasn't arrived".

    Args:
        utterances: the customer's, oldest first; of clauses worth the same, the latest is taken.
        has_content: whether a normalised word means something on its own.

    Returns:
        A sentence without a full stop; empty if no clause is safe.
    """
    best, most = "", 0.0
    for tokens in utterances:
        words = _words(tokens, has_content)
        for place, clause in _clauses(words):
            if not _is_safe(words, place, clause):
                continue
            worth = _worth(clause)
            if worth >= most and worth > 0:
                best, most = "So " + " ".join(_turned(clause)), worth
    return best


def _words(tokens: Iterable[Token], has_content: Callable[[str], bool]) -> list[_Word]:
    """Put the tokens of one spoken word together again: "is" and "not" are "isn't"."""
    words: list[_Word] = []
    for token in tokens:
        if words and (words[-1].text, words[-1].start_s) == (token.surface, token.start_s):
            words.pop()
        low, content = token.surface.lower().replace("’", "'"), has_content(token.text)
        ends = (token.ends_clause, token.ends_sentence)
        words.append(_Word(token.surface, low, token.start_s, token.probability, *ends, content))
    numbers = in_numbers([word.text for word in words], DIGITS)
    return [replace(word, in_number=inside) for word, inside in zip(words, numbers, strict=True)]


def _clauses(words: _Clause) -> Iterator[tuple[int, _Clause]]:
    """All candidates: every clause from each place where one may start, with that place."""
    listed = _listed()
    begins, subordinate, before = True, False, ""
    for place, word in enumerate(words):
        if begins and not subordinate and (verb := _verb_place(words[place:])):
            yield from ((place, clause) for clause in _endings(words[place:], verb))
        if word.ends_clause:
            subordinate = False
        elif word.low in listed["subordinate"] or (before, word.low) == ("every", "time"):
            subordinate = True
        hedged = before == "i" and word.low in listed["hedges"]
        timed = before in {"every", "last", "this"} and word.low in listed["times"]
        begins = word.ends_clause or word.low in listed["joining"] or hedged or timed
        before = word.low


def _endings(words: _Clause, verb: int) -> Iterator[_Clause]:
    """A clause to its end, and what is left of it where its end may be cut off."""
    listed = _listed()
    for place, word in enumerate(words[:LONGEST]):
        behind = words[place + 1].low if place + 1 < len(words) else ""
        may_end = {"joining", "cut_before", "subordinate"} if place > verb else set()
        if word.ends_clause or not behind or any(behind in listed[name] for name in may_end):
            yield words[: place + 1]
        if word.ends_clause:
            return


def _verb_place(words: _Clause) -> int:
    """Where the verb of the clause that starts here is; 0 if it does not start with a subject and a verb."""
    listed = _listed()
    if words[0].ends_clause:
        return 0
    if words[0].low in listed["pronouns"]:
        place = next((n for n, word in enumerate(words) if n and word.low not in listed["adverbs"]), 0)
        return 0 if words[place].low in listed["hedges"] else place
    return _verb_behind_a_noun(words) if words[0].low in listed["determiners"] else 0


def _verb_behind_a_noun(words: _Clause) -> int:
    """The same for "the refund hasn't" and for "the refund for the second router hasn't"."""
    listed = _listed()
    noun, ends = 0, listed["pronouns"] | listed["determiners"] | listed["joining"] | listed["subordinate"]
    for place, word in enumerate(words[:LONGEST]):
        if word.low in listed["verbs"] and place - noun >= SHORTEST_SUBJECT:
            return place
        if place and word.low in listed["determiners"] and words[place - 1].low in listed["within_a_noun"]:
            noun = place
        elif word.ends_clause or (place and word.low in ends):
            return 0
    return 0


def _is_safe(words: _Clause, place: int, clause: _Clause) -> bool:
    """Whether it was recognised reliably, has content, and makes sense alone, said by somebody else."""
    behind = _rest(words[place + len(clause) - 1 :])
    listed, low = _listed(), [word.low for word in clause]
    probabilities = [word.probability for word in clause]
    heard = min(probabilities) >= LEAST_PROBABILITY and sum(probabilities) / len(clause) >= LEAST_MEAN_PROBABILITY
    wants_to_talk = not listed["needs"].isdisjoint(low[1:3]) and not listed["talking"].isdisjoint(low[2:5])
    unfit = listed["judging"] | listed["grave"] | emotions()
    ended = low[-1] not in listed["in_the_air"] or (low[-1] == "on" and low[-2] in listed["with_on"])
    whole = len(clause) >= SHORTEST and ended
    number = any(word.in_number for word in clause)
    plain = is_sayable(low, [word.has_content for word in clause], behind, listed)
    meant = is_asserted(_sentence_before(words, place), low, behind, listed)
    return heard and whole and plain and meant and not wants_to_talk and not number and unfit.isdisjoint(low)


def _rest(words: _Clause) -> list[str]:
    """The words behind the first up to the end of its clause."""
    ends = next((place for place, word in enumerate(words) if word.ends_clause), len(words))
    return [word.low for word in words[1 : ends + 1]]


def _sentence_before(words: _Clause, place: int) -> list[str]:
    """The words of the same sentence that go before a place, and pauses."""
    begins = max((n for n, word in enumerate(words[:place], start=1) if word.ends_sentence), default=0)
    spoken = ((word.low, PAUSE) if word.ends_clause else (word.low,) for word in words[begins:place])
    return [word for words in spoken for word in words]


def _worth(clause: _Clause) -> float:
    listed, low = _listed(), [word.low for word in clause]
    problem = any(word in listed["problems"] or word.endswith("n't") for word in low)
    need = low[0] in {"i", "i'd", "we", "we'd"} and not listed["needs"].isdisjoint(low[1:3])
    content = sum(word.has_content for word in clause)
    if not (problem or need) or not content:
        return 0.0
    vague = low[0] in listed["vague"] or low[-1] in listed["vague"]
    return PROBLEM * problem + NEED * need + min(content, MOST_CONTENT) + VAGUE * vague + LENGTH * len(clause)


def _turned(clause: _Clause) -> Iterator[str]:
    """The words with their persons changed."""
    listed, before = _listed(), ""
    adverbs = listed["adverbs"] if clause[0].low == "i" else frozenset()
    for place, word in enumerate(clause):
        if word.low == "you":
            behind = clause[place + 1].low if place + 1 < len(clause) else ""
            yield "we" if not place or behind in listed["verbs"] else "us"
        elif word.low in listed["after_i"] and (before == "i" or before in adverbs):
            yield listed["after_i"][word.low]
        else:
            yield listed["yours"].get(word.low) or (word.text if place else word.low)
        before = word.low


@cache
def _listed() -> dict[str, Any]:
    """The word lists: sets of words, and tables of what becomes of a word."""
    lists = tomllib.loads(Path(__file__).parents[1].joinpath("words/en/paraphrase.toml").read_text("utf-8"))
    return {name: frozenset(words.split()) if isinstance(words, str) else words for name, words in lists.items()}

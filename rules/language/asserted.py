"""Whether customers assert a clause of their own matter, so that an agent can say it back to them.

Words alone do not tell: "if my order isn't here by Friday" and "so that I don't miss my train" are said of what may be,
and "well, you don't have a choice" is said of anybody. What stands before a clause in its sentence decides, and who its
persons are.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

PAUSE = ","
"""Stands in a sentence where a clause ends."""
_YOU = frozenset({"you", "you'd", "you'll", "you're", "you've"})
_OF_YOU = _YOU | {"your", "yours", "yourself"}
_SPEAKER = frozenset({"i", "i'd", "i'll", "i'm", "i've", "we", "we'd", "we'll", "we're", "we've"})
_SPEAKER_AS_OBJECT = frozenset({"me", "my", "our", "us"})
_WOULD = frozenset({"would", "wouldn't", "i'd", "we'd", "you'd", "will", "won't", "i'll", "we'll", "you'll"})
_OTHERS = frozenset({"her", "his", "their"})


def is_asserted(before: Sequence[str], clause: Sequence[str], behind: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Check a clause where it stands.

    Args:
        before: what goes before it in its sentence, in lower case, with PAUSE where a clause ends.
        clause: its words in lower case.
        behind: the words behind it up to the end of its clause.
        listed: the word lists of the language.
    """
    conditional = not listed["conditions"].isdisjoint(behind[:1]) or _is_only_thought(clause)
    own = _is_of_the_company(clause, listed) and _is_own_matter(clause, listed)
    return own and not conditional and not _is_governed(before, listed) and not _judges(clause, listed)


def _is_governed(before: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether a wish, a condition or a quotation goes on in it, or a word just before makes it depend on another."""
    throughout = next_only = False
    for word, following in pairwise([*before, ""]):
        if word in listed["begin_facts"]:
            throughout = next_only = False
        elif word in listed["govern_the_sentence"] or (word == "like" and following == PAUSE):
            throughout = True
        elif word in listed["govern_the_next"]:
            next_only = True
        elif word == PAUSE or (word in listed["joining"] and word != "that"):
            next_only = False
    return throughout or next_only


def _is_only_thought(clause: Sequence[str]) -> bool:
    """Whether the speaker would or will do it: "I wouldn't miss my train"; "I would like a refund" is wanted now."""
    place = next((place for place, word in enumerate(clause[:3]) if word in _WOULD), None)
    return clause[0] in _SPEAKER | _YOU and place is not None and clause[place + 1 : place + 2] != ["like"]


def _is_of_the_company(clause: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether "you" is the company, if it is said: "your website", "you charged me"; "you" alone is anybody."""
    if clause[0] in _YOU:
        return not _SPEAKER_AS_OBJECT.isdisjoint(clause)
    return _OF_YOU.isdisjoint(clause) or not listed["of_a_company"].isdisjoint(clause)


def _is_own_matter(clause: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether it is not about other people: "my daughter lost her phone" is, "her friends don't call" is not."""
    return clause[0] not in listed["anybody"] and (clause[0] in {"my", "our"} or _OTHERS.isdisjoint(clause))


def _judges(clause: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether it says what sort of person somebody is, or how badly they do: "I'm a fool", "you have no idea"."""
    if clause[0] not in _SPEAKER | _YOU:
        return False
    plain = [word for word in clause[:6] if word not in listed["adverbs"] | {"not"} and not word.endswith("ly")]
    sort = any(one in listed["being"] and other in {"a", "an", "the"} for one, other in pairwise(plain))
    return sort or not listed["judging_persons"].isdisjoint(clause)

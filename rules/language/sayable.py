"""Whether a clause can be said back: it names a full thing, and is one sentence of plain grammar.

There is no parser here. A clause passes if its subject is a noun with its verb, or "I" and "we" with a noun behind the
verb, and if nothing in it begins a second clause, breaks off, or was only said while thinking.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any


def is_sayable(low: Sequence[str], content: Sequence[bool], listed: Mapping[str, Any]) -> bool:
    """Check a clause that begins with a subject and a verb.

    Args:
        low: its words in lower case, contractions as they are written.
        content: which of them mean something on their own.
        listed: the word lists of the language.
    """
    joined = f" {' '.join(low)} "
    broken = any(f" {filler} " in joined for filler in listed.get("fillers", ()))
    repeated = any(one == other for one, other in pairwise(low))
    named = low[0] not in listed["vague"] and _names_a_thing(low, content, listed)
    unclear = not listed.get("unclear_objects", frozenset()).isdisjoint(low[1:]) or any("-" in word for word in low)
    loose = _begins_again(low, listed) or _two_verbs(low, listed) or _hangs(low, listed)
    return named and not (broken or repeated or unclear or loose)


def _hangs(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether a preposition leads to no thing: "to focus on is the fact", "you need to for your child"."""
    leading = listed["within_a_noun"] | {"to"}
    nothing = listed["within_a_noun"] | listed.get("finite", frozenset())
    return any(one in leading and other in nothing for one, other in pairwise(low))


def _two_verbs(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether a second verb stands where no second clause is joined: "the servers are down the page hangs"."""
    finite = listed.get("finite", frozenset())
    ends = listed["joining"] | listed.get("conjunctions_of_time", frozenset())
    verbs = 0
    for word in low:
        verbs = 0 if word in ends else verbs + (word in finite)
        if verbs > 1:
            return True
    return False


def _begins_again(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether another clause follows: "the phone I ordered"; "whenever I open it" may."""
    times = listed.get("conjunctions_of_time", frozenset())
    subjects, subordinate = listed.get("nominatives", frozenset()), listed.get("subordinate", frozenset()) - times
    return any(word in subordinate or (word in subjects and before not in times) for before, word in pairwise(low))


def _names_a_thing(low: Sequence[str], content: Sequence[bool], listed: Mapping[str, Any]) -> bool:
    """Whether a determiner, a number or a preposition leads to a word with content within three words."""
    leads = listed["determiners"] | (listed["within_a_noun"] - {"to"}) | listed.get("quantities", frozenset())
    return any(word in leads and any(content[place + 1 : place + 4]) for place, word in enumerate(low))

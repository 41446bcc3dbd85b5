"""Whether a clause can be said back: it names a full thing, and is one sentence of plain grammar.

There is no parser here. A clause passes if its subject is a noun with its verb, or "I" and "we" with a noun behind the
verb, and if nothing in it begins a second clause, breaks off, or was only said while thinking.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any


def is_sayable(low: Sequence[str], content: Sequence[bool], behind: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Check a clause that begins with a subject and a verb.

    Args:
        low: its words in lower case, contractions as they are written.
        content: which of them mean something on their own.
        behind: the words behind it up to the end of its clause; none if it was taken to its end.
        listed: the word lists of the language.
    """
    joined = f" {' '.join(low)} "
    thought = any(f" {filler} " in joined for filler in listed.get("fillers", ())) or _is_typed(low, listed)
    repeated = any(one == other or (one == "no" and other.isdigit()) for one, other in pairwise(low))
    named = low[0] not in listed["vague"] and _names_a_thing(low, content, listed)
    unclear = _points_back(low, listed) or any("-" in word for word in low)
    loose = _begins_again(low, listed) or _two_verbs(low, listed) or _hangs(low, listed) or _goes_on(low, listed)
    lacking = _no_verb(low, listed) or _no_noun(low, listed) or _wants_wrongly(low, listed)
    return named and not (thought or repeated or unclear or loose or lacking or _is_cut_off(low, behind, listed))


def _points_back(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether one must have heard the rest to know a thing: "I ordered it", "this situation", "that happening"."""
    unclear = not listed.get("unclear_objects", frozenset()).isdisjoint(low[1:])
    return unclear or any(
        one in {"this", "that"} and (other in listed["pointing"] or other.endswith("ing"))
        for one, other in pairwise(low)
    )


def _is_typed(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether it has a word that nobody says: of a chat, or "like" that is no wish."""
    letters = any(len(word) == 1 and word not in {"a", "i"} and word.isalpha() for word in low)
    liked = any(word == "like" and not before.endswith(("'d", "would")) for before, word in pairwise(low))
    return letters or liked or not listed["typed"].isdisjoint(low)


def _is_cut_off(low: Sequence[str], behind: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether what the verb needs was left with the preposition behind: "I need to get in contact | with"."""
    if not behind or behind[0] not in listed["cut_before"]:
        return False
    if len(behind) == 1:
        return True
    leads = (listed["determiners"] | listed["quantities"]) - {"that"}
    done = low[-1] in listed["problems"] or low[-1].endswith("ed")
    there = low[0] in {"there", "there's"}
    return there or (low[0] in listed["pronouns"] and not (done or any(word in leads for word in low[1:-1])))


def _no_verb(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether a verb was left out or is but half: "my line not working", "someone stolen my card", "and no reply"."""
    bare = any(
        (other == "not" and one not in listed["before_not"] and "'" not in one) or (one, other) == ("and", "no")
        for one, other in pairwise(low)
    )
    half = low[0] in listed["pronouns"] and "'" not in low[0] and low[1] in listed["participles"]
    follows = low[1] in listed["verbs"] or low[1].endswith(("ed", "s"))
    return bare or half or (low[0] in listed["indefinite"] and not follows)


def _no_noun(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether an article has no noun of its kind: "the change my email", "the some money", "a internet", "a bills"."""
    articles, ends = listed["articles"], listed["within_a_noun"] | listed["joining"]
    crowded = any(one in articles and articles & set(low[place + 1 : place + 3]) for place, one in enumerate(low))
    sounds = any(one == "a" and other[0] in "aeio" and other not in {"one", "once"} for one, other in pairwise(low))
    many = any(
        word in {"a", "an"} and _is_plural(ahead[-1])
        for place, word in enumerate(low)
        if (ahead := _up_to(low[place + 1 : place + 4], ends))
    )
    return crowded or sounds or many


def _up_to(low: Sequence[str], ends: frozenset[str]) -> Sequence[str]:
    return low[: next((place for place, word in enumerate(low) if word in ends), len(low))]


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("as", "is", "ss", "us", "'s"))


def _wants_wrongly(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether a wish lacks a word or has one too many: "I want cancel my order", "I need to a copy"."""
    for place, word in enumerate(low[:4]):
        if word in {"need", "want"}:
            first, second = [*low[place + 1 : place + 3], "", ""][:2]
            bare = first in listed["doing"] or (second in listed["articles"] and first not in listed["within_a_noun"])
            return (bare and first != "to") or (first == "to" and second in listed["articles"] | listed["needs"])
    return False


def _goes_on(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether a second sentence was joined to it, or follows a wish: "I am both and my line is", "I need a card my"."""
    wants = low[0] in {"i", "we"} and not listed["needs"].isdisjoint(low[1:3])
    begun = 0 if wants else next((place for place, word in enumerate(low) if place and word in {"and", "or"}), len(low))
    return not listed["finite"].isdisjoint(low[max(begun, 3 * wants) :])


def _hangs(low: Sequence[str], listed: Mapping[str, Any]) -> bool:
    """Whether a preposition leads to no thing: "to focus on is the fact", "you need to for your child"."""
    leading = listed["within_a_noun"] | {"to", "that"}
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

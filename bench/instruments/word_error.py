"""How many words of a text were heard wrong: both texts as a listener would write them down, then edit distance."""

import re
from collections.abc import Iterator, Sequence

import numpy as np

_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TO_NINETY = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = frozenset(_TO_NINETEEN.split()[1:10])
_TENS = frozenset(_TO_NINETY.split())
_NUMBERS = {word: str(value) for value, word in enumerate(_TO_NINETEEN.split())} | {
    word: str(10 * value) for value, word in enumerate(_TO_NINETY.split(), start=2)
}
_SPELLINGS = {
    "alright": "all right",
    "anymore": "any more",
    "checkbook": "check book",
    "courtyard": "court yard",
    "forever": "for ever",
    "i'm": "i am",
    "i've": "i have",
    "login": "log in",
    "mr": "mister",
    "o'clock": "o clock",
}
"""Words that are written in two ways; a listener cannot tell which."""


def words(text: str) -> list[str]:
    """Bring a text into one form: lower case, no punctuation, numbers digit by digit, one spelling."""
    plain = re.sub(r"\$(\d+)", r"\1 dollars", text.lower().replace("’", "'"))
    return list(_with_digits(_one_spelling(re.sub(r"[^a-z0-9']+", " ", plain).split())))


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Fewest words to replace, leave out or put in to get from one text to the other."""
    costs = np.arange(len(heard) + 1)
    for row, word in enumerate(said, start=1):
        above = costs.copy()
        costs[0] = row
        for column, other in enumerate(heard, start=1):
            costs[column] = min(above[column] + 1, costs[column - 1] + 1, above[column - 1] + (word != other))
    return int(costs[-1])


def _one_spelling(written: Sequence[str]) -> Iterator[str]:
    for word in written:
        yield from _SPELLINGS.get(word.strip("'"), word.strip("'")).split()


def _with_digits(spelt: Iterator[str]) -> Iterator[str]:
    """Turn "eighty one", "81" and "eight one" into "8 1"."""
    ten = ""
    for word in spelt:
        number = _NUMBERS.get(word, word)
        if ten:
            yield from ten[0] if word in _UNITS else ten
            ten = ""
        if word in _TENS:
            ten = number
        elif number.isdigit():
            yield from number
        elif number:
            yield number
    yield from ten

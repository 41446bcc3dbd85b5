"""Masks runs of digits that may be a card or account number."""

import re
from collections.abc import Sequence

AT_LEAST = 8
"""Digits in a row from which on they are masked; dates, times and most amounts have fewer."""
MASK = "•"

_SPOKEN = frozenset(["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
_REPEATS = {"double": 2, "triple": 3}
_HESITATION = frozenset(["uh", "um", "er", "erm", "and", "then"])
_DIGITS = re.compile(r"\d")
_PLAIN = re.compile(r"[^a-z]")


def masked(words: Sequence[str]) -> list[str]:
    """Mask the digits of every run of at least eight, whether written as digits or in words.

    Hesitations within a run do not end it: "four one, uh, double two".

    Args:
        words: as Whisper wrote them, punctuation attached.

    Returns:
        As many words; digits replaced one by one, spelled digits by one mask each.
    """
    out = list(words)
    run: list[int] = []
    count = 0
    for place, word in enumerate([*words, ""]):
        digits = _digits(word)
        if digits:
            run.append(place)
            count += digits
        elif _PLAIN.sub("", word.lower()) not in _HESITATION or not run:
            if count >= AT_LEAST:
                for inside in run:
                    out[inside] = _mask(words[inside])
            run, count = [], 0
    return out


def _digits(word: str) -> int:
    written = len(_DIGITS.findall(word))
    if written:
        return 0 if re.search(r"[a-z]", word.lower()) else written
    plain = _PLAIN.sub("", word.lower())
    return _REPEATS.get(plain, 1) - (plain in _REPEATS) if plain in _SPOKEN or plain in _REPEATS else 0


def _mask(word: str) -> str:
    return _DIGITS.sub(MASK, word) if _DIGITS.search(word) else MASK

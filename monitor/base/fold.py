"""Text in the form in which it is compared: without accents, in one case."""

from __future__ import annotations

import unicodedata

_OTHER_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not take for others with a mark, and that people write without one all the same."""
_MARKS = ("\u0300", "\u036f")
"""The first and the last accent of Latin, Greek and Cyrillic letters; other scripts spell words with theirs."""


def fold(text: str) -> str:
    """The text as it is compared: "Ana María Weiß" and "ana maria weiss" fold to the same."""
    apart = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(letter for letter in apart if not _MARKS[0] <= letter <= _MARKS[1])
    return unicodedata.normalize("NFC", plain).translate(_OTHER_LETTERS)

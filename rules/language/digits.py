"""The digits that a word of a transcript stands for: "4111", "4,111-", "forty-one"; "for", "double" beside others."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from rules.language.phrase_files import ENGLISH_CODE, WORDS

MASK = "•"
"""Stands for a digit that was masked earlier, and counts as one."""
CARD_AT_LEAST, CARD_AT_MOST = 13, 19
"""Digits of a payment card's number (ISO/IEC 7812-1)."""

Kind = Literal["digits", "tens", "repeat", "alike", "unit", "hesitation", "between", "formed", "other"]

_WRITTEN = re.compile(rf"[\d{MASK}][\d{MASK}.,:/–—-]*")
_PLURAL = re.compile(r"(\d)'?s")
_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d|(?:19|20)\d\d[-/.](?:0?\d|1[0-2])[-/.][0-3]?\d")
_TIME = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_ADDRESS = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
_FRACTION = re.compile(r"\d{1,2}/\d{1,4}(?:/\d{1,2})?")
_MONEY = re.compile(r"[$£€][\d.,]+|[\d.,]+[%$£€]")
_FORMED = (_DATE, _TIME, _ADDRESS, _FRACTION)
_AROUND = " .,;:!?\"'“”‘’()[]{}…–—-#*_"
_NO_DIGIT = re.compile(rf"[^\d{MASK}]")
_SPLIT = re.compile(r"[-–—.,]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """The role a word may have in a number."""

    kind: Kind
    digits: str = ""
    """For "repeat" how often, such as "2"."""


@lru_cache(4096)
def read(word: str) -> Reading:
    """The role that a word, as Whisper wrote it, may have in a number.

    Dates, times, amounts, fractions and Internet addresses in figures are "formed", unless they are long enough for a
    card: Whisper puts "$" before digits where nobody said so.
    """
    low = word.lower().replace("’", "'")
    core = low.strip(_AROUND)
    if _MONEY.fullmatch(_unmasked(low.strip(_AROUND))):
        digits = _NO_DIGIT.sub("", low)
        return Reading("digits" if len(digits) >= CARD_AT_LEAST else "formed", digits)
    if _WRITTEN.fullmatch(core):
        is_formed = any(pattern.fullmatch(_unmasked(core)) for pattern in _FORMED)
        return Reading("formed" if is_formed else "digits", _NO_DIGIT.sub("", core))
    if plural := _PLURAL.fullmatch(core):
        return Reading("digits", plural[1])
    return _listed().get(core) or _in_parts(core)


def together(readings: Iterable[Reading]) -> str:
    """The digits of a number from its words: "forty", "one" are "41"; "double", "four" are "44"."""
    out, tens, times = "", False, 1
    for reading in readings:
        if reading.kind == "repeat":
            times = int(reading.digits)
        elif tens and times == 1 and reading.digits in set("123456789"):
            out, tens = out[:-1] + reading.digits, False
        else:
            out += reading.digits[:1] * (times - 1) + reading.digits
            tens, times = reading.kind == "tens", 1
    return out


def in_numbers(words: Sequence[str], at_least: int) -> list[bool]:
    """Which of the words have digits of a number with at least so many, with or without hesitations in it."""
    out, run = [False] * len(words), list[tuple[int, Reading]]()
    for place, reading in enumerate([*map(read, words), Reading("other")]):
        if reading.kind in {"digits", "tens", "repeat"}:
            run.append((place, reading))
        elif reading.kind != "hesitation":
            if len(together(one for _, one in run)) >= at_least:
                for inside, _ in run:
                    out[inside] = True
            run = []
    return out


def is_card_number(digits: str) -> bool:
    """Whether they can be a payment card's: the right length and check digit (Luhn, ISO/IEC 7812-1)."""
    if not digits.isdecimal() or not CARD_AT_LEAST <= len(digits) <= CARD_AT_MOST:
        return False
    doubled = "".join(str(2 * int(digit)) for digit in digits[-2::-2])
    return sum(map(int, digits[::-2] + doubled)) % 10 == 0


def mask(word: str) -> str:
    """A mask for each digit in figures, or one for a word in letters."""
    return re.sub(r"\d", MASK, word) if re.search(rf"[\d{MASK}]", word) else MASK


def plain(word: str) -> str:
    """A word without case and punctuation."""
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _unmasked(text: str) -> str:
    """The form of a text, whether it was masked or not."""
    return text.replace(MASK, "1")


def _in_parts(core: str) -> Reading:
    """Read "forty-one", "one-one-one", "4-one"."""
    parts = [
        Reading("digits", part) if part.isdecimal() else _listed().get(part) for part in _SPLIT.split(core) if part
    ]
    found = [part for part in parts if part and part.kind in {"digits", "tens", "repeat"}]
    if not found or len(found) < len(parts):
        return Reading("other")
    return found[0] if len(found) == 1 else Reading("digits", together(found))


@cache
def _listed() -> dict[str, Reading]:
    """Of all languages: a number must be masked before it is known which one is spoken. English comes first."""
    paths = sorted(WORDS.glob("*/digits.toml"), key=lambda path: path.parent.name == ENGLISH_CODE)
    return {word: reading for path in paths for word, reading in _of_language(path)}


def _of_language(path: Path) -> Iterator[tuple[str, Reading]]:
    lists: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    kinds: dict[str, Kind] = {"hesitations": "hesitation", "between": "between", "units": "unit"}
    valued: dict[str, Kind] = {"alike": "alike", "repeats": "repeat", "tens": "tens", "digits": "digits"}
    for name, kind in kinds.items():
        yield from ((word, Reading(kind)) for word in lists[name].split())
    for name, kind in valued.items():
        yield from ((word, Reading(kind, digits)) for word, digits in lists[name].items())

"""What the rules know of one language beside English: its lists, its spelling, its dates and what an agent may say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from rules.errors import RuleError
from rules.language import due_dates
from rules.language.due_dates import Due
from rules.language.phrase_files import ENGLISH_CODE, WORDS, read_list
from rules.language.phrases import phrase_list
from rules.language.spelling import read_spelling, table
from rules.language.spoken_dates import SpokenDates
from rules.language.tokens import ENGLISH, Spelling, normalise
from rules.strict_toml import convert, read_toml, suggestion
from rules.template import check

SPELLING, DATES, LINES = "spelling.toml", "due-dates.toml", "lines.toml"
_CODE = re.compile(r"[a-z]{2,3}")
FILES = (SPELLING, DATES, LINES, "card-number.txt", "security-code.txt", "emotions.txt")
"""What a folder of a language may hold beside the phrase lists of rules."""


@dataclass(frozen=True, eq=False)
class Language:
    """One language of the rules."""

    code: str
    """Such as "de"."""
    words: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Lines of its phrase lists, by name; nothing is heard where one is empty."""
    spelling: Spelling = ENGLISH
    dates: SpokenDates | None = None
    """How it says when something will happen; None for English, which has a module of its own."""
    advice: Mapping[str, str] = field(default_factory=dict)
    """By rule: its advice, with what the agent is to say in this language."""

    def warm_up(self) -> None:
        """Make the phrase lists, which takes longer than a meter may wait."""
        for lines in self.words.values():
            phrase_list(lines, self.spelling)


@dataclass(frozen=True, eq=False)
class Languages:
    """The languages beside English."""

    others: Mapping[str, Language] = field(default_factory=dict, repr=False)
    """By code."""
    damage: Mapping[str, str] = field(default_factory=dict)
    """Languages, English too, whose files can't be used, by code: a sentence that says why."""


ONLY_ENGLISH = Languages()


def read_all(
    named: Mapping[str, str], own: Sequence[Path], rules: Mapping[str, bool], *, damage_ok: bool
) -> tuple[dict[str, tuple[str, ...]], Languages]:
    """Read the English phrase lists and all other languages.

    Args:
        named: names of the lists that rules use, each with the beginning of a sentence that says who does.
        own: folders of a team's lists, which come before the shipped ones.
        rules: their ids, each with whether a language may put its advice in its own words.
        damage_ok: whether damage is only noted, so that a call can do without the words.

    Raises:
        RuleError: a file is damaged, missing, or has a name that nothing reads.
    """
    words: dict[str, tuple[str, ...]] = dict.fromkeys(named, ())
    others, damage = dict[str, Language](), dict[str, str]()
    folders = {code: [*own, WORDS / code, *(folder / code for folder in own)] for code in _codes([WORDS, *own])}
    for code in (ENGLISH_CODE, *folders):
        try:
            if code == ENGLISH_CODE:
                shipped = [WORDS / code, *own]
                words = {name: read_list(name, shipped, where) for name, where in sorted(named.items())}
            else:
                others[code] = _language(code, folders[code], set(named), rules, own)
        except RuleError as error:
            if not damage_ok:
                raise
            damage[code] = str(error)
    return words, Languages(others, damage)


def resolve(text: str, said: datetime) -> Due | None:
    """The day that words of whichever language mean, counted from when they were said; None if several or none.

    English is tried first. Only shipped languages are known here: what was noticed in a call is text.
    """
    if due := due_dates.resolve(text, said):
        return due
    found = (dates.resolve(" ".join(normalise(text, spelling)), said) for dates, spelling in _shipped_dates())
    return next(filter(None, found), None)


@cache
def _shipped_dates() -> list[tuple[SpokenDates, Spelling]]:
    found = []
    for path in sorted(WORDS.glob(f"*/{DATES}")):
        with suppress(RuleError):  # it is said where the rules are read
            dates = SpokenDates(read_toml(path, RuleError), str(path))
            found.append((dates, read_spelling(table([path.parent], SPELLING), str(path))))
    return found


def _codes(folders: Iterable[Path]) -> list[str]:
    """The languages beside English that have a folder."""
    found = {path.name for folder in folders for path in folder.glob("*/") if _CODE.fullmatch(path.name)}
    return sorted(found - {ENGLISH_CODE})


def _language(
    code: str, folders: Sequence[Path], names: set[str], rules: Mapping[str, bool], own: Sequence[Path]
) -> Language:
    """What some folders, each of which overrides those before, have of a language; what they lack is left out."""
    words: dict[str, tuple[str, ...]] = dict.fromkeys(names, ())
    for folder in folders:
        for path in sorted(folder.glob("*.txt")):
            if path.stem in names:
                words[path.stem] = read_list(path.stem, [folder], "The program")
            elif folder not in own and path.name not in FILES:
                raise RuleError(f"No rule listens for the phrase list {path}{suggestion(path.stem, sorted(names))}")
    where = {name: f"In {name} of the language {code}" for name in FILES}
    dates = table(folders, DATES)
    return Language(
        code,
        words,
        read_spelling(table(folders, SPELLING), where[SPELLING]),
        SpokenDates(dates, where[DATES]) if dates else None,
        _advice(table(folders, LINES), where[LINES], rules),
    )


def _advice(values: Mapping[str, Any], where: str, rules: Mapping[str, bool]) -> dict[str, str]:
    for name in values:
        if name not in rules:
            raise RuleError(f'{where}, there is no rule "{name}"{suggestion(name, sorted(rules))}')
    texts = {name: convert(text, str, f'{where}, rule "{name}"', RuleError) for name, text in values.items()}
    for name, text in texts.items():
        try:
            check(text)
        except ValueError as error:
            raise RuleError(f'{where}, rule "{name}" has an invalid template: {error}. Correct it.') from error
    return {name: text for name, text in texts.items() if rules[name]}

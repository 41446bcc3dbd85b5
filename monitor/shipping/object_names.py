"""The names of objects: days, times and random ids, and never a word, a person or a number.

    calls/DAY/CALL.SITE/FILE           a call of one desk; call.toml comes last, and makes it whole
    notes/SITE/CALL/WRITER/FILE        what somebody else noted about it, for its desk to fetch
    forgotten/CALL.SITE                a call that nobody may keep or ship again
    deletions/SITE.jsonl               which calls a desk has deleted, and when

SITE is the id of a calls folder, WRITER that of another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from monitor.call import files, log
from monitor.call.scorecard.card_files import is_card

CALLS, NOTES, FORGOTTEN, DELETIONS = "calls", "notes", "forgotten", "deletions"

_CALL = re.compile(rf"{CALLS}/(\d{{4}}-\d\d-\d\d)/(\d{{6}}-[0-9a-f]+)\.([0-9a-f]{{32}})/([a-z0-9._-]+)")
_FOLDER = re.compile(r"\d{6}-[0-9a-f]+")
_SOUND = re.compile(r"audio(\.\d+)?\.(flac|wav)")
_RECORD = re.compile(r"[a-z][a-z0-9_-]*\.(toml|json|jsonl)")
_MADE_AGAIN = {"numbers.json"}
"""What a report keeps beside a call, to be faster the next time."""
_APPENDED = ".jsonl"


@dataclass(frozen=True, slots=True)
class CallKey:
    """Where a call is in the store."""

    day: str
    """On which it was shipped; ISO 8601."""
    call: str
    """The name of its folder."""
    site: str
    """The id of the calls folder in which it was recorded."""

    @classmethod
    def of(cls, key: str) -> tuple[Self, str] | None:
        """The call and the file that the key of an object names; None if it names none."""
        found = _CALL.fullmatch(key)
        return (cls(*found.group(1, 2, 3)), found[4]) if found else None

    @property
    def folder(self) -> str:
        """Below which its files are."""
        return f"{CALLS}/{self.day}/{self.call}.{self.site}"

    @property
    def notes(self) -> str:
        """Below which the notes of others are."""
        return f"{NOTES}/{self.site}/{self.call}"

    @property
    def forgotten(self) -> str:
        """The object that says that it is forgotten, on whichever day it was."""
        return f"{FORGOTTEN}/{self.call}.{self.site}"


def is_call(folder: Path) -> bool:
    """Whether a folder is named as the program names those of calls: others may be named after a person."""
    return bool(_FOLDER.fullmatch(folder.name))


def is_sound(name: str) -> bool:
    """Whether a file holds the sound of a call."""
    return bool(_SOUND.fullmatch(name))


def is_record(name: str) -> bool:
    """Whether a file says something of a call that is nowhere else."""
    return bool(_RECORD.fullmatch(name)) and name not in _MADE_AGAIN


def is_appended(name: str) -> bool:
    """Whether people add lines to a file after the call, such as marks."""
    return name.endswith(_APPENDED) and name != log.LOG


def is_noted(name: str) -> bool:
    """Whether people who have only a copy of the call write a file: lines in one for all, or their own scorecard."""
    return is_appended(name) or is_card(name)


def shipped_files(folder: Path) -> Iterator[Path]:
    """The files of a call that are shipped, in this order: sound, what was said and noted, and call.toml last.

    Reports and clips are not: they can be made again from what is shipped.
    """
    found = sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    yield from (path for path in found if is_sound(path.name))
    yield from (path for path in found if is_record(path.name) and path.name != files.ABOUT)
    yield from (path for path in found if path.name == files.ABOUT)

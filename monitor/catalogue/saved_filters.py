"""Filters saved by name, for everybody who works in the same calls folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec
import tomli_w

from monitor.base import atomic
from monitor.base.fold import fold
from monitor.catalogue.errors import FilterError
from rules.strict_toml import suggestion

FILE = "filters.toml"

_NAME = re.compile(r"[\w-]{1,40}")


def read(root: Path) -> Mapping[str, str]:
    """The texts of the saved filters of a calls folder, by their names; empty if there are none.

    Raises:
        FilterError: their file cannot be read.
    """
    path = root / FILE
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise FilterError(
            f"Can't read the saved filters in {path}: {reason}. Correct the file or delete it."
        ) from error


def save(root: Path, name: str, text: str) -> None:
    """Save a filter; one of that name is replaced.

    Args:
        root: the folder of all calls.
        name: letters, digits, - and _.
        text: the filter as it was written, so that "since:monday" means another Monday next week.

    Raises:
        FilterError: that is not a name, there is no filter, or the file cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise FilterError(f'Can\'t save the filter as "{name}": a name has letters, digits, - and _. Choose another.')
    if not text.strip():
        raise FilterError("Can't save a filter that shows all calls. Write one first.")
    _write(root, {**read(root), name: text.strip()})


def remove(root: Path, name: str) -> None:
    """Remove a saved filter.

    Raises:
        FilterError: there is none of that name, or the file cannot be written.
    """
    saved = read(root)
    if name not in saved:
        raise FilterError(f'There is no saved filter "{name}"{suggestion(name, saved) if saved else "."}')
    _write(root, {one: text for one, text in saved.items() if one != name})


def forget(root: Path, person: str) -> None:
    """Remove the filters that name a person.

    Raises:
        FilterError: the file cannot be read or written.
    """
    saved = read(root)
    others = {name: text for name, text in saved.items() if fold(person) not in fold(text)}
    if others != saved:
        _write(root, others)


def _write(root: Path, saved: Mapping[str, str]) -> None:
    path = root / FILE
    try:
        atomic.write(path, tomli_w.dumps(dict(sorted(saved.items()))).encode())
    except OSError as error:
        raise FilterError(f"Can't write {path}: {error.strerror or error}. Change its permissions.") from error

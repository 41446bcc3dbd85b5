"""The files of the scorecards of a call: one for each person and form, so that two people never change the same one."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from monitor.base.errors import CallFolderError
from monitor.call import files
from monitor.call.scorecard.card import Card

_NAME = re.compile(r"scorecard-[0-9a-f]{8}\.json")
"""Says neither who scored the call nor with which form: names of people are in no file name."""


def is_card(name: str) -> bool:
    """Whether a file of a call's folder is a scorecard, by its name."""
    return _NAME.fullmatch(name) is not None


def paths(folder: Path) -> tuple[Path, ...]:
    """The files of a call's scorecards."""
    return tuple(sorted(path for path in folder.glob("scorecard-*.json") if is_card(path.name)))


def read(folder: Path) -> tuple[Card, ...]:
    """Read the scorecards of a call, the oldest first; one that is damaged is left out.

    Raises:
        CallFolderError: one of them cannot be read.
    """
    return tuple(sorted((card for _, card in _found(folder)), key=lambda card: (card.made, card.form, card.by)))


def save(folder: Path, card: Card) -> None:
    """Save a person's card, in place of the same person's earlier one with this form.

    Raises:
        CallFolderError: it cannot be written.
    """
    own = (path for path, kept in _found(folder) if (kept.form, kept.by) == (card.form, card.by))
    path = next(own, None) or folder / f"scorecard-{secrets.token_hex(4)}.json"
    try:
        if not folder.is_dir():
            raise FileNotFoundError(2, "the call was moved to another day or deleted")
        _write(path, card)
    except OSError as error:
        raise CallFolderError(
            f"Can't write the scorecard to {folder}: {error.strerror or error}. Free some disk space or change its "
            "permissions, then answer again."
        ) from error


def state(folder: Path) -> str:
    """Sizes and times of the files, which show whether a card has changed; empty without cards."""
    looks = (path.stat() for path in paths(folder))
    return " ".join(f"{look.st_size}:{look.st_mtime_ns}" for look in looks)


def remove_words(folder: Path) -> None:
    """Remove what was said, and what people wrote about it, from all cards of a call.

    Raises:
        OSError: a card cannot be written.
    """
    _change(folder, lambda card: replace(card, items=tuple(item.without_words() for item in card.items)))


def remove_name(folder: Path, folded: str) -> bool:
    """Remove a person's name from their cards; return whether there were any.

    Args:
        folder: of the call.
        folded: the whole name, in lower case.

    Raises:
        OSError: a card cannot be read or written.
    """
    return _change(folder, lambda card: replace(card, by="") if card.by.casefold() == folded else card)


def _change(folder: Path, change: Callable[[Card], Card]) -> bool:
    changed = [(path, new) for path, old in _found(folder) if (new := change(old)) != old]
    for path, card in changed:
        _write(path, card)
    return bool(changed)


def _write(path: Path, card: Card) -> None:
    files.write(path, msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n")


def _found(folder: Path) -> Iterator[tuple[Path, Card]]:
    for path in paths(folder):
        try:
            yield path, msgspec.json.decode(files.read(path), type=Card)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        except OSError as error:
            raise CallFolderError(f"Can't read {path}: {error.strerror or error}. Change its permissions.") from error

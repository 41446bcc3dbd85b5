"""Seals and unseals saved calls: what `tone-monitor key` does to calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import click

from audio.files.storage import PLAIN
from monitor.base.counts import count
from monitor.base.errors import CallFolderError
from monitor.base.terminal import say, shows_progress
from monitor.call import files
from monitor.call.find import find, folders
from monitor.call.folder import root_folder
from monitor.call.info import read_info
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.update import forget_deleted, refresh
from monitor.sealed import call_key, file, keys
from monitor.sealed.layout import KEY_FILE

AT_ONCE = 1 << 16
"""Bytes that are read and written together."""


def run(calls: Path | None, named: Sequence[str], catalogue_url: str, *, sealed: bool) -> bool:
    """Seal or unseal calls, and say how many; False if one of them failed.

    Args:
        calls: the folder of all calls.
        named: calls as `finding.find` takes them; none for all.
        catalogue_url: that in the calls folder if empty.
        sealed: what they are to be.

    Raises:
        CallFolderError: there is no such call, or no key.
        CatalogueError: words of what is sealed may still be in the catalogue.
        ConfigError: the settings do not say where the key is, for they cannot be used.
    """
    root = root_folder(calls)
    found = [find(name, root) for name in named] or list(folders(root))
    if sealed:
        keys.in_use()
    done: list[Path] = []
    failed = 0
    with click.progressbar(found, label="Calls", file=sys.stderr, hidden=not shows_progress()) as bar:
        for folder in bar:
            try:
                if bring_to(folder, sealed=sealed):
                    done.append(folder)
            except CallFolderError as error:
                failed += 1
                say(str(error), err=True)
    if done:
        with open_catalogue(root, catalogue_url) as catalogue:
            for folder in done:
                refresh(catalogue, folder)
            forget_deleted(catalogue)
    already = len(found) - len(done) - failed
    what = "sealed" if sealed else "unsealed"
    say(f"{count(len(done), 'call')} {what}" + (f"; {count(already, 'call')} already {what}." if already else "."))
    return not failed


def bring_to(folder: Path, *, sealed: bool) -> bool:
    """Seal or unseal all files of a call; return whether any changed.

    If it is interrupted at any point, every file is whole, sealed or not, and it can be repeated: call.toml, which
    decides whether new files are sealed, comes last.

    Args:
        folder: of a call that is over.
        sealed: what they are to be.

    Raises:
        CallFolderError: the call is in progress, cannot be opened, or cannot be written.
    """
    if not read_info(folder).closed:
        raise CallFolderError(f"{folder} is in progress or broke off. End it, or repair it with tone-monitor doctor.")
    try:
        held = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size and path.name != KEY_FILE]
        wrong = [path for path in held if files.is_sealed(path) is not sealed]
        if sealed and len(wrong) == len(held):  # otherwise it was interrupted, and has the key that it started with
            (folder / KEY_FILE).unlink(missing_ok=True)
            call_key.begin(folder)
        for path in sorted(wrong, key=lambda path: path.name == files.ABOUT):
            half = path.with_name(path.name + ".half")
            half.unlink(missing_ok=True)
            with files.reading(path) as old, _new(half, sealed=sealed) as new:
                _copy(old, new)
                os.fsync(new.fileno())
            half.replace(path)
        if not sealed:
            (folder / KEY_FILE).unlink(missing_ok=True)
    except OSError as error:
        raise CallFolderError(
            f"Can't change {folder} ({error.strerror or error}). Nothing was lost. "
            "Free some disk space or change its permissions, then try again."
        ) from error
    return bool(wrong)


def _new(path: Path, *, sealed: bool) -> BinaryIO:
    return file.create(path, call_key.of(path.parent)) if sealed else PLAIN.create(path)


def _copy(old: BinaryIO, new: BinaryIO) -> None:
    while piece := old.read(AT_ONCE):
        left = memoryview(piece)
        while left:
            left = left[new.write(left) :]

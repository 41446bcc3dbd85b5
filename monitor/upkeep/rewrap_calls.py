"""Gives the keys of sealed calls to those who are recipients now: what `tone-monitor key rewrap` does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from monitor.base.counts import count
from monitor.base.errors import CallFolderError
from monitor.base.terminal import say, shows_progress
from monitor.call import files
from monitor.call.find import find, folders
from monitor.call.folder import root_folder
from monitor.sealed import call_key
from monitor.sealed.errors import SealedError
from monitor.sealed.layout import KEY_FILE


def run(calls: Path | None, named: Sequence[str]) -> bool:
    """Rewrap the keys of calls, and say how many; False if one of them failed.

    Args:
        calls: the folder of all calls.
        named: calls as `find` takes them; none for all.

    Raises:
        CallFolderError: there is no such call, or there are no recipients.
        ConfigError: the settings cannot be used.
    """
    if not call_key.in_settings():
        raise SealedError("There are no recipients to wrap for. Add one with tone-monitor key add.")
    root = root_folder(calls)
    found = [find(name, root) for name in named]
    sealed = [folder for folder in found or folders(root) if files.is_sealed(folder / files.ABOUT)]
    # Calls from before the recipients have no key of their own: an error only for one that was named.
    due = sealed if named else [folder for folder in sealed if (folder / KEY_FILE).exists()]
    changed = failed = 0
    with click.progressbar(due, label="Calls", file=sys.stderr, hidden=not shows_progress()) as bar:
        for folder in bar:
            try:
                changed += _rewrapped(folder)
            except CallFolderError as error:
                failed += 1
                say(str(error), err=True)
    same, alone = len(due) - changed - failed, len(sealed) - len(due)
    say(
        f"{count(changed, 'call')} rewrapped"
        + (f"; {count(same, 'call')} already had these recipients." if same else ".")
    )
    if alone:
        say(
            f"{count(alone, 'call')} sealed with the key of one machine alone. To seal them for the recipients, too, "
            "run tone-monitor key unseal there, then tone-monitor key seal."
        )
    return not failed


def _rewrapped(folder: Path) -> bool:
    try:
        return call_key.rewrap(folder)
    except OSError as error:
        raise CallFolderError(
            f"Can't change {folder / KEY_FILE} ({error.strerror or error}). The call still opens for its earlier "
            "recipients. Free some disk space or change its permissions, then try again."
        ) from error

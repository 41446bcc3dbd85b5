"""Keeps calls in progress listed, in the background and without ever disturbing them."""

from __future__ import annotations

import functools
import logging
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from monitor.base.errors import CallFolderError
from monitor.catalogue.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.catalogue.catalogue import Catalogue

BEGIN_AFTER_S = 3.0
"""A call is first listed after its start, which keeps the machine busy."""
EVERY_S = 5.0
END_WITHIN_S = 6.0
"""The longest that the end of a call waits for the catalogue."""

_log = logging.getLogger("tone_monitor")


class CallIndex:
    """Lists calls as they begin, end and are marked.

    Args:
        url: SQLAlchemy URL of the catalogue; the SQLite file beside the calls if empty.
    """

    def __init__(self, url: str = "") -> None:
        self._url = url
        self._followed: dict[Path, _Follower] = {}

    def started(self, folder: Path) -> None:
        """List a call that has started, and update it every few seconds."""
        self._followed[folder] = _Follower(folder, self._url)

    def ended(self, folder: Path) -> None:
        """List a call in its final state, and return when that is done."""
        if follower := self._followed.pop(folder, None):
            follower.end()
        else:
            self.marked(folder)

    def marked(self, folder: Path) -> None:
        """List a call again, as it has new marks."""
        from monitor.catalogue.update import refresh  # not before a call has started

        with _harmless(), _catalogue_of(folder, self._url) as catalogue:
            refresh(catalogue, folder)


class ImportIndex(CallIndex):
    """Lists recordings: at once when they begin, so that another import finds them, and when they are complete."""

    def started(self, folder: Path) -> None:
        """List a call whose recording is being analysed."""
        self.marked(folder)


class _Follower:
    """Follows one call from its start to its end."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        self._ended = Event()
        self._thread = Thread(target=self._follow, name="catalogue", daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join(END_WITHIN_S)

    def _follow(self) -> None:
        ended = self._ended.wait(BEGIN_AFTER_S)
        from monitor.catalogue.folder_reader import FolderReader  # not before the call has started
        from monitor.catalogue.update import put

        reader, listed = FolderReader(self._folder), None
        while self._folder.exists():
            with _harmless(), _catalogue_of(self._folder, self._url) as catalogue:
                if listed != (found := reader.read()):
                    put(catalogue, [found])
                    listed = found
            if ended:
                return
            ended = self._ended.wait(EVERY_S)


def _catalogue_of(folder: Path, url: str) -> Catalogue:
    from monitor.catalogue.catalogue import open_catalogue

    return open_catalogue(folder.parents[1], url)


@contextmanager
def _harmless() -> Iterator[None]:
    try:
        yield
    except (CatalogueError, CallFolderError) as error:
        say_once(str(error))
    except Exception as error:  # noqa: BLE001 - an index is never worth a call
        say_once(f"The call is not in the catalogue ({type(error).__name__}). Run `tone-monitor reindex` to add it.")


@functools.cache
def say_once(sentence: str) -> None:
    """Report it the first time only."""
    _log.warning(sentence)

"""Keeps calls in progress current in a list, even if nobody else lists them any more."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.base.errors import CallFolderError
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.folder_reader import FolderReader, seen
from monitor.catalogue.rows import CallRow
from monitor.catalogue.update import put


class OpenCalls:
    """The calls in progress of a list that is looked at every few seconds.

    The session that records a call lists it, too. If it was killed, or cannot write the catalogue, the row would stand
    still for good.

    Args:
        catalogue: that lists them.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._listed: dict[str, str] = {}
        """What each of them was made of when it was last looked at."""
        self._readers: dict[str, FolderReader] = {}

    def update(self, calls: Iterable[CallRow]) -> bool:
        """List again what has changed since the last look without being listed; say whether that was any.

        Args:
            calls: of the list; those that ended are left alone.

        Raises:
            CatalogueError: the catalogue does not take them.
        """
        before = self._listed
        self._listed = {call.folder: call.seen for call in calls if not call.closed}
        self._readers = {name: reader for name, reader in self._readers.items() if name in self._listed}
        stale = [name for name, state in self._listed.items() if before.get(name) == state and self._changed(name)]
        for name in stale:
            reader = self._readers.setdefault(name, FolderReader(self._catalogue.root / name))
            try:
                put(self._catalogue, [reader.read()])
            except CallFolderError:  # deleted, or cannot be read: reindexing says so
                self._readers.pop(name)
        return bool(stale)

    def _changed(self, name: str) -> bool:
        return seen(self._catalogue.root / name) != self._listed[name]

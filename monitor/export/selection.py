"""Which saved calls are exported: those that a filter finds, and of these, those that are new to a place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from monitor.base.errors import MonitorError
from monitor.call.state import state
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue
from monitor.export.source import Source, read


def matching(catalogue: Catalogue, wanted: query.Filter) -> list[Path]:
    """The folders of the calls that a filter finds, oldest first; calls in progress are not ready to be exported.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    found = query.calls(catalogue, wanted, "newest")
    ordered = sorted(found, key=lambda call: (call.started_s, call.folder))
    folders = ((catalogue.root / call.folder, call.closed) for call in ordered)
    return [folder for folder, closed in folders if closed or state(folder, time.time()) != "open"]


def readable(folders: Iterable[Path], failed: Callable[[str], object], *, redact: bool = True) -> Iterator[Source]:
    """Read calls one by one; one that cannot be read does not stop the rest.

    Args:
        folders: of the calls.
        failed: called with a sentence for each that cannot be read.
        redact: mask digits that may be a card number.
    """
    for folder in folders:
        try:
            source = read(folder, redact=redact)
        except MonitorError as error:
            failed(str(error))
            continue
        yield source

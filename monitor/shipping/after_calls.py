"""What a session does about shipping: nothing without an object store, and nothing is loaded then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from monitor.call.folder import CallObserver
from monitor.settings.config import Settings

if TYPE_CHECKING:
    from monitor.shipping.background import Background


class AfterCalls:
    """Ships calls that are over, if the settings have an object store.

    Args:
        settings: of the session.
        root: the folder of all calls.
    """

    def __init__(self, settings: Settings, root: Path) -> None:
        self._background: Background | None = None
        if settings.objects.url:
            from monitor.shipping.background import Background

            self._background = Background(settings.objects.url, root, settings.calls.catalogue)

    def observer(self, index: CallObserver) -> CallObserver:
        """An observer of calls that passes on what it is told, and lets those be shipped that are over."""
        return _Observer(index, self)

    def wake(self) -> None:
        """Something may be new; returns immediately."""
        if self._background:
            self._background.wake()

    def close(self) -> None:
        """Stop; the rest is shipped by the next session, or by `tone-monitor ship`."""
        if self._background:
            self._background.close()


class _Observer:
    def __init__(self, index: CallObserver, after: AfterCalls) -> None:
        self._index = index
        self._after = after

    def started(self, folder: Path) -> None:
        self._index.started(folder)

    def ended(self, folder: Path) -> None:
        try:
            self._index.ended(folder)
        finally:
            self._after.wake()

"""What came of a session."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Outcome:
    """The first failure of a session, and the folders of its calls.

    The session's thread and those on which calls end report failures: a lock makes sure that the first one stays. The
    session's thread alone adds folders; others may read the list at any time, as it only grows.
    """

    def __init__(self) -> None:
        self.failure: Exception | None = None
        """What went wrong first, if anything did."""
        self.folders: list[Path] = []
        """Where the calls are kept, the oldest first."""
        self._lock = Lock()

    def fail(self, error: Exception) -> None:
        """Report a failure."""
        with self._lock:
            self.failure = self.failure or error

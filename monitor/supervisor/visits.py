"""Notes what is done with calls of others on the list of calls."""

from __future__ import annotations

from pathlib import Path

from monitor.access.visit import NotePart, Visitor, unnoted
from monitor.supervisor.call_list import CallListView


class Visits:
    """What is noted of the calls that a list shows.

    Args:
        visitor: who looks at them; None to note nothing.
    """

    def __init__(self, visitor: Visitor | None = None) -> None:
        self._visitor = visitor
        self._searched: set[tuple[str, str]] = set()

    def shown(self, root: Path, view: CallListView) -> None:
        """Note that words of the chosen call are shown, once for each search.

        Args:
            root: the folder of all calls.
            view: that is shown.
        """
        call, words = view.chosen, view.wanted.words
        if self._visitor and call and view.hits and (call.folder, words) not in self._searched:
            self._searched.add((call.folder, words))
            self._visitor.note(root / call.folder, "searched")

    def opened(self, folder: Path, *, closed: bool) -> str:
        """Note that a call is opened, or followed; return a sentence if that can't be noted."""
        return self._visitor.note(folder, "opened" if closed else "followed") if self._visitor else ""

    def of(self, folder: Path) -> NotePart:
        """What notes which parts of a call are played or taken."""
        return self._visitor.of(folder) if self._visitor else unnoted

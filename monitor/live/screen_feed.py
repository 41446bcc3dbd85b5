"""What reaches the screen of a session: the events of the newest call, and those of the session between calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from monitor.call.events import LiveEvent, SessionState

if TYPE_CHECKING:
    from monitor.live.live_call import Show


class ScreenFeed:
    """Passes events on to the screen: what a call says after the next one has started goes to its folder alone.

    Calls say things on the session's thread and, at their end, on one of their own: a lock keeps the last words of a
    call from reaching the screen after the next call has started. `show` is set once, before the first of them runs.
    """

    def __init__(self) -> None:
        self.show: Show = lambda _: None
        """Shows what belongs to no call."""
        self._calls = 0
        self._lock = Lock()

    def of_next_call(self, notify: Callable[[LiveEvent], object]) -> Show:
        """Start a call on the screen, and give what shows its events; `notify` takes them, too, all of them."""
        with self._lock:
            self._calls += 1
            self.show(SessionState("call"))
            return partial(self._show_of, self._calls, notify)

    def _show_of(self, call: int, notify: Callable[[LiveEvent], object], event: LiveEvent) -> None:
        notify(event)
        with self._lock:
            if call == self._calls:
                self.show(event)

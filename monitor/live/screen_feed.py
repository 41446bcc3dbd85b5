"""What reaches the screen of a session: the events of the newest call, and those of the session between calls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from monitor.call.events import LiveEvent, SessionState

if TYPE_CHECKING:
    from monitor.live.live_call import Show
    from monitor.live.parts import CallParts


class ScreenFeed:
    """Passes events on to the screen; those of a call that come after the next one has started are not shown.

    Calls report events on the session's thread and, at their end, on a thread of their own: a lock keeps the last words
    of a call from reaching the screen after the next call has started. `show` may be replaced at any time, by the next
    screen, and never raises anything: no screen may end a call.
    """

    def __init__(self) -> None:
        self.show: Show = lambda _: None
        """Shows events that belong to no call."""
        self._calls = 0
        self._lock = Lock()

    def of_next_call(self, parts: CallParts) -> Show:
        """Start a call on the screen; give what shows its events. `parts.notify` gets all of them, too."""
        with self._lock:
            self._calls += 1
            self.show(SessionState("call", usual_known=parts.usual_known, prompting=parts.prompting))
            return partial(self._show_of, self._calls, parts.notify)

    def _show_of(self, call: int, notify: Callable[[LiveEvent], object], event: LiveEvent) -> None:
        notify(event)
        with self._lock:
            if call == self._calls:
                self.show(event)

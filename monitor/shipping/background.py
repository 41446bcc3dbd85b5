"""Ships after each call of a session, from a thread of its own that stops while a call is in progress."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from monitor.base.errors import MonitorError
from monitor.shipping import cache, shipment
from monitor.shipping.closed_calls import in_progress
from monitor.shipping.send import Pace, StoppedError

LOOK_EVERY_S = 0.5
FIRST_WAIT_S, LONGEST_WAIT_S = 10.0, 600.0
"""Until a store that failed is tried again."""

_log = logging.getLogger("tone_monitor")


def between_calls(root: Path, waits: Callable[[], object], stop: Event | None = None) -> Pace:
    """A pace that waits while a call is in progress on this machine.

    Args:
        root: the folder of all calls.
        waits: called once whenever it begins to wait.
        stop: set when shipping is to stop.
    """

    def wait() -> None:
        waiting = False
        while True:
            if stop and stop.is_set():
                raise StoppedError
            if not in_progress(root, datetime.now().astimezone().date()):
                return
            if not waiting:
                waits()
            waiting = True
            stop.wait(LOOK_EVERY_S) if stop else time.sleep(LOOK_EVERY_S)

    return Pace(wait)


class Background:
    """Ships what is new when it starts and after each call, until it is closed.

    Args:
        url: of the store.
        root: the folder of all calls.
        catalogue_url: that in the calls folder if empty.
        during_calls: also ship while a call is in progress.
    """

    def __init__(self, url: str, root: Path, catalogue_url: str, *, during_calls: bool = False) -> None:
        self._url, self._root, self._catalogue_url = url, root, catalogue_url
        self._during_calls = during_calls
        self._said: list[str] = []
        """What failed the last time, which the log has already."""
        self._stop = Event()
        self._wake = Event()
        self._wake.set()
        self._idle = Event()
        self._thread = Thread(target=self._ship, name="shipping", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something may be new; returns immediately."""
        self._idle.clear()
        self._wake.set()

    def close(self, wait_s: float = 2.0) -> None:
        """Ship what can be shipped in this time; the next session, or `tone-monitor ship`, does the rest."""
        self._idle.wait(wait_s)
        self._stop.set()
        self._wake.set()
        self._thread.join(wait_s)

    def _ship(self) -> None:
        wait_s: float | None = None
        pace = Pace(self._go_on) if self._during_calls else between_calls(self._root, lambda: None, self._stop)
        while True:
            if not self._wake.is_set():
                self._idle.set()
            self._wake.wait(wait_s)
            self._wake.clear()
            try:
                pace.wait()
                failed = self._failures(pace)
            except StoppedError:
                return
            wait_s = min(LONGEST_WAIT_S, 2 * (wait_s or FIRST_WAIT_S / 2)) if failed else None

    def _failures(self, pace: Pace) -> list[str]:
        try:
            outcome = shipment.ship(self._url, self._root, self._catalogue_url, pace)
            failed = [*outcome.failed, *cache.sent_notes(self._url)]
        except MonitorError as error:
            failed = [str(error)]
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - shipping is never worth a session
            failed = [f"Calls are not shipped: shipping failed with a {type(error).__name__}."]
        for sentence in failed:
            if sentence not in self._said:
                _log.warning("%s", sentence)
        self._said = failed
        return failed

    def _go_on(self) -> None:
        if self._stop.is_set():
            raise StoppedError

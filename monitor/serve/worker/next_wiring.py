"""How the next call of a worker is wired: by the roll-out in force when it starts, while others are in progress."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from monitor.live.call_wiring import CallWiring
from monitor.live.latest_wiring import LatestWiring, rules_after
from monitor.serve.worker_options import WorkerOptions


class NextWiring:
    """Gives each call its wiring, which it keeps until it is over.

    Args:
        latest: the wiring of the next call.
    """

    def __init__(self, latest: LatestWiring) -> None:
        self._latest = latest
        self._wiring = latest.of_next_call()
        self._lock = Lock()
        self._starting = 0

    @property
    def record(self) -> bool:
        """Whether the sound of the next call is kept."""
        return self._latest.record

    @contextmanager
    def of_call(self) -> Iterator[CallWiring]:
        """The wiring of a call, which is starting as long as the context lasts.

        Calls that start at the same time have the same: how the files of a new call are sealed is said for the whole
        process, and must not change between two of them.
        """
        with self._lock:
            if not self._starting:
                self._wiring = self._latest.of_next_call()
            self._starting += 1
        try:
            yield self._wiring
        finally:
            with self._lock:
                self._starting -= 1


def with_present_rules(options: WorkerOptions) -> WorkerOptions:
    """The options of a worker that starts now: the rule files of an older roll-out may be gone."""
    follows = options.rules == tuple(map(str, options.settings.rules.files))
    if follows and (rules := rules_after(options.version)):
        settings = replace(options.settings, rules=rules)
        return replace(options, rules=tuple(map(str, rules.files)), settings=settings)
    return options

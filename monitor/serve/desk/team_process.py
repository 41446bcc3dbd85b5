"""The program beside a server that ships its calls and takes the team's roll-outs, until the server is gone."""

import os
import pickle
import signal
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from monitor.call.folder import root_folder
from monitor.rollout.look import follow
from monitor.sealed import sealing
from monitor.serve.worker_options import WorkerOptions
from monitor.shipping.background import Background

SHIPS_S = 5.0
"""For the calls with which the server ended; the next start, or `tone-monitor ship`, ships the rest."""
NICE = 10
"""Less urgent than measuring calls."""


def run(options: WorkerOptions) -> None:
    """Work until standard input ends; a line there says that a call is over.

    What fails goes to the log once, and is tried again.
    """
    settings, root = options.settings, root_folder(Path(options.calls) if options.calls else None)
    stopped, url = Event(), settings.objects.url
    shipping = Background(url, root, settings.calls.catalogue, during_calls=True) if url else None
    if settings.team.rollout_key:
        # Calls in progress keep their rules, so there is nothing to wait for.
        args = (settings, root, lambda: not stopped.is_set(), stopped)
        Thread(target=follow, args=args, name="roll-outs", daemon=True).start()
    while sys.stdin.buffer.readline():
        if shipping:
            shipping.wake()
    stopped.set()
    if shipping:
        shipping.close(SHIPS_S)


def main() -> None:
    """Run with the options on standard input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the server ends, and closes the pipe
    with suppress(AttributeError, OSError):  # Windows has no such thing
        os.nice(NICE)
    options: WorkerOptions = pickle.load(sys.stdin.buffer)  # noqa: S301 - the server wrote it
    sealing.use(lambda: options.settings.privacy)
    run(options)


if __name__ == "__main__":
    main()

"""The server, from its start until it is asked to end."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from monitor.base.end_signals import EndSignals
from monitor.serve.desk.desk import Desk
from monitor.serve.front.front import front
from monitor.serve.front.options import FrontOptions
from monitor.serve.front.secret_file import Secrets
from monitor.serve.worker_options import WorkerOptions


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """What a server is made of."""

    front: FrontOptions
    secrets: Secrets
    worker: WorkerOptions
    workers: int
    most: int
    """Calls at the same time."""


def run(options: ServerOptions, say: Callable[[str], None]) -> None:
    """Serve until a signal asks the program to end; then end all calls.

    Args:
        options: of the server.
        say: takes a sentence for the log.

    Raises:
        ServeError: it cannot start as it was asked to.
    """
    options.front.check()
    _keep_no_core()
    asyncio.run(_serve(options, say))


async def _serve(options: ServerOptions, say: Callable[[str], None]) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    with EndSignals(lambda: loop.call_soon_threadsafe(stop.set)):
        async with (
            Desk(options.worker, options.workers, options.most, say) as desk,
            front(options.front, options.secrets, desk, say) as ports,
        ):
            scheme, host = "wss" if options.front.tls else "ws", options.front.listen.host
            say(f"Listening on {scheme}://{host}:{ports.web}. {options.most} calls fit. Stop with Ctrl-C.")
            if ports.audiosocket is not None and options.front.audiosocket:
                say(f"AudioSocket listens on {options.front.audiosocket.host}:{ports.audiosocket}.")
            await stop.wait()
            say("Ending all calls.")


def _keep_no_core() -> None:
    """Let the system write no memory to the disk if the program crashes: there is sound in it."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""Follow an agent's calls on the screen, or in plain lines."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.end_signals import EndSignals
from monitor.base.terminal import say, takes_screen
from monitor.live.control import runtime_folder
from monitor.live.errors import SessionError
from monitor.serve.watch.links import Connect, LinkError, LocalLink, WebLink
from monitor.serve.watch.remote_session import RemoteSession

if TYPE_CHECKING:
    from monitor.call.events import LiveEvent

SOCKETS = "watch-*.sock"


def local(agent: str) -> Connect:
    """Connects to the server of this machine and user."""

    def connect() -> LocalLink:
        found = sorted(runtime_folder().glob(SOCKETS), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in found:
            with suppress(LinkError):
                return LocalLink(path, agent)
        raise LinkError("No server is running")

    return connect


def at_desk(url: str, token_file: Path) -> Connect:
    """Connects to a server somewhere else.

    Raises:
        SessionError: the token can't be read, or would go over the network in the clear.
    """
    if url.startswith("ws://") and not url.startswith(("ws://127.0.0.1", "ws://localhost", "ws://[::1]")):
        raise SessionError(f"{url} is not encrypted. Use wss://.")
    try:
        token = token_file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SessionError(
            f"Can't read the token in {token_file}: {getattr(error, 'strerror', None) or 'it is no text'}. "
            "Ask your administrator for the file."
        ) from error
    if not token.isascii() or not token.isprintable():
        raise SessionError(f"{token_file} holds no token. Ask your administrator for the file.")
    return partial(WebLink, url, token)


def run(connect: Connect, *, plain: bool) -> None:
    """Follow the calls until the screen is closed.

    Raises:
        SessionError: the server refuses the screen.
    """
    session = RemoteSession(connect)
    with EndSignals(session.stop_soon):
        if plain or not takes_screen():
            _run_in_lines(session)
        else:
            from monitor.agent.app import AgentApp  # lines need no screen

            AgentApp(session).present()
    session.stop()
    if session.failure:
        raise session.failure


def _run_in_lines(session: RemoteSession) -> None:
    from monitor.call.events import PromptShown
    from monitor.call.text import line

    def show(event: LiveEvent) -> None:
        if said := line(event):
            with suppress(OSError):
                say(said)
                if isinstance(event, PromptShown):
                    session.confirm_seen(event.prompt)

    session.start(show)
    session.join()

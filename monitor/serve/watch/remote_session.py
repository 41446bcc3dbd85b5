"""A session on a server, as a screen controls it: events come over a connection, and keys go back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import msgspec

from monitor.call.events import LiveEvent, SessionNote, SessionState
from monitor.live.errors import SessionError
from monitor.serve import screen_events
from monitor.serve.watch.links import Connect, Link, LinkError

if TYPE_CHECKING:
    from monitor.settings.prompt_choices import PromptChoices
    from rules.model import Prompt

RETRY_S = (0.5, 1.0, 2.0, 4.0)
"""Waits between tries to connect; the last one repeats."""
LOST = SessionNote("No connection", "The server does not answer.", "It is tried again every few seconds.")


class _Message(msgspec.Struct):
    events: list[dict[str, Any]]


class RemoteSession:
    """See `monitor.agent.app.SessionControls`; a connection that breaks is made again.

    Args:
        connect: makes a connection.
    """

    def __init__(self, connect: Connect) -> None:
        self.failure: SessionError | None = None
        """Why there can be no connection, if so."""
        self._connect = connect
        self._show: Callable[[LiveEvent], None] = lambda _: None
        self._stopped = Event()
        self._link: Link | None = None
        self._wishes: SimpleQueue[dict[str, object] | None] = SimpleQueue()
        self._thread: Thread | None = None

    def start(self, show: Callable[[LiveEvent], None]) -> None:
        """Begin in threads of its own and pass every event to `show`; begun, just pass them on."""
        self._show = show
        if self._thread is None:
            self._thread = Thread(target=self._follow, name="follow calls", daemon=True)
            self._thread.start()
            Thread(target=self._send, name="send keys", daemon=True).start()

    def join(self) -> None:
        """Wait until it is over."""
        while self._thread and self._thread.is_alive():
            self._thread.join(0.2)  # a join without a timeout could not be interrupted on Windows

    def stop_soon(self) -> None:
        """Ask it to end, from any thread."""
        self._stopped.set()
        self._wishes.put(None)
        if link := self._link:
            link.close()

    def stop(self) -> None:
        """Leave the call, which goes on at the server."""
        self.stop_soon()
        self.join()

    def start_call(self) -> None:
        """Say that this is not how calls start here."""
        self._show(SessionNote("Calls start by themselves", "The telephone system starts them on the server."))

    def end_call(self) -> None:
        """End the call in progress."""
        self._wishes.put({"do": "end"})

    def keep_call(self) -> None:
        """Nothing ends a call here but the telephone system."""

    def dismiss(self) -> None:
        """Dismiss the prompt on the screen."""
        self._wishes.put({"do": "dismiss"})

    def mark_wrong(self, prompt: Prompt) -> None:
        """Note that the prompt was wrong, and dismiss it."""
        self._wishes.put({"do": "wrong", "rule": prompt.rule, "since_s": prompt.since_s})

    def choose(self, choices: PromptChoices) -> None:  # noqa: ARG002 - as every session has it
        """Say where prompts are chosen."""
        self._show(SessionNote("Not chosen here", "The settings of the server say which prompts come."))

    def confirm_seen(self, prompt: Prompt) -> None:
        """The screen has shown this prompt."""
        self._wishes.put({"do": "seen", "rule": prompt.rule, "since_s": prompt.since_s})

    def flag(self) -> None:
        """Bookmark this moment."""
        self._wishes.put({"do": "flag"})

    def snooze(self, minutes: float | None) -> None:
        """Snooze prompts; infinite minutes last for the rest of the call."""
        self._wishes.put({"do": "snooze", "minutes": None if minutes is None else min(minutes, 1e6)})

    def ask_for_help(self) -> None:
        """Ask for a supervisor, or take that back."""
        self._wishes.put({"do": "help"})

    def share_words(self) -> None:
        """Let the supervisors who follow read the words, or no longer."""
        self._wishes.put({"do": "share"})

    def pause_recording(self) -> None:
        """Pause keeping sound and words; called again, resume."""
        self._wishes.put({"do": "pause"})

    def _follow(self) -> None:
        tries = 0
        while not self._stopped.is_set():
            try:
                self._link = link = self._connect()
                tries = 0
                self._show(SessionNote("", ""))
                with closing(link):
                    self._receive(link)
            except SessionError as error:
                self.failure = error
                self._show(SessionState("failed"))
                return
            except LinkError:
                pass
            if self._stopped.is_set():
                break
            self._link = None
            self._show(SessionState("waiting", remote=True))
            self._show(LOST)
            self._stopped.wait(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1
        self._show(SessionState("over"))

    def _receive(self, link: Link) -> None:
        while not self._stopped.is_set():
            try:
                message = msgspec.json.decode(link.receive(), type=_Message)
                events = [screen_events.decoded(values) for values in message.events]
            except (msgspec.DecodeError, RecursionError) as error:
                raise LinkError("What answers is no server of Tone Monitor") from error
            for event in events:
                if event is not None:
                    self._show(event)

    def _send(self) -> None:
        while (wish := self._wishes.get()) is not None:
            if link := self._link:
                try:
                    link.send(msgspec.json.encode(wish))
                except (LinkError, OSError):
                    continue  # the other thread notices, and connects again

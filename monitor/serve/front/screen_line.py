"""A connection of an agent's screen."""

import asyncio
from collections.abc import Callable

from monitor.serve.dialects.dialect import Close, Send

LONGEST_MESSAGE = 4096
MOST_UNREAD = 64
"""A screen sends keys; one that sends more than this before they are read is cut off."""


class ScreenLine:
    """Carries messages between a screen and whoever serves it.

    Args:
        name: of the connection, for logs.
        send: sends a message or closes; never waits.
    """

    def __init__(self, name: str, send: Callable[[Send | Close], None]) -> None:
        self.name = name
        self._send = send
        self._heard: asyncio.Queue[str | None] = asyncio.Queue()
        self._gone = False

    async def send(self, message: str) -> None:
        """Send a message; raises ConnectionError once the screen is gone."""
        if self._gone:
            raise ConnectionError("The screen is gone")
        self._send(Send(message))
        await asyncio.sleep(0)

    async def receive(self) -> str:
        """Give the next message; raises ConnectionError once the screen is gone."""
        message = await self._heard.get()
        if message is None:
            raise ConnectionError("The screen is gone")
        return message

    def text(self, message: str, at_ns: int) -> None:
        """Take a message."""
        del at_ns
        if len(message) > LONGEST_MESSAGE or self._heard.qsize() >= MOST_UNREAD:
            self._send(Close(1008, "A screen sends short messages, and few."))
        elif not self._gone:
            self._heard.put_nowait(message)

    def binary(self, message: bytes, at_ns: int) -> None:
        """Refuse: a screen sends text."""
        del message, at_ns
        self._send(Close(1003, "A screen sends text."))

    def closed(self, at_ns: int, *, clean: bool) -> None:
        """The screen is gone."""
        del at_ns, clean
        self._gone = True
        self._heard.put_nowait(None)

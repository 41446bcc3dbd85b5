"""The agents' screens: each gets the events of its agent's call, ten messages a second at most."""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec

from monitor.call.events import SessionState
from monitor.serve import screen_events
from monitor.serve.call_desk import Screen
from monitor.serve.orders import ScreenDoes

EVERY_S = 0.1
"""Between two messages."""
SEEN_WITHIN_S = 1.0
"""A prompt counts as seen if the screen confirms it so soon."""
MOST_WAITING = 2_000
"""Events for a screen that does not read; then it is given up."""
_SHOWN = b'{"event":"prompt_shown"'


class ScreenWish(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a screen asks: a key, or that it has shown a prompt."""

    do: ScreenDoes
    rule: str = ""
    since_s: float = 0.0
    minutes: float | None = None


class AgentScreen:
    """One connected screen.

    Args:
        agent: whose.
        screen: its connection.
    """

    def __init__(self, agent: str, screen: Screen) -> None:
        self.agent = agent
        self._screen = screen
        self._waiting: list[bytes] = []
        self._news = asyncio.Event()
        self._sent_s: dict[tuple[str, float], float] = {}
        self.show_state("waiting")

    def show(self, event: bytes) -> None:
        """Show an event of the call, with the next message."""
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(event)
            self._news.set()

    def show_state(self, state: str) -> None:
        """Show that there is no call, or none any more."""
        self.show(screen_events.encoded(SessionState("waiting" if state == "waiting" else "over", remote=True)))

    async def send(self) -> None:
        """Send what comes, until the screen is gone; raises ConnectionError then."""
        while True:
            await self._news.wait()
            self._news.clear()
            events, self._waiting = self._waiting, []
            now_s = asyncio.get_running_loop().time()
            for event in events:
                if event.startswith(_SHOWN):
                    prompt: dict[str, Any] = msgspec.json.decode(event)["prompt"]
                    self._sent_s[prompt["rule"], float(prompt["since_s"])] = now_s
            await self._screen.send((b'{"events":[' + b",".join(events) + b"]}").decode())
            await asyncio.sleep(EVERY_S)

    async def wish(self) -> ScreenWish | None:
        """Wait for what the screen asks; None for what means nothing or comes too late."""
        try:
            wish = msgspec.json.decode(await self._screen.receive(), type=ScreenWish)
        except (msgspec.DecodeError, RecursionError):
            return None
        if wish.do == "seen":
            sent_s = self._sent_s.pop((wish.rule, wish.since_s), None)
            if sent_s is None or asyncio.get_running_loop().time() - sent_s > SEEN_WITHIN_S:
                return None
        return wish


class Screens:
    """All connected screens."""

    def __init__(self) -> None:
        self._screens: set[AgentScreen] = set()

    def of(self, agent: str) -> list[AgentScreen]:
        """Those of an agent."""
        return [screen for screen in self._screens if agent and same(screen.agent, agent)]

    def add(self, screen: AgentScreen) -> None:
        """A screen is connected."""
        self._screens.add(screen)

    def remove(self, screen: AgentScreen) -> None:
        """It is gone."""
        with suppress(KeyError):
            self._screens.remove(screen)


def same(one: str, other: str) -> bool:
    """Whether two names are one agent's."""
    return one.casefold().strip() == other.casefold().strip()

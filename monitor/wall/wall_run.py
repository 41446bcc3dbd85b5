"""A wall that is open: on a screen, as plain lines, or as JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Event
from typing import Protocol

from monitor.base.end_signals import EndSignals
from monitor.wall.topics import OnDesk
from monitor.wall.wall_client import News
from monitor.wall.wall_messages import Does
from monitor.wall.wall_state import Shown
from monitor.wall.wall_texts import name, plain_key, plain_line, to_json
from monitor.wall.wall_view import WallView

LOOK_S = 0.5
JSON_EVERY_S = 1.0
ONCE_S = 3.0
"""How long a wall that is printed once listens."""


class Client(Protocol):
    """See `monitor.wall.wall_client.WallClient`."""

    supervisor: str
    following: OnDesk | None

    @property
    def connected(self) -> bool:
        """Whether calls come in."""

    @property
    def trouble(self) -> str:
        """What is wrong with the connection."""

    def news(self) -> Sequence[News]:
        """What has come since the last call."""

    def order(self, call: OnDesk, do: Does) -> None:
        """Send what the supervisor does with a call."""

    def follow(self, call: OnDesk | None) -> None:
        """Follow a call instead of the one before."""


class Watching:
    """The wall and its connection.

    Args:
        client: the connection.
        team: whose calls; empty for all.
        clock_s: the wall's clock.
    """

    def __init__(self, client: Client, team: str = "", clock_s: Callable[[], float] = time.monotonic) -> None:
        self.view = WallView(client.supervisor, team)
        self.client = client
        self._clock_s = clock_s

    def look(self) -> None:
        """Take what has come."""
        news, now_s, client = self.client.news(), self._clock_s(), self.client
        wall = self.view.wall
        for one in news:
            wall = wall.after(one.topic, one.payload, one.arrived_s)
        wall = wall.at(now_s)
        following = client.following
        lost_s = None if client.connected else self.view.lost_s
        if self.view.connected and not client.connected:
            lost_s = now_s
        self.view = replace(
            self.view,
            wall=wall,
            now_s=now_s,
            connected=client.connected,
            trouble=client.trouble,
            lost_s=lost_s,
            following=following,
        )
        if following and following not in wall.calls:
            client.follow(None)

    def follow(self, call: OnDesk | None) -> None:
        """Follow a call, or none."""
        self.client.follow(call)
        self.view = replace(self.view, following=call)

    def take(self, row: Shown) -> None:
        """Take care of a call, or no longer."""
        self.client.order(row.call, "release" if row.state.taken_by == self.client.supervisor else "take")


def lines(watching: Watching, at: datetime, known: dict[OnDesk, tuple[object, ...]]) -> Iterator[str]:
    """A line for every call that has changed, begun or ended since.

    Args:
        watching: the wall.
        at: the time of day.
        known: what was printed of each call; it is brought up to date.
    """
    rows = {row.call: row for row in watching.view.rows}
    for call in [call for call in known if call not in rows]:
        yield f"{at:%H:%M:%S}  {known.pop(call)[-1]}  over"
    for call, row in rows.items():
        key = (*plain_key(row), name(row))
        if known.get(call) != key:
            known[call] = key
            yield plain_line(row, at)


def run_in_lines(watching: Watching, say: Callable[[str], None], *, as_json: bool, once: bool) -> None:
    """Print until a signal asks to end, or once."""
    over = Event()
    known: dict[OnDesk, tuple[object, ...]] = {}
    said: tuple[str, ...] = ()
    with EndSignals(over.set):
        listens_until_s = time.monotonic() + ONCE_S
        while once and time.monotonic() < listens_until_s and not over.wait(LOOK_S):
            watching.look()
        while True:
            watching.look()
            now = datetime.now().astimezone()
            if as_json:
                say(to_json(watching.view, now).decode())
            else:
                for line in lines(watching, now, known):
                    say(line)
                said, before = watching.view.notes, said
                for note in said:
                    if note not in before:
                        say(f"{now:%H:%M:%S}  {note}")
            if once or over.wait(JSON_EVERY_S if as_json else LOOK_S):
                return

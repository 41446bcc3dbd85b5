"""Publishes the calls of a desk or a server on the wall, and takes what supervisors do with them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from monitor.settings.config import Settings
from monitor.settings.consent import ConsentStatus
from monitor.wall import topics
from monitor.wall.broker import WallError, broker_of
from monitor.wall.care import Reach
from monitor.wall.wall_messages import Does, Order, Presence, WallMessageError, decoded, encoded

if TYPE_CHECKING:
    from monitor.wall.connection import Connection, Got

Ordered = Callable[[str, Does, str], object]
"""Takes an order: the call, what is done, and the supervisor who does it. It is called on the connection's thread."""
_MAY_BE_READ: Collection[ConsentStatus] = ("given", "not needed")


def words_allowed(settings: Settings, consent: ConsentStatus) -> bool:
    """Whether those who follow a call may read its words, if the agent lets them: never those of sealed calls."""
    return settings.wall.words and not settings.privacy.encrypt and consent in _MAY_BE_READ


class Publisher:
    """One for a program; it does without the broker where that cannot be reached, and says why.

    Args:
        settings: of this machine.
        ordered: takes the orders of supervisors.
    """

    def __init__(self, settings: Settings, ordered: Ordered) -> None:
        from monitor.wall.connection import Connection, Part, Post, program_id  # few desks have a wall

        self._post = Post
        self._team = settings.team.name
        self._desk = topics.Desk(settings.team.name, settings.wall.user, program_id())
        self._ordered = ordered
        self._walls: dict[str, str] = {}
        """The team that each open wall shows, by its topic."""
        self._unusable = ""
        self._connection: Connection | None = None
        part = Part(
            Post(self._desk.presence, encoded(Presence())),
            Post(self._desk.presence, encoded(Presence(gone=True))),
            (self._desk.orders, topics.WALLS),
        )
        try:
            self._connection = Connection(broker_of(settings.wall), part, self._take, self._walls.clear)
        except WallError as error:
            self._unusable = str(error)

    @property
    def reach(self) -> Reach:
        """Who can be reached now."""
        if (connection := self._connection) is None:
            return Reach("away", trouble=self._unusable)
        walls = sum(team in {"", self._team} for team in list(self._walls.values()))
        return Reach("connected" if connection.connected else "away", walls, trouble=connection.trouble)

    def publish(self, call: str, part: topics.Part, payload: bytes, certain: bool) -> None:  # noqa: FBT001 - see Publish
        """Publish a part of a call; returns at once."""
        if self._connection:
            topic = topics.OnDesk(self._desk, call).topic(part)
            self._connection.put(self._post(topic, payload, certain, retained=part == "state"))

    def close(self) -> None:
        """Say goodbye to the broker."""
        if self._connection:
            self._connection.close()

    def _take(self, got: Got) -> None:
        order = topics.order_of(got.topic)
        try:
            if order:
                self._ordered(order[0], decoded(got.payload, Order).do, order[1])
            elif got.payload:
                self._walls[got.topic] = decoded(got.payload, Presence).team
            else:
                self._walls.pop(got.topic, None)
        except WallMessageError:
            pass  # whoever sent it, the call continues as it was

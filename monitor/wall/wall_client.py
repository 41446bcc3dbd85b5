"""A supervisor's connection to the broker: calls come in, and what the supervisor does with them goes out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from monitor.wall import topics
from monitor.wall.broker import Broker
from monitor.wall.connection import Connection, Got, Part, Post, program_id
from monitor.wall.topics import OnDesk
from monitor.wall.wall_messages import Does, Order, Presence, encoded

PROBE_S = 5.0
"""What the wall sends itself must be back so soon, or the login may not read."""
REPEAT_S = 5.0
"""How often it is repeated that a call is followed."""


@dataclass(frozen=True, slots=True)
class News:
    """A message and when it came to the broker, by the wall's clock."""

    topic: str
    payload: bytes
    arrived_s: float


class WallClient:
    """Collects the newest message of each topic until `news` is asked for.

    An ACL that does not let a login read says so to nobody, and the wall would be empty: the wall sends itself a
    message, and says what is wrong if it does not come.

    Args:
        broker: to connect to.
        team: whose calls; empty for all.
        supervisor: the login, or the name where there is none.
        clock_s: the wall's clock.
    """

    def __init__(
        self, broker: Broker, team: str, supervisor: str, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.supervisor = topics.level(supervisor)
        self.following: OnDesk | None = None
        self._broker = broker
        self._clock_s = clock_s
        self._lock = Lock()
        self._news: dict[str, News] = {}
        program = program_id()
        presence = topics.wall(supervisor, program)
        desks, self._calls = topics.desks_of(team)
        self._probe = OnDesk(topics.Desk(team, supervisor, program), topics.NO_NAME).topic("probe")
        self._probed_s: float | None = None
        self._may_read = False
        self._repeat_s = 0.0
        self._connection = Connection(
            broker,
            Part(Post(presence, encoded(Presence(team=team))), Post(presence, b""), (self._calls, desks)),
            self._take,
            self._lost,
        )

    @property
    def connected(self) -> bool:
        """Whether calls come in."""
        return self._connection.connected and self._may_read

    @property
    def probed(self) -> bool:
        """Whether the wall has sent itself a message."""
        return self._probed_s is not None

    @property
    def trouble(self) -> str:
        """What is wrong with the connection, in a sentence; empty if nothing is, or if it is not known yet."""
        if self._connection.trouble or not self._connection.connected or self._may_read:
            return self._connection.trouble
        late = self._probed_s is not None and self._clock_s() - self._probed_s > PROBE_S
        return self._broker.refused_topic(self._calls) if late else ""

    def news(self) -> list[News]:
        """What has come since the last call, the newest of each topic; and what is due is sent."""
        now_s = self._clock_s()
        if self._connection.connected and self._probed_s is None:
            self._probed_s = now_s
            self._connection.put(Post(self._probe, b"1", certain=True, retained=False))
        if self.following and now_s >= self._repeat_s:
            self.order(self.following, "follow")
            self._repeat_s = now_s + REPEAT_S
        with self._lock:
            news, self._news = list(self._news.values()), {}
        return news

    def order(self, call: OnDesk, do: Does) -> None:
        """Send what the supervisor does with a call."""
        self._connection.order(Post(call.order(self.supervisor), encoded(Order(do=do)), certain=True, retained=False))

    def follow(self, call: OnDesk | None) -> None:
        """Follow a call instead of the one before; None to follow none."""
        if self.following and self.following != call:
            self.order(self.following, "unfollow")
        self.following, self._repeat_s = call, 0.0

    def close(self) -> None:
        """Follow nothing any more, and say goodbye."""
        self.follow(None)
        self._connection.close()

    def _take(self, got: Got) -> None:
        if got.topic == self._probe:
            self._may_read = True
            return
        with self._lock:
            # Out and in again, so that topics are in the order of their newest messages.
            self._news.pop(got.topic, None)
            self._news[got.topic] = News(got.topic, got.payload, self._clock_s() - got.age_s)

    def _lost(self) -> None:
        self._may_read, self._probed_s = False, None

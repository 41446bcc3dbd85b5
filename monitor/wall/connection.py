"""A connection to the broker, on a thread of its own: whoever publishes never waits for it."""

from __future__ import annotations

import random
import ssl
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from monitor.wall.broker import Broker

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessage
    from paho.mqtt.properties import Properties

RETRY_S = (0.5, 1.0, 2.0, 4.0)
"""Waits between tries to connect, the last one repeats; each is drawn between half of it and all of it."""
KEEPALIVE_S = 10
"""A program that is silent for half as long again is gone for the broker."""
LOOK_S = 0.1
CONNACK_S = 5.0
GOODBYE_S = 1.0
EXPIRES_S = 600
"""What was published is forgotten after so long without news."""
LATE_S = 10.0
"""An order that could not be sent for so long is not sent any more."""
MOST_ORDERS = 100
ANNOUNCE_EVERY_S = 30.0
REFUSED = 0x80
"""From here on, reason codes of MQTT 5 are failures."""
NOT_AUTHORIZED, TAKEN_OVER = 0x87, 0x8E


@dataclass(frozen=True, slots=True)
class Post:
    """A message for the broker."""

    topic: str
    payload: bytes
    certain: bool = False
    """Whether it must arrive."""
    retained: bool = True


@dataclass(frozen=True, slots=True)
class Got:
    """A message from the broker."""

    topic: str
    payload: bytes
    age_s: float
    """How long the broker had kept it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a program is on the broker."""

    presence: Post
    """Says that it is there."""
    will: Post
    """Says that it is gone, if it goes without a goodbye."""
    subscriptions: tuple[str, ...]


def program_id() -> str:
    """An id for a program: two with one login stay apart."""
    return token_hex(4)


class Connection:
    """Publishes the newest message of each topic, and keeps orders until they are sent.

    Args:
        broker: to connect to.
        part: of this program.
        take: takes what comes, on the connection's thread.
        lost: called there when the connection is lost.
    """

    def __init__(
        self, broker: Broker, part: Part, take: Callable[[Got], object], lost: Callable[[], object] = lambda: None
    ) -> None:
        self.trouble = ""
        """Why there is no connection, or none that is of use, in a sentence."""
        self.connected = False
        """Whether the broker has taken this program's presence."""
        self._broker = broker
        self._part = part
        self._take, self._lost = take, lost
        self._lock = Lock()
        self._news: dict[str, Post] = {}
        self._orders: deque[tuple[float, Post]] = deque(maxlen=MOST_ORDERS)
        self._unanswered: dict[int, str] = {}
        """The topics of messages that must arrive, by their numbers."""
        self._last = 0
        """The number of the last message, until the broker has it."""
        self._accepted = False
        self._announced_s = 0.0
        self._closing = Event()
        self._thread = Thread(target=self._run, name="wall", daemon=True)
        self._thread.start()

    def put(self, post: Post) -> None:
        """Publish with the next look, instead of what waits for the same topic; returns at once."""
        with self._lock:
            waiting = self._news.pop(post.topic, None)
            self._news[post.topic] = replace(post, certain=True) if waiting and waiting.certain else post

    def order(self, post: Post) -> None:
        """Send an order, after those before it; returns at once."""
        with self._lock:
            self._orders.append((time.monotonic(), post))

    def close(self, wait_s: float = GOODBYE_S) -> None:
        """Say goodbye, and wait so long for it to be sent."""
        self._closing.set()
        self._thread.join(wait_s)

    def _run(self) -> None:
        client = self._client()
        tries = 0
        while not self._closing.is_set():
            try:
                client.connect(self._broker.host, self._broker.port, KEEPALIVE_S, clean_start=True)
                tries = 0 if self._serve(client) else tries
            except (OSError, ValueError) as error:
                self.trouble = self._broker.away(error)
            self.connected = self._accepted = False
            self._lost()
            wait_s = RETRY_S[min(tries, len(RETRY_S) - 1)]
            tries += 1
            self._closing.wait(wait_s * random.uniform(0.5, 1.0))  # noqa: S311 - so that not all come at once

    def _client(self) -> Client:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        name = f"tone-monitor-{program_id()}"
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
        client.connect_timeout = CONNACK_S
        client.max_queued_messages_set(MOST_ORDERS)
        if self._broker.user:
            client.username_pw_set(self._broker.user, self._broker.password or None)
        if self._broker.tls:
            client.tls_set_context(self._broker.tls)
        will = self._part.will
        client.will_set(
            will.topic, will.payload, 1, will.retained, _expiry(EXPIRES_S, of_will=True) if will.payload else None
        )
        client.on_connect, client.on_disconnect = self._on_connect, self._on_disconnect
        client.on_publish, client.on_subscribe = self._on_publish, self._on_subscribe
        client.on_message = self._on_message
        return client

    def _serve(self, client: Client) -> bool:
        """Send and receive until the connection is lost; whether there was one."""
        began_s = time.monotonic()
        with DefaultSelector() as selector:
            while not self._closing.is_set() and _look(client, selector):
                if self._accepted:
                    self._announce(client)
                    self._send(client)
                elif time.monotonic() - began_s > CONNACK_S:
                    self.trouble = self._broker.away()
                    break
        had_one = self._accepted
        if had_one and self._closing.is_set():
            self._say_goodbye(client)
        elif had_one and self.connected:
            self.trouble = self.trouble or self._broker.away()
        client.disconnect()
        return had_one

    def _announce(self, client: Client) -> None:
        if time.monotonic() - self._announced_s >= ANNOUNCE_EVERY_S:
            self._announced_s = time.monotonic()
            self._publish(client, replace(self._part.presence, certain=True))

    def _send(self, client: Client) -> None:
        with self._lock:
            orders = [post for since_s, post in self._orders if time.monotonic() - since_s < LATE_S]
            self._orders.clear()
            # A broker that does not read gets only the newest of what waits.
            news = [] if client.want_write() else list(self._news.values())
            if news:
                self._news.clear()
        for post in (*orders, *news):
            self._publish(client, post)

    def _publish(self, client: Client, post: Post) -> int:
        expiry = _expiry(EXPIRES_S if post.retained else int(LATE_S)) if post.payload else None
        number = client.publish(post.topic, post.payload, int(post.certain), post.retained, expiry).mid
        if post.certain:
            self._unanswered[number] = post.topic
        return number

    def _say_goodbye(self, client: Client) -> None:
        """Read until the broker has the last message: closing before that would throw away what it has not read."""
        self._send(client)
        self._last = self._publish(client, Post(self._part.presence.topic, b"", certain=True))
        until_s = time.monotonic() + GOODBYE_S / 2
        with DefaultSelector() as selector:
            while self._last and time.monotonic() < until_s and _look(client, selector):
                pass

    def _on_connect(self, client: Client, _data: object, _flags: object, code: Any, _properties: object) -> None:  # noqa: ANN401 - as paho has it
        if code.value >= REFUSED:
            self.trouble = self._broker.refused_login() if code.value in _LOGIN else self._broker.away()
            return
        self._accepted, self._announced_s = True, float("-inf")
        self._unanswered.clear()
        for topic in self._part.subscriptions:
            client.subscribe(topic, qos=1)

    def _on_disconnect(self, _client: Client, _data: object, _flags: object, code: Any, _properties: object) -> None:  # noqa: ANN401 - same
        if code.value == TAKEN_OVER:
            self.trouble = self._broker.taken_over()

    def _on_publish(self, _client: Client, _data: object, mid: int, code: Any, _properties: object) -> None:  # noqa: ANN401 - same
        topic, presence = self._unanswered.pop(mid, ""), self._part.presence.topic
        if mid == self._last:
            self._last = 0
        elif code.value >= REFUSED:
            self.trouble = self._broker.refused_topic(topic)
            self.connected = self.connected and topic != presence
        elif topic == presence:
            self.connected, self.trouble = True, ""

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, codes: Sequence[Any], _properties: object
    ) -> None:
        if any(code.value >= REFUSED for code in codes):
            self.trouble = self._broker.refused_topic(self._part.subscriptions[0])

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        left_s = getattr(message.properties, "MessageExpiryInterval", None)
        age_s = max(0, EXPIRES_S - left_s) if message.retain and left_s is not None else 0
        self._take(Got(message.topic, bytes(message.payload), float(age_s)))


def _look(client: Client, selector: DefaultSelector) -> bool:
    """Send and receive what there is, or wait for it for a moment; whether there is still a connection.

    paho's own loops use `select`, which takes no file whose number is above 1024, and a server may have more.
    """
    if (connection := client.socket()) is None:
        return False
    wanted = EVENT_READ | (EVENT_WRITE if client.want_write() else 0)
    known = selector.get_map().get(connection)
    if known is None:
        selector.register(connection, wanted)
    elif known.events != wanted:
        selector.modify(connection, wanted)
    unread = connection.pending() if isinstance(connection, ssl.SSLSocket) else 0
    ready = EVENT_READ if unread else 0
    for _, events in selector.select(0 if unread else LOOK_S):
        ready |= events
    if ready & EVENT_READ and client.loop_read():
        return False
    if ready & EVENT_WRITE and client.loop_write():
        return False
    return not client.loop_misc()


def _expiry(seconds: int, *, of_will: bool = False) -> Properties:
    from paho.mqtt.packettypes import PacketTypes
    from paho.mqtt.properties import Properties

    properties = Properties(PacketTypes.WILLMESSAGE if of_will else PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = seconds
    return properties


_LOGIN = {0x86, NOT_AUTHORIZED}
"""Bad user name or password; not authorized."""

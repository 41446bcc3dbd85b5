"""A process that stands in for hundreds of desks: each has a connection of its own and says a state a second."""

import random
import selectors
import sys
import time
from contextlib import suppress

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from monitor.wall.connection import EXPIRES_S, RETRY_S
from monitor.wall.topics import Desk, OnDesk
from monitor.wall.wall_messages import CallState, Presence, encoded

EVERY_S = 1.0


class Publisher:
    """A desk with a call; it connects again as `monitor.wall.connection` does."""

    def __init__(self, number: int, port: int) -> None:
        self._port = port
        self._call = OnDesk(Desk("Bench", f"desk{number}", "p"), "1")
        self._agent, self._began_s = f"Agent {number}", time.monotonic()
        self._chance = random.Random(number)  # noqa: S311 - jitter
        self._tries = 0
        self.next_s = self._began_s + self._chance.uniform(0.0, EVERY_S)
        self.connect_s = self.next_s
        version = MQTTProtocolVersion.MQTTv5
        self.client = Client(CallbackAPIVersion.VERSION2, f"bench-{number}", protocol=version)
        self.client.will_set(self._call.desk.presence, encoded(Presence(gone=True)), 1, retain=True)
        self._expiry = Properties(PacketTypes.PUBLISH)
        self._expiry.MessageExpiryInterval = EXPIRES_S

    def connect(self, now_s: float) -> None:
        """Try to connect; the next try is later every time."""
        with suppress(OSError):
            self.client.connect("127.0.0.1", self._port, 10, clean_start=True)
            self.client.publish(self._call.desk.presence, encoded(Presence()), 1, retain=True)
        self.connect_s = now_s + RETRY_S[min(self._tries, len(RETRY_S) - 1)] * self._chance.uniform(0.5, 1.0)
        self._tries += 1

    def say(self, now_s: float) -> None:
        """Publish the state of the call."""
        self.next_s += EVERY_S
        if self.client.is_connected():
            self._tries = 0
            at_s = round(now_s - self._began_s, 1)
            volume, rate = self._chance.uniform(-4, 8), self._chance.uniform(-20, 25)
            flag = {"severity": "prompt", "rule": "slow-down", "since_s": at_s} if self._chance.random() < 0.02 else {}
            state = CallState(agent=self._agent, at_s=at_s, level_over_db=volume, rate_over_pct=rate, **flag)
            self.client.publish(self._call.topic("state"), encoded(state), 0, retain=True, properties=self._expiry)


def run(count: int, port: int) -> None:
    """Publish until the process is killed."""
    desks = [Publisher(number, port) for number in range(count)]
    while True:
        now_s = time.monotonic()
        for desk in desks:
            if desk.client.socket() is None and now_s >= desk.connect_s:
                desk.connect(now_s)
            if now_s >= desk.next_s:
                desk.say(now_s)
        _look({desk.client.socket(): desk.client for desk in desks if desk.client.socket() is not None})


def _look(clients: dict[object, Client]) -> None:
    with selectors.DefaultSelector() as selector:
        for connection, client in clients.items():
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if client.want_write() else 0)
            selector.register(connection, wanted)  # type: ignore[arg-type]
        for key, events in selector.select(0.02):
            client = clients[key.fileobj]
            if events & selectors.EVENT_READ:
                client.loop_read()
            if events & selectors.EVENT_WRITE:
                client.loop_write()
    for client in clients.values():
        client.loop_misc()


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]))

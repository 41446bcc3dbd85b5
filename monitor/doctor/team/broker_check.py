"""Whether the broker of the wall takes what this machine publishes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from monitor.doctor.diagnosis import Diagnosis
from monitor.settings.config import Settings

WAIT_S = 8.0
_LOOK_S = 0.05


def check(settings: Settings) -> Iterator[Diagnosis]:
    """Connect, log in, and publish something that no wall shows."""
    from monitor.wall.broker import WallError, broker_of
    from monitor.wall.connection import Connection, Part, Post, program_id
    from monitor.wall.topics import NO_NAME, Desk, OnDesk

    wall = settings.wall
    if not wall.broker:
        told = "The wall is not set up: calls in progress are shown nowhere else. Set broker under [wall] to show them."
        yield Diagnosis("broker", "ok", told)
        return
    try:
        broker = broker_of(wall)
    except WallError as error:
        yield Diagnosis("broker", "bad", str(error))
        return
    topic = OnDesk(Desk(settings.team.name, wall.user, program_id()), NO_NAME).topic("probe")
    connection = Connection(
        broker, Part(Post(topic, b"1", retained=False), Post(topic, b"", retained=False), ()), _drop
    )
    try:
        until_s = time.monotonic() + WAIT_S
        while not (connection.connected or connection.trouble) and time.monotonic() < until_s:
            time.sleep(_LOOK_S)
        connected, trouble = connection.connected, connection.trouble
    finally:
        connection.close()
    if connected:
        who = f"the login {wall.user}" if wall.user else "programs without a login"
        safe = "with TLS" if broker.tls else "on this machine"
        yield Diagnosis("broker", "ok", f"The broker at {broker.name} takes what {who} publishes, {safe}.")
    else:
        yield Diagnosis("broker", "bad", trouble or broker.away())


def _drop(_: object) -> None:
    """Nothing is subscribed to."""

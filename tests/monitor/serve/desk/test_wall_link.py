"""A server's calls on the wall, with the real broker and a real worker."""

import asyncio
from pathlib import Path

import msgspec
import numpy as np
import pytest

from monitor.call.log import read_events
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction
from monitor.serve import signals
from monitor.serve.desk.clock import now_ns
from monitor.settings.config import Settings, Team, Wall
from monitor.wall.broker import broker_of
from monitor.wall.wall_client import WallClient
from monitor.wall.wall_run import Watching
from tests.monitor.serve.desk.test_desk import Tap, begins, closed, send, serving, sound, the_call, until_on_loop
from tests.monitor.wall.mosquitto import Mosquitto

__all__ = ["sound"]


class AgentsScreen:
    """Her screen at her desk: it asks for help once, and collects what it is shown."""

    def __init__(self) -> None:
        self.shown = ""
        self._wishes = iter([msgspec.json.encode({"do": "help"}).decode()])

    async def send(self, message: str) -> None:
        self.shown += message

    async def receive(self) -> str:
        for wish in self._wishes:
            return wish
        await asyncio.Event().wait()
        return ""


@pytest.mark.slow
async def test_a_call_of_the_server_is_on_the_wall_and_its_agent_is_answered(tmp_path: Path, sound: np.ndarray) -> None:
    taps, own = {"agent": Tap("1"), "customer": Tap("2")}, AgentsScreen()
    with Mosquitto(tmp_path, "allow_anonymous true") as broker:
        settings = Settings(
            team=Team(name="Support"), wall=Wall(broker=f"mqtt://localhost:{broker.port}", user="server")
        )
        watching = Watching(WallClient(broker_of(settings.wall), "Support", "kim"), "Support")

        def seen() -> bool:
            watching.look()
            return bool(watching.view.rows)

        try:
            async with serving(tmp_path / "calls", workers=1, settings=settings) as desk:
                for role, tap in taps.items():
                    assert desk.begin(tap, begins("+49 30 1234", role, "sam")) is None
                sending = asyncio.create_task(send(desk, taps, sound, 0, 12))
                await until_on_loop(seen)
                (row,) = watching.view.rows
                assert (row.state.agent, row.life, "1234" in row.call.call) == ("sam", "live", False)
                watching.follow(row.call)
                screen = asyncio.create_task(desk.watch("sam", own))
                await until_on_loop(lambda: seen() and watching.view.rows[0].state.help_s is not None)
                watching.take(watching.view.rows[0])
                await until_on_loop(lambda: seen() and '"takes care"' in own.shown and watching.view.detail is not None)
                sending.cancel()
                for tap in taps.values():
                    desk.take(tap, signals.SideEnds(0, now_ns(), call_over=True))
                await closed(desk, "+49 30 1234")
                screen.cancel()
                await until_on_loop(lambda: not seen())
        finally:
            await asyncio.to_thread(watching.client.close)
    said = [one for one in read_events(the_call(tmp_path / "calls")) if isinstance(one, HelpRequest | SupervisorAction)]
    assert {(one.by, one.does) for one in said if isinstance(one, SupervisorAction)} >= {
        ("kim", "follows"),
        ("kim", "takes care"),
    }
    assert [(one.state, one.channels) for one in said if isinstance(one, HelpRequest)] == [("asked", ("wall",))]

"""Beside the server runs a process that ships calls that are over and takes roll-outs; if it dies, another one does."""

import os
import signal
from pathlib import Path

import pytest

from monitor.serve.desk import team_link
from monitor.serve.desk.team_link import TeamLink
from monitor.serve.worker_options import WorkerOptions
from monitor.settings.config import Settings
from tests.made_calls import make
from tests.monitor.rollout.conftest import team
from tests.monitor.rollout.rollouts import Team
from tests.monitor.serve.desk.test_desk import until_on_loop
from tests.stores.desks import whole_calls

__all__ = ["team"]


@pytest.mark.slow
async def test_calls_are_shipped_as_they_end_and_a_roll_out_is_taken(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team_link, "AGAIN_S", 0.0)
    calls, store = tmp_path / "calls", tmp_path / "store"
    make(calls, name="aaaaaa")
    team.publish(severity="urgent")
    link = TeamLink(WorkerOptions(team.settings(), calls=str(calls)))
    link.open()
    await until_on_loop(lambda: whole_calls(store, calls) == 1)
    await until_on_loop(lambda: team.state().in_force == 1)
    make(calls, name="bbbbbb")
    link.call_closed()
    await until_on_loop(lambda: whole_calls(store, calls) == 2)
    dead = link.pid
    os.kill(dead, signal.SIGKILL)
    await until_on_loop(lambda: link.pid not in {0, dead})
    make(calls, name="cccccc")
    link.call_closed()
    await link.close()
    assert whole_calls(store, calls) == 3, "what ended last is shipped before the server is gone"


async def test_without_a_store_and_a_key_there_is_no_process() -> None:
    link = TeamLink(WorkerOptions(Settings()))
    link.open()
    link.call_closed()
    await link.close()
    assert not link.pid

"""A call whose program is ended from outside is whole and closed; bench/parts/end.py does it more often, with words."""

import random
import signal
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.made_calls import fired, make
from tests.monitor.live.ended_call import Way, end_after
from tests.terminals import PATIENCE_S, ProgramOnTerminal
from tests.waiting import Lateness, until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither these signals nor such terminals."),
]
WAYS: tuple[Way, ...] = ("SIGTERM", "SIGHUP", "closed terminal")
CHANCE = random.Random(14)  # noqa: S311 - moments, no secrets
MOMENTS = [(way, screen, round(CHANCE.uniform(0.0, 4.0), 2)) for way, screen in product(WAYS, (False, True))]


@pytest.mark.parametrize(("way", "screen", "seconds"), MOMENTS)
def test_a_call_is_whole_and_closed(way: Way, screen: bool, seconds: float) -> None:  # noqa: FBT001
    with Lateness() as machine:
        end = end_after(seconds, way, screen=screen)
    assert end.closed
    assert not end.held
    assert end.code == 0
    assert end.restored
    most_s = 0.5 + 5 * machine.worst_s
    assert end.sound_lost_s <= most_s
    assert end.events_lost_s <= most_s


def test_ctrl_c_again_and_again_changes_nothing() -> None:
    end = end_after(1.5, "SIGINT", screen=False, times=5)
    assert end.closed
    assert not end.held


@pytest.mark.parametrize("command", ["demo", "calls", "replay"])
def test_every_screen_restores_the_terminal(tmp_path: Path, command: str) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    if command != "demo":
        make(tmp_path / "calls", [fired("slow-down", 5.0)])
    arguments = [command, "--calls", tmp_path / "calls", *(["--model", "none"] if command == "demo" else [])]
    with ProgramOnTerminal("from monitor.cli import main; main()", arguments, tmp_path / "run") as program:
        until(lambda: program.on_screen, "the screen is shown")
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(PATIENCE_S) == 0
        assert program.restored

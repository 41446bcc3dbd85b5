"""A call whose program is ended from outside is whole and closed; bench/parts/end.py does it more often, with words."""

import random
import signal
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.made_calls import fired, make
from tests.monitor.live.ended_call import Way, end_after
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
    arguments = [command, "--calls", str(tmp_path / "calls"), *(["--model", "none"] if command == "demo" else [])]
    from tests.pseudo_terminal import Terminal  # noqa: PLC0415 - Windows has none

    with Terminal(*arguments, environment={"XDG_RUNTIME_DIR": str(tmp_path / "run")}) as terminal:
        until(lambda: b"\x1b[?1049h" in terminal.output, "the screen is shown")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 0
        assert terminal.restored()

"""How far a run over many recordings is, and when it will end."""

from datetime import UTC, datetime

import pytest

from monitor.base import pace
from monitor.base.pace import Pace, paced

NOW = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def test_a_line_says_how_far_a_run_is_and_when_it_ends() -> None:
    so_far = Pace(total=4_000, began_s=100.0)
    assert so_far.line(101.0, NOW) == "0 of 4,000 recordings"
    so_far.done, so_far.failed = 1_000, 2
    assert so_far.line(101.0, NOW) == "1,000 of 4,000 recordings, 2 failed", "the pace is not known yet"
    assert so_far.line(500.0, NOW) == "1,000 of 4,000 recordings, 2 failed; ends at about 23:50"
    assert so_far.end(1_000.0, NOW) == "; ends at about 00:15 on 2026-03-03"


def test_without_a_terminal_a_line_a_minute_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    now_s = 0.0
    with paced(3, lambda: now_s) as step:
        step(failed=False)
        assert capsys.readouterr().err == ""
        now_s = pace.EVERY_S
        step(failed=True)
    assert capsys.readouterr().err.startswith("2 of 3 recordings, 1 failed; ends at about ")

"""Processes that work side by side, some of which die or hang."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.base import workers
from monitor.base.workers import Lost, WorkersError, side_by_side

pytestmark = pytest.mark.slow

Progress = Callable[[float, float], None]
LIMIT_S = 60.0


def work(task: tuple[str, Path], progress: Progress) -> str:
    """Do what a task says, and leave a line of that."""
    name, log = task
    with log.open("a") as file:
        file.write(f"{name} {os.getpid()}\n")
    match name.rstrip("0123456789"):
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exits":
            os._exit(3)
        case "dies once" if log.read_text().count(name) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        case "hangs":
            progress(0.0, -LIMIT_S)
            time.sleep(1_000)
    return name.upper()


def ended(tmp_path: Path, *names: str, jobs: int = 2) -> dict[str, str | Lost]:
    tasks = [(name, tmp_path / "log") for name in names]
    found = [(task[0], found) for task, found in side_by_side(tasks, work, jobs, lambda heard_s: LIMIT_S + heard_s)]
    assert sorted(name for name, _ in found) == sorted(names), "nothing is lost, and nothing comes twice"
    return dict(found)


def begun(tmp_path: Path) -> list[str]:
    return [line.rpartition(" ")[0] for line in (tmp_path / "log").read_text().splitlines()]


def test_each_task_is_worked_once_and_comes_with_what_it_gave(tmp_path: Path) -> None:
    names = [f"task{number}" for number in range(20)]
    assert ended(tmp_path, *names) == {name: name.upper() for name in names}
    assert sorted(begun(tmp_path)) == sorted(names)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals.")
def test_a_worker_that_dies_or_hangs_costs_its_task_after_a_second_try(tmp_path: Path) -> None:
    found = ended(tmp_path, "a", "dies", "b", "exits", "hangs", "c", "dies once", "d")
    assert {name: one for name, one in found.items() if not isinstance(one, Lost)} == {
        name: name.upper() for name in ("a", "b", "c", "d", "dies once")
    }
    assert found["dies"] == Lost("died", "SIGKILL")
    assert found["exits"] == Lost("died", "exit code 3")
    assert isinstance(found["hangs"], Lost)
    assert found["hangs"].how == "hung"
    tries = begun(tmp_path)
    assert {name: tries.count(name) for name in found} == {
        **dict.fromkeys(("a", "b", "c", "d"), 1),
        **dict.fromkeys(("dies", "exits", "hangs", "dies once"), 2),
    }


def test_processes_that_never_start_end_the_run_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_serve", os.getcwd)  # takes no arguments, so the process ends at once
    with pytest.raises(WorkersError, match="exit code 1"):
        ended(tmp_path, "a")


def test_a_run_that_is_given_up_leaves_no_process(tmp_path: Path) -> None:
    tasks = [(f"task{number}", tmp_path / "log") for number in range(6)]
    run = side_by_side(tasks, work, 2, lambda _: LIMIT_S)
    next(run)
    run.close()
    for line in (tmp_path / "log").read_text().splitlines():
        with pytest.raises(ProcessLookupError):
            os.kill(int(line.rpartition(" ")[2]), 0)

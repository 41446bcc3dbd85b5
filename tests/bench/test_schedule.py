"""Parts of the bench in processes of their own."""

import sys
from pathlib import Path

import pytest

from bench import schedule
from bench.schedule import Plan, measure_all

PART = """
import pathlib, sys, time
part = sys.argv[-1]
if part == "broken":
    raise ValueError("The sound is too short.")
if part == "hangs":
    time.sleep(60)
pathlib.Path(part).write_text(" ".join(sys.argv[1:]))
if part.startswith("pair"):
    other = pathlib.Path({"pair1": "pair2", "pair2": "pair1"}[part])
    while not other.exists():
        time.sleep(0.01)
print("figures of", part)
print("note of", part, file=sys.stderr)
"""


@pytest.fixture(autouse=True)
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the bench: parts that work, fail, hang, or wait for each other."""
    (tmp_path / "bench.py").write_text(PART)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(schedule, "LOOK_S", 0.01)


def test_a_part_that_fails_says_why_in_a_sentence_and_spoils_no_other(capfd: pytest.CaptureFixture[str]) -> None:
    written: list[str] = []
    ran = measure_all(Plan(["broken", "kill"], []), ["--save"], lambda: written.append("page"))
    assert ran == {"broken": "ValueError: The sound is too short.", "kill": ""}
    assert Path("kill").read_text() == "--save kill"
    assert written == ["page"]
    out, err = capfd.readouterr()
    assert "broken has no figures: ValueError: The sound is too short. See more with python -m bench broken." in out
    assert "Traceback" not in out + err
    assert "note of kill" in err
    assert "Time: broken 0.0, kill 0.0, parts together 0.0 min." in out


def test_a_part_that_takes_too_long_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    ran = measure_all(Plan(["hangs", "kill"], []), [], longest_min=0.01)
    assert ran["hangs"] == "it took longer than 0 minutes and was ended."
    assert ran["kill"] == ""
    assert "hangs has no figures" in capfd.readouterr().out


def test_parts_without_times_run_two_at_a_time_and_know_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert measure_all(Plan([], ["pair1", "pair2"]), []) == {"pair1": "", "pair2": ""}
    assert Path("pair1").read_text() == "--beside pair1"
    assert "figures of pair2" in capfd.readouterr().out


def test_the_program_is_the_one_that_runs_the_bench() -> None:
    assert measure_all(Plan(["kill"], []), []) == {"kill": ""}
    assert Path(sys.executable).exists()

"""The tags of recordings are read where they are worked."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.recordings import plan
from monitor.recordings.known import Known

LAST_WEEK = (datetime.now().astimezone() - timedelta(days=7)).replace(microsecond=0)
LONG_AGO = LAST_WEEK - timedelta(days=400)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def analyze(calls: Path, *arguments: str | Path) -> Result:
    command = ["analyze", *arguments, "--calls", calls, "--model", "none"]
    return CliRunner().invoke(main, [str(argument) for argument in command])


def recording(path: Path, seed: int = 7) -> Path:
    soundfile.write(path, np.random.default_rng(seed).normal(0, 0.05, (8_000, 2)).astype(np.float32), 16_000)
    return path


def saved(calls: Path) -> list[Path]:
    return list(calls.glob("*/*/call.toml"))


def test_a_file_that_crashes_the_reader_of_its_tags_costs_itself_only(
    calls: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording(folder / "a.wav")
    recording(folder / "b.wav", seed=8)

    def crash(_: Path) -> Known:
        raise RecursionError  # here, in the process that only plans, it would end the run

    monkeypatch.setattr(plan, "from_tags", crash)
    done = analyze(calls, folder, "--jobs", "2")
    assert (done.exit_code, len(saved(calls))) == (0, 2), "the processes that work have their own reader"


def test_a_recording_that_its_tags_date_before_the_retention_period_is_not_imported(
    calls: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = recording(folder / "old.wav")
    recording(folder / "new.wav", seed=8)
    monkeypatch.setattr(plan, "from_tags", lambda path: Known(started=LONG_AGO if path == old else LAST_WEEK))
    done = analyze(calls, folder)
    assert (done.exit_code, len(saved(calls))) == (0, 1)
    assert "Not imported: 1 recording past the retention period of 365 days." in done.stderr
    assert analyze(calls, old).exit_code == 1
    assert len(analyze(calls, old, "--jsonl").stdout.splitlines()) == 0

"""Folders as they are: names of an old system, files that are no recordings, and one that finds a fault of ours."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from monitor.cli import main
from monitor.recordings import one, plan
from monitor.recordings.known import Known


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "recordings"
    place.mkdir()
    sound = np.random.default_rng(1).normal(0, 0.01, (16_000, 2))
    for name in ("a.wav", "b.wav"):
        soundfile.write(place / name, sound[::-1] if name == "b.wav" else sound, 16_000)
    return place


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a name be any bytes")
def test_a_name_that_is_no_utf_8_is_a_call_like_the_others(folder: Path, tmp_path: Path) -> None:
    (folder / "b.wav").rename(Path(os.fsdecode(bytes(folder) + b"/M\xfcller.wav")))
    done = CliRunner().invoke(main, ["analyze", str(folder), "--model", "none", "--json", "--calls", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    assert "M�ller.wav" in done.stdout
    assert all("source =" in call.read_text() for call in tmp_path.glob("*/*/call.toml"))


def test_files_that_are_no_recordings_are_counted(folder: Path, tmp_path: Path) -> None:
    for name in ("notes.txt", "picture.png", "a.json", ".hidden"):
        (folder / name).write_text("{}")
    done = CliRunner().invoke(main, ["analyze", str(folder), "--model", "none", "--calls", str(tmp_path)])
    assert "Passed over 2 files that are no recording." in done.stderr


def test_a_fault_of_ours_before_the_analysis_costs_one_recording_too(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(path: Path) -> Known:
        if path.name == "a.wav":
            raise ZeroDivisionError("secret words")
        return Known()

    monkeypatch.setattr(plan, "from_sidecar", faulty)
    done = CliRunner().invoke(main, ["analyze", str(folder), "--model", "none", "--calls", str(tmp_path)])
    assert done.exit_code == 1
    assert "a.wav met a fault of Tone Monitor (ZeroDivisionError in test_odd_files.py, line " in done.stderr
    assert "secret words" not in done.stderr
    assert len(list(tmp_path.glob("*/*/call.toml"))) == 1


def test_a_fault_of_ours_costs_one_recording(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = one._heard  # noqa: SLF001 - in the middle of an analysis
    faults = iter([ZeroDivisionError("secret words"), None])

    def once_faulty(*args: object) -> object:
        if fault := next(faults):
            raise fault
        return heard(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(one, "_heard", once_faulty)
    done = CliRunner().invoke(main, ["analyze", str(folder), "--model", "none", "--calls", str(tmp_path)])
    assert done.exit_code == 1
    assert "a.wav met a fault of Tone Monitor (ZeroDivisionError in " in done.stderr
    assert "secret words" not in done.stderr
    assert len(list(tmp_path.glob("*/*/call.toml"))) == 1

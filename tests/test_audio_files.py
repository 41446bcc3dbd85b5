"""How tests and bench find the recordings from outside the checkout, and what they say where there are none."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audio_files import VARIABLE

ROOT = Path(__file__).parents[1]
CLIENTS = [
    "tests/audio/files/test_recording.py",
    "tests/audio/measure/test_key_tones.py",
    "tests/audio/measure/test_rate.py",
]


def outcome(data: Path, *tests: str) -> str:
    pytest_ = [sys.executable, "-m", "pytest", "-n0", "-q", "-ra", "-p", "no:cacheprovider", "-k", "real", *tests]
    environ = os.environ | {VARIABLE: str(data), "COLUMNS": "400"}
    return subprocess.run(pytest_, check=False, capture_output=True, text=True, cwd=ROOT, env=environ).stdout


@pytest.mark.slow
def test_a_skipped_test_says_what_is_missing_and_which_variable_names_it(tmp_path: Path) -> None:
    text = outcome(tmp_path, *CLIENTS)
    assert re.search(rf"SKIPPED .*{tmp_path}/test-audio/call_center is missing: set {VARIABLE} to the folder", text)
    assert re.search(r"^3 skipped, \d+ deselected", text, re.MULTILINE), text


@pytest.mark.slow
def test_the_variable_says_where_the_recordings_are(tmp_path: Path) -> None:
    folder = tmp_path / "test-audio" / "call_center"
    folder.mkdir(parents=True)
    (folder / "no-sound.wav").write_bytes(b"no sound")
    text = outcome(tmp_path, CLIENTS[0])
    assert "no-sound.wav" in text
    assert "1 failed" in text


def test_no_other_module_of_tests_and_bench_looks_for_the_recordings() -> None:
    modules = {*(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")}
    others = modules - {Path(__file__), ROOT / "tests" / "audio_files.py"}
    assert [path.name for path in others if "test-audio" in path.read_text("utf-8")] == []


def test_contributing_names_the_variable_and_the_folder() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert VARIABLE in text
    assert "test-audio" in text

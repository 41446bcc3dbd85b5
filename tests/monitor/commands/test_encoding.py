"""Every text of a command prints, whatever a terminal can show."""

import os
import subprocess
import sys

import pytest

ENCODINGS = [{"PYTHONIOENCODING": "latin-1"}, {"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C"}]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("arguments", [["analyze", "-h"], ["rules", "list"], ["analyze", "no–such–file"]])
def test_what_a_terminal_cannot_show_is_a_question_mark(arguments: list[str], encoding: dict[str, str]) -> None:
    command = [sys.executable, "-m", "monitor", *arguments]
    done = subprocess.run(command, env=os.environ | encoding, check=False, capture_output=True, timeout=60)
    assert b"Traceback" not in done.stderr
    assert done.stdout or done.stderr

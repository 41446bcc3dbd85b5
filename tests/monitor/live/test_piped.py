"""A recording that is piped in, played on a screen: the pipe has taken the place of the keyboard, and gives it back."""

import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

from monitor import sample
from tests.pseudo_terminal import Terminal

pytestmark = pytest.mark.slow

PROGRAM = """
import subprocess, sys
command = [sys.executable, "-m", "monitor", "live", "--from", "-", "--model", "none", "--calls", {calls!r}]
with open({recording!r}, "rb") as pipe:
    sys.exit(subprocess.run(command, stdin=pipe).returncode)
"""


def test_keys_reach_the_screen_though_the_recording_came_through_the_standard_input(tmp_path: Path) -> None:
    with Terminal(program=PROGRAM.format(calls=str(tmp_path), recording=str(sample.CALL))) as terminal:
        terminal.until_shown("Listening")
        terminal.send(b"q")
        assert terminal.wait() == 0
    assert list(tmp_path.glob("*/*/call.toml"))

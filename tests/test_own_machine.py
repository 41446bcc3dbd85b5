"""No test meets what another one, or a person at this machine, has running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.call.folder import root_folder
from monitor.live.control import runtime_folder
from monitor.notify import notify
from monitor.settings import config
from monitor.setup import profile

PLACES = "from tests.test_own_machine import places; print(*places(), sep='\\n')"
LONGEST_SOCKET_PATH = 103
"""On macOS; Linux takes 107."""
seen: list[list[Path]] = []


def places() -> list[Path]:
    return [root_folder(), runtime_folder(), notify.outbox(), config.file(), profile.folder()]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no variables for these folders")
@pytest.mark.parametrize("test", ["one", "other"])
def test_every_test_has_its_own_folders(test: str) -> None:
    del test
    seen.append(places())
    assert len(set().union(*seen)) == 5 * len(seen)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no variables for these folders")
def test_a_program_that_a_test_starts_uses_them_too() -> None:
    done = subprocess.run([sys.executable, "-c", PLACES], check=True, capture_output=True, text=True, cwd=os.curdir)
    assert [Path(line) for line in done.stdout.splitlines()] == places()


def test_a_socket_fits_into_the_runtime_folder() -> None:
    assert len(str(runtime_folder() / "control.sock")) <= LONGEST_SOCKET_PATH

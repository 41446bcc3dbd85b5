"""What waits in memory for a call that is gone is removed, and nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.doctor import cards
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.wiring import open_session
from monitor.privacy.spool import Spool
from monitor.privacy.spool_folder import remove_spools_without_call, spool_folder, spool_of
from monitor.sample import CALL
from monitor.settings.config import Settings

pytestmark = pytest.mark.skipif(spool_folder() is None, reason="No folder is known to be in memory here.")

KILLED = """
import os, sys
from pathlib import Path
from monitor.privacy.spool import Spool
from monitor.privacy.spool_folder import spool_folder
spool = Spool(Path(sys.argv[1]), ("agent", "customer"), spool_folder())
os._exit(0)
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The folder of a call whose program was killed."""
    folder = tmp_path / "calls" / f"call-{os.getpid()}"
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=True)
    assert spool_of(folder)
    return folder


def waits(folder: Path) -> bool:
    where = spool_folder()
    assert where
    return (where / f"{folder.name}.held").exists()


def test_what_waits_for_a_call_that_is_there_stays(killed: Path) -> None:
    remove_spools_without_call()
    assert waits(killed)
    (spool_of(killed) or killed).unlink()


def test_the_next_session_removes_what_waits_for_a_call_that_is_gone(killed: Path) -> None:
    shutil.rmtree(killed)
    assert waits(killed)
    open_session(SessionOptions(source=PlayedFile(CALL), settings=Settings(), model="none"))
    assert not waits(killed)


def test_so_does_the_doctor(killed: Path) -> None:
    shutil.rmtree(killed)
    list(cards.check(on=True, repairs=False))
    assert waits(killed)
    list(cards.check(on=True, repairs=True))
    assert not waits(killed)


def test_a_program_that_still_writes_keeps_what_waits_though_its_disk_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / f"unplugged-{os.getpid()}"
    spool = Spool(folder, ("agent", "customer"), spool_folder())
    spool.replace([])
    remove_spools_without_call()
    assert waits(folder)
    spool.remove()

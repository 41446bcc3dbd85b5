"""The built-in call with its words, analysed and played: a run of the tests makes each once, for all its workers."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner

from monitor import sample
from monitor.base import atomic
from monitor.call.analysis import Analysis
from monitor.call.summary import of_folder
from monitor.cli import main
from monitor.recordings.one import analyze
from tests.waiting import until

LONGEST_S = 240.0
"""For half a minute of work, on any machine."""
Made = TypeVar("Made")


def analysed(factory: pytest.TempPathFactory) -> Analysis:
    """What `analyze` makes of it."""
    return _once("analysed", factory, lambda: analyze(sample.CALL))


def played(factory: pytest.TempPathFactory) -> tuple[list[str], Analysis]:
    """The lines that `live` prints as fast as it goes, and the call that it saves."""

    def play() -> tuple[list[str], Analysis]:
        calls = factory.mktemp("calls")
        line = ["live", "--from", str(sample.CALL), "--speed", "0", "--plain", "--model", "default", "--calls"]
        done = CliRunner().invoke(main, [*line, str(calls)])
        assert done.exit_code == 0, done.output
        (folder,) = calls.glob("*/*/")
        return done.stdout.splitlines(), of_folder(folder)

    return _once("played", factory, play)


def _once(name: str, factory: pytest.TempPathFactory, make: Callable[[], Made]) -> Made:
    """Make it, or wait until another worker has."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made, claim = shared / f"{name}.pickle", shared / f"{name}.claim"
    while not made.exists():
        if _claimed(claim):
            try:
                atomic.write(made, pickle.dumps(make()))
            finally:
                claim.unlink()
        else:
            until(lambda: made.exists() or not claim.exists(), "another worker has made it", within_s=LONGEST_S)
    found: Made = pickle.loads(made.read_bytes())  # noqa: S301 - of this run
    return found


def _claimed(claim: Path) -> bool:
    """Whether this worker is the one that makes it."""
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True

"""What the bench counts of a program that is to leave nothing behind."""

import os
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from bench.instruments.private_machine import private_machine
from bench.instruments.standing import Standing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def test_a_thread_a_file_and_objects_that_stay_are_counted(tmp_path: Path) -> None:
    before, over = Standing.here(0.0, 0), Event()
    thread = Thread(target=over.wait)
    thread.start()
    try:
        with (tmp_path / "a").open("w"):
            kept = [[number] for number in range(1000)]
            after = Standing.of(os.getpid(), 1.0)
            counted = Standing.here(1.0, 0)
    finally:
        over.set()
        thread.join()
    assert (after.threads - before.threads, after.descriptors - before.descriptors) == (1, 1)
    assert counted.objects - before.objects >= len(kept)


def test_what_a_program_leaves_in_its_folders_is_counted_and_gone_afterwards() -> None:
    places = ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "TMPDIR")
    before = [os.environ.get(name) for name in places]
    with private_machine() as machine:
        assert machine.passing == 0
        (Path(os.environ["TMPDIR"]) / "a").write_text("left")
        (Path(os.environ["XDG_CONFIG_HOME"]) / "b").write_text("kept")
        assert machine.passing == 1
        assert Path(os.environ["XDG_RUNTIME_DIR"]) == machine.runtime
    assert not machine.folder.exists()
    assert [os.environ.get(name) for name in places] == before

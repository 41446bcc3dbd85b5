"""The calls folder is gone or can't be written to, from the start or in the middle of a call.

A program that starts says so in one sentence and ends. In a running session, the next call continues without being
saved, and the card says so. In the middle of a call, the agent sees the same as with a full disk; when the folder can
be written to again, the call continues in the same files. What was saved before stays.
"""

import errno
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from audio.block import AudioBlock
from monitor import sample
from monitor.agent.card import card_of
from monitor.agent.view import AgentView
from monitor.call.events import Ended, Health, Mark, SessionState
from monitor.call.folder import CallWriter
from monitor.call.info import CallDetails, CallInfo, read_info
from monitor.call.log import read_events
from monitor.live.parts import CallParts, SessionParts
from monitor.live.session import Session
from monitor.live.writer_thread import WritingThread
from tests.fakes import FakePipeline
from tests.faults.disk import Disk
from tests.waiting import until

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent",), "none", "abc", "0.1.0")


def blocks(count: int) -> Iterator[AudioBlock]:
    for number in range(count):
        yield AudioBlock("agent", 1_600 * number, np.full(1_600, 0.1, np.float32))


@pytest.mark.slow
def test_a_program_that_cannot_keep_calls_says_so_and_ends(tmp_path: Path) -> None:
    (tmp_path / "calls").write_text("no folder")
    command = [sys.executable, "-m", "monitor", "live", "--from", str(sample.CALL), "--plain", "--model", "none"]
    ran = subprocess.run(
        [*command, "--calls", str(tmp_path / "calls")], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 1
    assert "Can't write to the calls folder" in ran.stderr
    assert "--calls" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_call_in_a_session_goes_on_without_being_kept_and_the_card_says_so(tmp_path: Path) -> None:
    def prepare(_: CallDetails) -> CallParts:
        return CallParts(FakePipeline(), WritingThread(CallWriter(tmp_path / "calls", INFO)))  # type: ignore[arg-type]

    def prepare_unkept(_: CallDetails) -> CallParts:
        return CallParts(FakePipeline(), None)  # type: ignore[arg-type]

    def sound() -> Iterator[AudioBlock]:
        for number, block in enumerate(blocks(90)):
            if number == 30:
                shutil.move(tmp_path / "calls", tmp_path / "kept")
                (tmp_path / "calls").write_text("no folder")
                session.start_call()
            if number == 60:
                (tmp_path / "calls").unlink()
                session.start_call()
            yield block

    session = Session(lambda: SessionParts(sound(), prepare, 0, prepare_unkept_call=prepare_unkept))
    shown: list[object] = []
    session.run(shown.append)
    assert len(session.folders) == 2
    assert sum(isinstance(event, Ended) for event in shown) == 3
    told = [event for event in shown if isinstance(event, Health) and event.part == "recording" and event.at_s == 0]
    assert [health.fine for health in told] == [False]
    assert told[0].note.startswith("This call is not saved: Can't write to the calls folder")
    view = AgentView().after(SessionState("call")).after(told[0])
    assert card_of(view).title == "Not recording"


def test_a_folder_that_cannot_be_written_for_a_while_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    disk.holds_calls(monkeypatch)
    disk.error = errno.EROFS
    writing = WritingThread(CallWriter(tmp_path, INFO), retry_every_s=0.05)
    for block in blocks(10):
        writing.hear(block)
    disk.room = 0
    writing.note(Mark(1.0, "flag"))
    until(lambda: writing.trouble != "", "the disk has failed")
    assert writing.trouble == (
        "The calls folder can't be written to any more: the call is not being saved. "
        "Check the disk; saving continues automatically."
    )
    disk.room = float("inf")
    until(lambda: writing.trouble == "", "the call is kept again")
    writing.close()
    assert list(read_events(writing.folder)) == [Mark(1.0, "flag")]
    assert read_info(writing.folder).closed


def test_a_folder_that_is_deleted_during_the_call_is_said(tmp_path: Path) -> None:
    writing = WritingThread(CallWriter(tmp_path, INFO), retry_every_s=0.05, last_tries_s=0.1)
    for block in blocks(10):
        writing.hear(block)
    shutil.rmtree(writing.folder)
    writing.note(Mark(1.0, "flag"))
    until(lambda: writing.trouble != "", "the disk has failed")
    assert writing.trouble.startswith("The call's folder is gone: the call is not being saved.")
    writing.close()
    assert writing.trouble.startswith("The call's folder is gone: the end of this call is not saved.")

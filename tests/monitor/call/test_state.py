"""Whether a call is open, ended or broken off: the same answer from everything that asks, on every system."""

import errno
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from monitor.call import lock
from monitor.call.events import Mark
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.state import QUIET_S, CallState, state
from monitor.catalogue.folder_reader import FolderReader
from monitor.doctor import folders
from monitor.replay import call_log as log
from monitor.supervisor import plain_list as listing
from monitor.upkeep import repair
from monitor.upkeep import retention as purge
from tests.broken_calls import broken_call

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent", "customer"), "none", "abc", "0.1.0")


def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without any locks."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", None)


def locks_of_windows(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Windows' locks, which belong to an open file as flock's do; gives where each began."""
    places: list[int] = []

    def locking(handle: int, mode: int, count: int) -> None:
        assert (mode, count) == (2, 1)
        places.append(os.lseek(handle, 0, os.SEEK_CUR))
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PermissionError(errno.EACCES, "Permission denied") from error

    monkeypatch.setitem(sys.modules, "fcntl", None)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2))
    return places


def network_without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that refuses to lock."""

    def refused(handle: int, how: int) -> None:
        del handle, how
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refused)


def aged(folder: Path, age_s: float) -> None:
    for file in folder.iterdir():
        os.utime(file, (time.time() - age_s,) * 2)


def answers(folder: Path) -> set[CallState]:
    """What everything that asks says of a call."""
    root, now_s = folder.parents[1], time.time()
    by_doctor = next(iter(folders.check([folder], now_s, repairs=False)))
    try:
        purge.of_call(root, folder.name, datetime.fromtimestamp(now_s, UTC))
        by_purge: CallState = "broken off"
    except purge.CallFolderError:
        by_purge = "open"
    return {
        state(folder, now_s),
        listing.state(root, FolderReader(folder).read().call),
        log.read(folder).state,
        "open" if by_doctor.verdict == "ok" else "broken off",
        "broken off" if repair.broke_off(folder, now_s) else "open",
        by_purge,
    }


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[CallWriter]:
    with closing(CallWriter(tmp_path, INFO)) as writer:
        writer.note(Mark(1.0, "flag"))
        writer.sync()
        yield writer


@pytest.mark.parametrize("age_s", [0.0, 30.0, 300.0, 590.0, 610.0, 86_400.0])
@pytest.mark.parametrize("system", [no_locks, network_without_locks])
def test_without_locks_all_go_by_one_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Callable[[pytest.MonkeyPatch], None], age_s: float
) -> None:
    system(monkeypatch)
    folder = broken_call(tmp_path)
    aged(folder, age_s)
    assert answers(folder) == {"open" if age_s < QUIET_S else "broken off"}


@pytest.mark.parametrize("age_s", [0.0, 30.0, 300.0, 86_400.0])
@pytest.mark.parametrize("system", [locks_of_windows, lambda _: None])
def test_with_locks_no_age_matters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Callable[[pytest.MonkeyPatch], object], age_s: float
) -> None:
    system(monkeypatch)
    folder = broken_call(tmp_path)
    aged(folder, age_s)
    with lock.hold(folder):
        assert answers(folder) == {"open"}
    assert answers(folder) == {"broken off"}


@pytest.mark.parametrize("system", [locks_of_windows, lambda _: None])
def test_a_call_is_open_from_its_first_line_until_its_end_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: Callable[[pytest.MonkeyPatch], object]
) -> None:
    system(monkeypatch)
    writer = CallWriter(tmp_path, INFO)
    seen = [state(writer.folder, time.time())]
    monkeypatch.setattr(
        writer, "_to_flac", lambda *_, **__: seen.append(state(writer.folder, time.time() + 2 * QUIET_S))
    )
    writer.note(Mark(1.0, "flag"))
    writer.sync()
    seen.append(state(writer.folder, time.time() + 2 * QUIET_S))
    writer.close()
    assert seen == ["open", "open", "open"], "at the start, in the call, while its sound is packed"
    assert state(writer.folder, time.time()) == "ended"


def test_windows_locks_a_byte_behind_all_that_a_log_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is locked there, nobody else can read."""
    places = locks_of_windows(monkeypatch)
    writer = CallWriter(tmp_path, INFO)
    writer.note(Mark(1.0, "flag"))
    writer.sync()
    assert state(writer.folder, time.time()) == "open"
    assert len(places) == 2
    assert min(places) > 2**30
    writer.close()
    assert (writer.folder / lock.LOG).stat().st_size < 100, "what lies before the byte was not filled"


def test_a_killed_program_leaves_a_call_that_broke_off_at_once(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    program = f"from pathlib import Path; from monitor.call import lock; held = lock.hold(Path({str(folder)!r}))"
    with subprocess.Popen([sys.executable, "-c", f"{program}; print(flush=True); input()"], stdin=-1, stdout=-1) as one:
        assert one.stdout
        one.stdout.readline()
        assert answers(folder) == {"open"}
        one.kill()
    assert answers(folder) == {"broken off"}


def test_reading_the_log_does_not_release_the_lock(writer: CallWriter) -> None:
    (writer.folder / lock.LOG).read_bytes()
    assert state(writer.folder, time.time() + 2 * QUIET_S) == "open"
    assert state(writer.folder, time.time() + 2 * QUIET_S) == "open"


def test_those_who_look_at_the_same_time_do_not_mistake_each_other_for_a_writer(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    with (folder / lock.LOG).open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert state(folder, time.time()) == "broken off"


def test_a_lock_is_waited_for_while_somebody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = broken_call(tmp_path)
    with (folder / lock.LOG).open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        monkeypatch.setattr(time, "sleep", lambda _: other.close())
        with lock.hold(folder):
            assert state(folder, time.time()) == "open"


def test_a_call_begins_though_its_lock_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(_folder: Path) -> lock.Lock:
        raise lock.HeldError

    monkeypatch.setattr(lock, "hold", held)
    with closing(CallWriter(tmp_path, INFO)) as writer:
        writer.note(Mark(1.0, "flag"))
    assert read_info(writer.folder).closed


def test_a_folder_without_a_log_or_a_readable_call_toml_has_a_state(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    (folder / "call.toml").write_text("closed = 3")
    assert state(folder, time.time()) == "broken off"
    (folder / lock.LOG).unlink()
    assert state(folder, time.time()) == "open", "it may just have begun"
    assert state(folder, time.time() + 2 * QUIET_S) == "broken off"
    assert state(tmp_path / "gone", time.time()) == "broken off"


def test_a_call_with_an_end_has_ended_whoever_holds_its_log(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    write_info(folder, replace(read_info(folder), closed=True))
    with lock.hold(folder):
        assert state(folder, time.time()) == "ended"

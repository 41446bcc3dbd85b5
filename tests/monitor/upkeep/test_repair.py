"""Calls that broke off in every way there is, and what is left of them after their repair."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.files import recorder
from monitor import sample
from monitor.base.errors import CallFolderError
from monitor.call import lock
from monitor.call.events import Ended, Gap
from monitor.call.files import sound_parts
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.upkeep import repair
from tests.broken_calls import broken_call
from tests.waiting import kept_bytes, until

LATER_S = time.time() + 3_600


def test_a_call_that_broke_off_is_closed_with_all_its_sound_and_events(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    written = (folder / "audio.wav").read_bytes()[44:]
    events = list(read_events(folder))
    repaired = repair.repair(folder)
    assert repaired == repair.Repaired(folder, 3.4, recorded=True, torn_bytes=0)
    assert soundfile.read(folder / "audio.flac", dtype="int16")[0].tobytes() == written
    assert list(read_events(folder)) == [*events, Gap(3.4, 3.4, "sound", repair.WHY), Ended(3.4, "error")]
    info = read_info(folder)
    assert info.closed
    assert info.duration_s == 3.4
    assert sorted(path.name for path in folder.iterdir()) == ["audio.flac", "call.toml", "events.jsonl"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_repairing_again_changes_nothing(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    repair.repair(folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert not repair.broke_off(folder, LATER_S)
    repair.repair(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_call_broke_off_as_soon_as_no_program_writes_it(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    with lock.hold(folder):
        assert not repair.broke_off(folder, LATER_S)
    assert repair.broke_off(folder, time.time())


def test_a_call_that_another_program_writes_is_not_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE_S", 0.0)
    folder = broken_call(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with lock.hold(folder), pytest.raises(CallFolderError, match=r"is open in another program\. End it there"):
        repair.repair(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@given(st.integers(0, 200), st.integers(0, 300))
@settings(max_examples=25, deadline=None)
def test_wherever_the_files_are_torn_what_is_whole_is_kept(sound_bytes: int, event_bytes: int) -> None:
    import tempfile  # noqa: PLC0415 - hypothesis needs a folder for each example

    with tempfile.TemporaryDirectory() as root:
        folder = broken_call(Path(root), 0.5)
        wav, log = folder / "audio.wav", folder / "events.jsonl"
        os.truncate(wav, wav.stat().st_size - sound_bytes)
        os.truncate(log, log.stat().st_size - event_bytes)
        recorded, events = wav.read_bytes()[44:], list(read_events(folder))
        repaired = repair.repair(folder)
        assert soundfile.read(folder / "audio.flac", dtype="int16")[0].tobytes() == recorded[: len(recorded) // 4 * 4]
        assert list(read_events(folder))[:-2] == events
        assert (folder / "events.jsonl").read_bytes().endswith(b"\n")
        assert repaired.torn_bytes < 300


@pytest.mark.parametrize("header", [b"", b"\0" * 44, b"RIFF" + b"\xff" * 40])
def test_a_header_that_is_torn_or_wrong_costs_no_sound(header: bytes, tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    wav = folder / "audio.wav"
    content = wav.read_bytes()
    wav.write_bytes(header + content[44:] if header else content[:20])
    repaired = repair.repair(folder)
    assert repaired.recorded == bool(header)
    assert repaired.duration_s == 3.4
    if header:
        assert soundfile.read(folder / "audio.flac", dtype="int16")[0].tobytes() == content[44:]


def test_parts_are_joined_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "LONGEST_BYTES", 20_000)
    folder = broken_call(tmp_path)
    parts = sound_parts(folder)
    assert len(parts) > 10
    written = b"".join(part.read_bytes()[44:] for part in parts)
    repair.repair(folder)
    assert soundfile.read(folder / "audio.flac", dtype="int16")[0].tobytes() == written


def test_a_call_killed_while_it_was_closed_keeps_its_own_end(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    with (folder / "events.jsonl").open("ab") as log:
        log.write(b'{"event":"ended","at_s":3.4,"why":"stopped"}')
    (folder / "audio.half").write_bytes(b"half a FLAC")
    repair.repair(folder)
    assert list(read_events(folder))[-1] == Ended(3.4, "stopped")
    assert not list(folder.glob("*.half"))


@pytest.mark.parametrize("removed", [0, 1, 5])
def test_a_call_killed_while_its_parts_were_removed_keeps_the_packed_sound(
    removed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LONGEST_BYTES", 20_000)
    folder = broken_call(tmp_path)
    parts = {path.name: path.read_bytes() for path in sound_parts(folder)}
    written = b"".join(content[44:] for content in parts.values())
    repair.repair(folder)
    for name in list(parts)[removed:]:
        (folder / name).write_bytes(parts[name])
    repaired = repair.repair(folder)
    assert repaired.duration_s == 3.4
    assert soundfile.read(folder / "audio.flac", dtype="int16")[0].tobytes() == written
    assert not list(folder.glob("*.wav"))


def test_a_packed_sound_that_is_not_the_recorded_one_is_left_to_a_person(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    soundfile.write(folder / "audio.flac", np.zeros((99, 2)), 16_000)
    with pytest.raises(CallFolderError, match="shorter than what was recorded"):
        repair.repair(folder)
    assert (folder / "audio.wav").exists()
    (folder / "audio.flac").write_bytes(b"")
    assert repair.repair(folder).duration_s == 3.4


def test_a_call_without_sound_is_closed_by_its_events(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    (folder / "audio.wav").unlink()
    assert repair.repair(folder) == repair.Repaired(folder, 3.4, recorded=False, torn_bytes=0)


def test_sound_that_cannot_be_proven_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = broken_call(tmp_path)
    before = (folder / "audio.wav").read_bytes()
    pieces = repair.pieces
    calls = iter(range(9))

    def changing(*arguments):  # type: ignore[no-untyped-def]  # noqa: ANN002, ANN202 - passes on what it gets
        wrong = next(calls)
        return (piece + wrong for piece in pieces(*arguments))

    monkeypatch.setattr(repair, "pieces", changing)
    with pytest.raises(CallFolderError, match=r"not what was recorded.*Nothing was removed\."):
        repair.repair(folder)
    assert (folder / "audio.wav").read_bytes() == before
    assert not read_info(folder).closed


@pytest.mark.parametrize("step", ["_pack", "_end_events", "write_info"])
def test_a_repair_that_is_stopped_anywhere_is_finished_by_the_next(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = broken_call(tmp_path)
    written = (folder / "audio.wav").read_bytes()[44:]

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(repair, step, full)
        with pytest.raises(CallFolderError, match="No space left on device"):
            repair.repair(folder)
    assert repair.repair(folder).duration_s == 3.4
    assert soundfile.read(folder / "audio.flac", dtype="int16")[0].tobytes() == written
    assert [type(event) for event in read_events(folder)].count(Ended) == 1
    assert read_info(folder).closed


@pytest.mark.slow
def test_a_program_that_is_killed_leaves_a_call_that_can_be_repaired(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor", "live", "--from", str(sample.CALL), "--plain", "--model", "none"]
    process = subprocess.Popen([*command, "--speed", "6", "--calls", str(tmp_path)], stdout=subprocess.DEVNULL)
    until(lambda: kept_bytes(tmp_path) > 150_000, "seconds of sound are kept", of=process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (folder,) = tmp_path.glob("*/*")
    assert repair.broke_off(folder, LATER_S)
    repaired = repair.repair(folder)
    assert repaired.duration_s > 2
    kept, _ = soundfile.read(folder / "audio.flac", dtype="int16")
    call, _ = soundfile.read(sample.CALL, dtype="int16")
    assert np.abs(kept.astype(int) - call[: len(kept)]).max() <= 1

"""The disk is full in the middle of a call, and has room again.

Within three seconds the agent sees that the call is not kept, and what to do. A minute of sound and all events wait in
memory: if there is space again by then, nothing is missing. After that, sound is lost, as a gap of its exact length. A
half-written record is cut off, and writing continues from there. At the end of the call the agent sees whether its end
is missing. Sound that can't be compressed for lack of space stays as it is, and `tone-monitor doctor` compresses it.
"""

import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import AudioBlock
from audio.files.growing_file import GrowingFile
from audio.files.recorder import Recorder
from monitor.base.errors import CallFolderError
from monitor.call.events import CallEvent, Ended, Gap, Health, Mark
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.call.log import read_events
from monitor.live.live_call import LiveCall
from monitor.live.parts import CallParts
from monitor.live.writer_thread import WritingThread
from monitor.privacy.guard import guarded
from monitor.upkeep import repair
from tests.fakes import FakePipeline
from tests.faults.disk import Disk
from tests.waiting import until

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent", "customer"), "none", "abc", "0.1.0")


def block(speaker: str, start_s: float, length_s: float = 0.1) -> AudioBlock:
    start = round(16_000 * start_s)
    levels = np.arange(start, start + round(16_000 * length_s)) % 9_973 + 1
    sign = 1 if speaker == "agent" else -1
    return AudioBlock(speaker, start, (sign * levels / 32767).astype(np.float32))  # type: ignore[arg-type]


def expected(duration_s: float) -> np.ndarray:
    """What a call of these blocks holds, shape (n, 2), as 16-bit numbers."""
    levels = np.arange(round(16_000 * duration_s)) % 9_973 + 1
    return np.stack([levels, -levels], axis=1)


def say(writing: WritingThread, start_s: float, end_s: float) -> None:
    """A tenth of a second of both speakers and an event, again and again."""
    for number in range(round(10 * start_s), round(10 * end_s)):
        for speaker in ("agent", "customer"):
            writing.hear(block(speaker, number / 10))
        writing.note(Mark(number / 10, "flag"))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    disk.holds_calls(monkeypatch)
    return disk


def writing_to(folder: Path, *, guards: bool = False) -> WritingThread:
    guard = guarded(CallWriter(folder, INFO), INFO.speakers, on=guards, live=False)
    return WritingThread(guard, retry_every_s=0.05, last_tries_s=0.2)


@pytest.mark.parametrize("guards", [False, True])
def test_room_within_a_minute_and_nothing_is_missing(guards: bool, tmp_path: Path, disk: Disk) -> None:  # noqa: FBT001 - pytest names it
    writing = writing_to(tmp_path, guards=guards)
    say(writing, 0, 5)
    until(lambda: writing.up_to_date, "all is on the disk")
    disk.room = 1_001
    say(writing, 5, 20)
    until(lambda: writing.trouble != "", "the disk has failed")
    assert writing.recording == "off"
    assert writing.trouble.startswith("The disk is full: the call is not being saved. Make room;")
    say(writing, 20, 40)
    disk.room = float("inf")
    until(lambda: writing.trouble == "", "the call is kept again")
    assert writing.recording == "on"
    say(writing, 40, 45)
    writing.close()
    sound, _ = soundfile.read(writing.folder / "audio.flac", dtype="int16")
    assert np.array_equal(sound, expected(45))
    assert [event.at_s for event in read_events(writing.folder)] == [number / 10 for number in range(450)]
    assert read_info(writing.folder).closed


def test_what_is_on_a_full_disk_is_whole_at_any_time(tmp_path: Path, disk: Disk) -> None:
    writer = CallWriter(tmp_path, INFO)
    for number, room in enumerate((float("inf"), 1, 7, 30_001, 1_333, 5, 40_000)):
        disk.room = room
        writer.note(Mark(float(number), "flag"))
        for speaker in ("agent", "customer"):
            writer.hear(block(speaker, number * 0.9, 0.9))
        with pytest.raises(CallFolderError) if number else nullcontext():
            writer.sync()
        assert (writer.folder / "events.jsonl").read_bytes().endswith(b"\n")
        sound, _ = soundfile.read(writer.folder / "audio.wav", dtype="int16")
        assert np.array_equal(sound, expected(len(sound) / 16_000))
        assert (writer.folder / "audio.wav").stat().st_size == 44 + 4 * len(sound)
    disk.room = float("inf")
    writer.close()
    sound, _ = soundfile.read(writer.folder / "audio.flac", dtype="int16")
    assert np.array_equal(sound, expected(7 * 0.9))
    assert list(read_events(writer.folder)) == [Mark(float(number), "flag") for number in range(7)]


def test_beyond_a_minute_sound_is_lost_as_a_gap_of_its_length(tmp_path: Path, disk: Disk) -> None:
    writing = writing_to(tmp_path)
    say(writing, 0, 10)
    until(lambda: writing.up_to_date, "all is on the disk")
    disk.room = 0
    writing.note(Mark(9.95, "flag"))
    until(lambda: writing.failure is not None, "the disk has failed")
    say(writing, 10, 100)
    disk.room = float("inf")
    until(lambda: writing.up_to_date, "all is on the disk")
    say(writing, 100, 101)
    writing.close()
    gaps = [event for event in read_events(writing.folder) if isinstance(event, Gap)]
    assert {gap.speaker for gap in gaps} == {"agent", "customer"}
    assert {(gap.start_s, gap.end_s, gap.what) for gap in gaps} == {(70.0, 100.0, "sound")}
    sound, _ = soundfile.read(writing.folder / "audio.flac", dtype="int16")
    whole = expected(101)
    whole[70 * 16_000 : 100 * 16_000] = 0
    assert np.array_equal(sound, whole)
    assert sum(isinstance(event, Mark) for event in read_events(writing.folder)) == 1_011


def test_events_of_more_than_an_hour_are_lost_as_a_gap_too(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.live.writer_thread.MOST_EVENTS_WAITING", 30)
    writing = writing_to(tmp_path)
    say(writing, 0, 1)
    until(lambda: writing.up_to_date, "all is on the disk")
    disk.room = 0
    say(writing, 1, 6)
    until(lambda: writing.failure is not None, "the disk has failed")
    disk.room = float("inf")
    until(lambda: writing.failure is None, "the call is kept again")
    say(writing, 6, 7)
    writing.close()
    events = list(read_events(writing.folder))
    assert [event for event in events if isinstance(event, Gap)] == [
        Gap(4.1, 6.1, "words", "The disk was full or could not keep up.")
    ]
    assert sum(isinstance(event, Mark) for event in events) == 50


def test_the_screen_says_that_it_is_full_and_that_it_is_kept_again(tmp_path: Path, disk: Disk) -> None:
    shown: list[object] = []
    writing = writing_to(tmp_path)
    call = LiveCall(CallParts(FakePipeline(), writing), shown.append)  # type: ignore[arg-type]

    def hear_until(seen: int) -> None:
        until(lambda: hear() and len(healths()) >= seen, f"{seen} notes on the recording are shown")

    def hear() -> bool:
        now_s = call.heard_s
        for speaker in ("agent", "customer"):
            call.hear(block(speaker, now_s))
        return True

    def healths() -> list[Health]:
        return [event for event in shown if isinstance(event, Health)]

    disk.room = 0
    hear_until(1)
    disk.room = float("inf")
    hear_until(2)
    call.end("stopped")
    full, again = healths()
    assert (full.part, full.fine) == ("recording", False)
    assert full.note == "The disk is full: the call is not being saved. Make room; saving continues automatically."
    assert (again.part, again.fine, again.note) == ("recording", True, "The call is being saved again.")
    kept: list[CallEvent] = [event for event in read_events(writing.folder) if isinstance(event, Health)]
    assert kept == [full, again]


def test_a_call_that_ends_on_a_full_disk_says_so_and_can_be_closed_later(tmp_path: Path, disk: Disk) -> None:
    shown: list[object] = []
    writing = writing_to(tmp_path)
    call = LiveCall(CallParts(FakePipeline(), writing), shown.append)  # type: ignore[arg-type]
    for number in range(30):
        for speaker in ("agent", "customer"):
            call.hear(block(speaker, number / 10))
    wav = writing.folder / "audio.wav"
    until(lambda: wav.stat().st_size == 44 + 4 * 48_000, "three seconds are on the disk")
    disk.room = 0
    call.end("stopped")
    assert isinstance(shown[-2], Ended)
    assert shown[-1] == Health(
        2.9 + 0.1,
        "recording",
        fine=False,
        note="The disk is full: the end of this call is not saved. Make room before the next one.",
    )
    assert not read_info(writing.folder).closed
    disk.room = float("inf")
    assert repair.repair(writing.folder).duration_s == 3.0
    sound, _ = soundfile.read(writing.folder / "audio.flac", dtype="int16")
    assert np.array_equal(sound, expected(3))


def test_sound_that_there_is_no_room_to_pack_stays_and_is_packed_by_the_doctor(tmp_path: Path, disk: Disk) -> None:
    writer = CallWriter(tmp_path, INFO)
    for number in range(20):
        for speaker in ("agent", "customer"):
            writer.hear(block(speaker, number / 10))
    writer.note(Ended(2.0, "end of sound"))
    writer.sync()
    disk.room = 4_000
    writer.close()
    info = read_info(writer.folder)
    assert (info.closed, info.duration_s) == (True, 2.0)
    assert sorted(path.name for path in writer.folder.iterdir()) == ["audio.wav", "call.toml", "events.jsonl"]
    disk.room = float("inf")
    assert repair.broke_off(writer.folder, time.time() + 3_600)
    repair.repair(writer.folder)
    sound, _ = soundfile.read(writer.folder / "audio.flac", dtype="int16")
    assert np.array_equal(sound, expected(2))
    assert list(read_events(writer.folder)) == [Ended(2.0, "end of sound")]


def test_a_disk_that_is_full_from_the_start_is_one_sentence(tmp_path: Path, disk: Disk) -> None:
    disk.room = 10
    with pytest.raises(CallFolderError, match=r"Can't write to .*: No space left on device\. Free some disk space"):
        CallWriter(tmp_path, INFO)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=20), st.lists(st.integers(0, 60), max_size=40))
@settings(max_examples=60, deadline=None)
def test_pieces_are_there_wholly_or_not_at_all_and_none_is_lost(pieces: list[bytes], rooms: list[int]) -> None:
    import tempfile  # noqa: PLC0415 - hypothesis needs a folder for each example

    with tempfile.TemporaryDirectory() as folder:
        path, disk, more = Path(folder) / "file", Disk(), iter(rooms)
        file, done = GrowingFile(disk.storage.create(path)), b""
        for piece in pieces:
            while True:
                disk.room = next(more, float("inf"))
                try:
                    file.grow(piece)
                except OSError:
                    assert path.read_bytes() == done
                else:
                    break
            done += piece
            assert path.read_bytes() == done
        file.close()


def test_the_next_part_of_a_long_recording_is_made_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audio.files.recorder.LONGEST_BYTES", 8_000)
    disk = Disk()
    recorder = Recorder(tmp_path / "audio.wav", INFO.speakers, disk.storage)
    disk.room = 8_020
    for number in range(10):
        for speaker in ("agent", "customer"):
            recorder.feed(block(speaker, number / 10))
    with pytest.raises(OSError, match="No space left"):
        recorder.sync()
    assert [path.name for path in tmp_path.iterdir()] == ["audio.wav"]
    disk.room = float("inf")
    recorder.close()
    assert len(recorder.paths) == 8
    sound = np.concatenate([soundfile.read(path, dtype="int16")[0] for path in recorder.paths])
    assert np.array_equal(sound, expected(1))

import dataclasses
import stat
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock
from audio.values import Utterance, Word
from monitor.base.errors import CallFolderError
from monitor.call.events import CallEvent, Ended, Gap, Mark
from monitor.call.folder import CallWriter, root_folder
from monitor.call.info import CallInfo, read_info
from monitor.call.log import read_events
from monitor.privacy.guard import CardGuard

INFO = CallInfo(
    started=datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC),
    source="made.wav",
    speakers=("agent", "customer"),
    model="none",
    rules="abc",
    version="0.1.0",
)


def second(start_s: int, level: float = 0.25) -> list[AudioBlock]:
    sound = np.full(16_000, level, np.float32)
    return [AudioBlock("agent", start_s * 16_000, sound), AudioBlock("customer", start_s * 16_000, -sound)]


def spoken(start_s: float, end_s: float) -> Utterance:
    return Utterance("agent", start_s, end_s, (Word(start_s, end_s, "four", 0.9),), end_s)


def test_a_call_is_a_folder_that_other_programs_read(tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, INFO)
    for block in second(0):
        writer.hear(block)
    writer.note(Ended(1.0, "end of sound"))
    writer.close()

    sound, rate = soundfile.read(writer.folder / "audio.flac")
    assert writer.folder.parent.name == "2026-03-01"
    assert writer.folder.name.startswith("093015-")
    assert (rate, sound.shape) == (16_000, (16_000, 2))
    assert sound[0] == pytest.approx([0.25, -0.25], abs=1e-4)
    assert list(read_events(writer.folder)) == [Ended(1.0, "end of sound")]
    assert read_info(writer.folder).closed
    assert read_info(writer.folder).duration_s == 1.0
    assert sorted(path.name for path in writer.folder.iterdir()) == ["audio.flac", "call.toml", "events.jsonl"]


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, INFO)
    writer.hear(second(0)[0])
    writer.close()
    for place in (writer.folder, writer.folder.parent, writer.folder.parents[1]):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in writer.folder.iterdir()} == {0o600}


def test_a_call_that_breaks_off_is_there_to_the_last_second(tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, INFO)
    for start_s in range(3):
        writer.note(Mark(float(start_s), "flag"))
        for block in second(start_s):
            writer.hear(block)
    # Nothing is closed: this is what a killed process leaves.
    sound, _ = soundfile.read(writer.folder / "audio.wav")
    assert len(sound) >= 2 * 16_000
    assert [event.at_s for event in read_events(writer.folder) if isinstance(event, Mark)] == [0.0, 1.0, 2.0]
    assert not read_info(writer.folder).closed
    writer.close()


def test_while_paused_neither_sound_nor_words_are_kept(tmp_path: Path) -> None:
    writer = CardGuard(CallWriter(tmp_path, INFO))
    kept: list[CallEvent] = [spoken(0.1, 0.9), spoken(0.8, 1.2), spoken(1.2, 1.8), spoken(2.1, 2.8)]
    for start_s in range(3):
        for block in second(start_s):
            writer.hear(block)
        if start_s == 0:
            writer.pause()
        if start_s == 1:
            writer.resume()
    for event in kept:
        writer.note(event)
    writer.close()

    sound, _ = soundfile.read(writer.folder / "audio.flac")
    assert not sound[16_000:32_000].any()
    assert sound[:16_000].all()
    assert sound[32_000:].all()
    events = list(read_events(writer.folder))
    assert [event.start_s for event in events if isinstance(event, Utterance)] == [0.1, 2.1]
    assert Gap(1.0, 2.0, "sound", "The agent paused the recording.") in events
    assert b"four" not in b"".join(
        line for line in (writer.folder / "events.jsonl").read_bytes().splitlines() if b'"start_s":1.2' in line
    )


def test_without_recording_there_is_no_sound_file(tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, INFO, record=False)
    for block in second(0):
        writer.hear(block)
    writer.close()
    assert sorted(path.name for path in writer.folder.iterdir()) == ["call.toml", "events.jsonl"]


def test_a_calls_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CallFolderError, match=r"^The calls folder .*file.* cannot be written .*--calls"):
        CallWriter(tmp_path / "file", INFO)


def test_a_folder_that_is_no_call_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallFolderError, match=r"holds no readable call\.toml"):
        read_info(tmp_path)
    with pytest.raises(CallFolderError, match=r"holds no readable events\.jsonl"):
        list(read_events(tmp_path))


def test_the_root_is_as_named_else_as_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path))
    assert root_folder(Path("here")) == Path("here")
    assert root_folder() == tmp_path
    monkeypatch.delenv("TONE_MONITOR_CALLS")
    assert root_folder().parts[-2:] == ("tone-monitor", "calls")


def test_what_the_customer_software_knows_is_kept_with_the_call(tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, dataclasses.replace(INFO, customer="4711", attributes={"contacts_30d": "3"}))
    writer.close()
    assert read_info(writer.folder).customer == "4711"
    assert read_info(writer.folder).attributes == {"contacts_30d": "3"}


def test_a_sync_brings_all_that_was_heard_and_noted_to_the_disk(tmp_path: Path) -> None:
    writer = CallWriter(tmp_path, INFO)
    for block in second(0):
        writer.hear(AudioBlock(block.speaker, 0, block.samples[:5_000]))
    writer.note(Mark(0.1, "flag"))
    writer.sync()
    sound, _ = soundfile.read(writer.folder / "audio.wav")
    assert len(sound) == 5_000
    assert list(read_events(writer.folder)) == [Mark(0.1, "flag")]
    writer.close()

import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock
from monitor.call.events import Gap, Mark
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.call.log import read_events
from monitor.live import writer_thread
from monitor.live.writer_thread import WritingThread
from monitor.privacy.guard import CardGuard
from tests.waiting import until

INFO = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent",), "none", "abc", "0.1.0")


def block(start_s: float, length_s: float = 0.1) -> AudioBlock:
    return AudioBlock("agent", round(16_000 * start_s), np.full(round(16_000 * length_s), 0.5, np.float32))


def test_what_is_handed_over_is_soon_on_the_disk_though_no_more_comes(tmp_path: Path) -> None:
    writing = WritingThread(CallWriter(tmp_path, INFO))
    writing.hear(block(0.0, 0.3))
    writing.note(Mark(0.2, "flag"))
    folder = writing.folder
    until(lambda: writing.up_to_date, "all is on the disk")
    assert list(read_events(folder)) == [Mark(0.2, "flag")]
    assert len(soundfile.read(folder / "audio.wav")[0]) == 4_800
    writing.close()
    assert read_info(folder).closed


def test_a_pause_takes_effect_between_the_blocks_it_was_asked_between(tmp_path: Path) -> None:
    writing = WritingThread(CardGuard(CallWriter(tmp_path, INFO)))
    said = []
    for number in range(30):
        if number == 10:
            writing.pause()
        if number == 20:
            writing.resume()
        said.append(writing.recording)
        writing.hear(block(number / 10))
    writing.close()
    sound, _ = soundfile.read(writing.folder / "audio.flac")
    assert sound[:16_000].all()
    assert not sound[16_000:32_000].any()
    assert sound[32_000:].all()
    assert said == ["on"] * 10 + ["paused"] * 10 + ["on"] * 10


def test_a_call_whose_sound_is_not_kept_is_not_recording_after_a_pause_either(tmp_path: Path) -> None:
    writing = WritingThread(CardGuard(CallWriter(tmp_path, INFO, record=False)))
    writing.pause()
    writing.resume()
    assert writing.recording == "off"
    writing.close()


class StuckWriter(CallWriter):
    """A disk that takes nothing until it is let go."""

    let_go = threading.Event()

    def hear(self, block: AudioBlock) -> None:
        self.let_go.wait()
        super().hear(block)


def test_nobody_waits_for_a_disk_that_is_stuck_and_what_it_loses_is_kept_as_a_gap(tmp_path: Path) -> None:
    writer = StuckWriter(tmp_path, INFO)
    writing = WritingThread(writer)
    for second in range(70):
        writing.hear(block(second, 1.0))
    writer.let_go.set()
    until(lambda: writing.up_to_date, "the first minute is on the disk")
    writing.hear(block(70, 1.0))
    writing.close()
    assert list(read_events(writing.folder)) == [
        Gap(60.0, 70.0, "sound", "The disk was full or could not keep up.", "agent")
    ]
    sound, _ = soundfile.read(writing.folder / "audio.flac")
    assert len(sound) == 71 * 16_000
    assert not sound[60 * 16_000 : 70 * 16_000].any()
    assert sound[70 * 16_000 :].all()


def test_the_end_of_a_call_does_not_wait_until_the_thread_looks_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_thread, "LOOK_EVERY_S", 3600.0)
    writing = WritingThread(CallWriter(tmp_path, INFO))
    writing.hear(block(0.0))
    writing.sync()
    until(lambda: writing.up_to_date, "what was asked for is on the disk")
    writing.hear(block(0.1))
    writing.close()
    assert len(soundfile.read(writing.folder / "audio.flac")[0]) == 3_200


def test_sound_that_comes_faster_than_it_was_spoken_does_not_pile_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_thread, "LOOK_EVERY_S", 3600.0)
    writing = WritingThread(CallWriter(tmp_path, INFO))
    for number in range(50):
        writing.hear(block(number / 10))
    until(lambda: len(soundfile.read(writing.folder / "audio.wav")[0]) >= 3 * 16_000, "most of it is on the disk")
    writing.close()
    assert len(soundfile.read(writing.folder / "audio.flac")[0]) == 5 * 16_000

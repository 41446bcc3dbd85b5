"""What waits behind the card guard when the program is killed: kept, and masked all the same."""

import os
import stat
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.values import ToneSample, Utterance
from monitor.call.events import Ended, Gap
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo, read_info
from monitor.call.log import read_events
from monitor.doctor import cards
from monitor.privacy import spool
from monitor.privacy.guard import CardGuard, guarded
from monitor.privacy.recovery import recovered
from monitor.privacy.spool_folder import spool_folder, spool_of
from monitor.upkeep import repair
from tests.monitor.privacy.test_guard import CARD, SPEAKERS, blocks, said, tones

pytestmark = pytest.mark.skipif(spool_folder() is None, reason="no folder of this machine is known to be in memory")


def begin(root: Path, model: str = "none") -> CardGuard:
    info = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", SPEAKERS, model, "abc", "0.1.0")
    return guarded(CallWriter(root, info), SPEAKERS, on=True, live=True)


def run(guard: CardGuard, utterances: list[Utterance], length_s: float) -> None:
    """A call up to the moment of its kill: nothing is closed."""
    coming = sorted(
        [*((one.known_s, one) for one in utterances), *((tone.end_s, tone) for tone in tones(length_s, utterances))],
        key=lambda one: one[0],
    )
    for block in blocks(length_s, 0.5):
        guard.hear(block)
        while block.speaker == "customer" and coming and coming[0][0] <= block.end / SAMPLE_RATE_HZ:
            guard.note(coming.pop(0)[1])
        guard.sync()


def kill(guard: CardGuard) -> Path:
    """Leave all as a kill does: open files are closed by the system, and nothing else is done."""
    writer = guard._writer  # noqa: SLF001 - only the system can let go of these from outside
    for file in (writer._recorder._file, writer._events, writer._lock):  # type: ignore[attr-defined]  # noqa: SLF001
        file.close()
    if (spool := guard._spool) and spool._file >= 0:  # noqa: SLF001
        os.close(spool._file)  # noqa: SLF001
        spool._file = -1  # noqa: SLF001
    return guard.folder


def held(guard: CardGuard) -> Path:
    found = spool_of(guard.folder)
    assert found
    return found


def written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_kill_in_the_midst_of_a_number_loses_nothing_and_keeps_none_of_it(tmp_path: Path) -> None:
    guard = begin(tmp_path)
    lines = [said("My name is Sam.", 2.0), said("It is 4111 1111", 22.0), said("1111 1111", 25.0)]
    run(guard, lines, 27.0)
    assert b"1111" not in written(guard.folder)
    assert read_events(guard.folder)
    assert sum(isinstance(event, ToneSample) for event in read_events(guard.folder)) == 2 * 270
    kept, _ = soundfile.read(guard.folder / "audio.wav", dtype="int16")
    assert len(kept) < 17 * SAMPLE_RATE_HZ

    repaired = repair.repair(kill(guard))
    assert repaired.duration_s == 27.0
    assert b"1111" not in written(guard.folder)
    texts = [event.text for event in read_events(guard.folder) if isinstance(event, Utterance)]
    assert texts == ["My name is Sam.", "It is •••• ••••", "•••• ••••"]
    sound, _ = soundfile.read(guard.folder / "audio.flac", dtype="int16")
    assert len(sound) == 27 * SAMPLE_RATE_HZ
    quiet = np.flatnonzero((sound == 0).all(axis=1)) / SAMPLE_RATE_HZ
    assert quiet.min() == pytest.approx(22.8 - 0.3, abs=1e-3)
    assert quiet.max() == pytest.approx(25.72 + 0.3, abs=1e-3)
    assert not spool_of(guard.folder)
    gaps = [event for event in read_events(guard.folder) if isinstance(event, Gap)]
    assert [gap.why for gap in gaps] == ["A card number was spoken here and is not kept.", repair.WHY]
    again = repair.repair(guard.folder)
    assert again.duration_s == 27.0
    assert [event.text for event in read_events(guard.folder) if isinstance(event, Utterance)] == texts


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_a_kill_between_the_sound_of_two_speakers_ends_the_call_where_both_are_known(
    speaker: Speaker, tmp_path: Path
) -> None:
    guard = begin(tmp_path)
    run(guard, [], 20.0)
    guard.hear(AudioBlock(speaker, 20 * SAMPLE_RATE_HZ, np.full(8_000, 0.1, np.float32)))
    repair.repair(kill(guard))
    sound, _ = soundfile.read(guard.folder / "audio.flac", dtype="int16")
    assert len(sound) == 20 * SAMPLE_RATE_HZ
    assert sound.all()


@given(st.floats(0.0, 1.0))
def test_wherever_a_kill_cuts_a_spool_no_channel_ends_in_silence_that_nobody_heard(share: float) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        made = spool.Spool(folder / "call", SPEAKERS, folder)
        for block in blocks(3.0, 0.1):
            made.add(spool.Sound.of(block))
        path = folder / f"call{spool.SUFFIX}"
        os.truncate(path, round(share * path.stat().st_size))
        info = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", SPEAKERS, "none", "abc", "0.1.0")
        sound = recovered(path, info, []).sound
        assert sound.all()
        assert len(sound) >= (share * 3.0 - 0.11) * SAMPLE_RATE_HZ
        made.remove()


@pytest.mark.parametrize("step", ["_pack", "_end_events", "write_info"])
def test_a_repair_that_is_stopped_adds_nothing_twice(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = begin(tmp_path)
    run(guard, [said("Hello.", 2.0), said(CARD, 20.0)], 24.0)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(repair, step, full)
        with pytest.raises(repair.CallFolderError):
            repair.repair(kill(guard))
        assert spool_of(guard.folder)
    assert repair.repair(guard.folder).duration_s == 24.0
    assert len(soundfile.read(guard.folder / "audio.flac")[0]) == 24 * SAMPLE_RATE_HZ
    events = list(read_events(guard.folder))
    assert [event.text for event in events if isinstance(event, Utterance)] == ["Hello.", "•••• •••• •••• ••••"]
    assert sum(isinstance(event, Ended) for event in events) == 1
    assert not spool_of(guard.folder)


def test_speech_whose_words_nobody_can_make_out_any_more_is_not_kept(tmp_path: Path) -> None:
    guard = begin(tmp_path, model=str(tmp_path / "gone"))
    voice = _voice(6.0)
    for start in range(0, len(voice), 8_000):
        for speaker in SPEAKERS:
            piece = voice[start : start + 8_000] if speaker == "customer" else np.full(8_000, 0.001, np.float32)
            guard.hear(AudioBlock(speaker, start, piece))
    guard.sync()
    repair.repair(kill(guard))
    sound, _ = soundfile.read(guard.folder / "audio.flac")
    gaps = [gap for gap in read_events(guard.folder) if isinstance(gap, Gap)]
    assert gaps[0].why == "The program broke off before it knew what was said here, so it is not kept."
    first, last = round(gaps[0].start_s * SAMPLE_RATE_HZ), round(gaps[0].end_s * SAMPLE_RATE_HZ)
    assert last - first > 2 * SAMPLE_RATE_HZ
    assert not sound[first + 1 : last - 1].any()


def _voice(length_s: float) -> np.ndarray:
    from monitor import sample  # noqa: PLC0415 - the sentences that the agent says first

    sound, _ = soundfile.read(sample.CALL, stop=round(length_s * SAMPLE_RATE_HZ), dtype="float32")
    return sound[:, 0]


def test_a_pause_outlives_a_kill(tmp_path: Path) -> None:
    guard = begin(tmp_path)
    run(guard, [], 20.0)
    guard.pause()
    for block in blocks(24.0, 1.0):
        if block.start >= 20 * SAMPLE_RATE_HZ:
            guard.hear(block)
    guard.sync()
    repair.repair(kill(guard))
    sound, _ = soundfile.read(guard.folder / "audio.flac", dtype="int16")
    assert not sound[10 * SAMPLE_RATE_HZ :].any()
    assert sound[: 10 * SAMPLE_RATE_HZ].all()
    assert Gap(10.0, 24.0, "sound", "The agent paused the recording.") in read_events(guard.folder)


@pytest.mark.slow
def test_the_spool_is_for_its_owner_alone_stays_small_and_is_gone_with_the_call(tmp_path: Path) -> None:
    guard = begin(tmp_path)
    run(guard, [said("Hello.", 2.0)], 90.0)
    path = held(guard)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.stat().st_size < 2_000_000
    assert not path.is_relative_to(tmp_path)
    guard.note(Ended(90.0, "stopped"))
    guard.close()
    assert not path.exists()
    assert read_info(guard.folder).closed


def test_what_waits_of_calls_that_are_gone_is_removed_by_the_doctor(tmp_path: Path) -> None:
    here, gone = begin(tmp_path), begin(tmp_path)
    path = held(gone)
    kill(gone)
    for file in gone.folder.iterdir():
        file.unlink()
    gone.folder.rmdir()
    (told,) = cards.check(on=True, repairs=True)
    assert told.verdict == "ok"
    assert str(path.parent) in told.told
    assert not path.exists()
    assert spool_of(here.folder)
    here.close()


def test_a_memory_that_is_full_ends_the_spool_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = begin(tmp_path)
    path = held(guard)

    def full(*_arguments: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        guard.hear(next(iter(blocks(0.5, 0.5))))
    assert not path.exists()
    run(guard, [said("Hello.", 2.0)], 20.0)
    guard.note(Ended(20.0, "stopped"))
    guard.close()
    assert read_info(guard.folder).closed


def test_a_disk_is_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    place = spool_folder()
    assert place is None or not place.is_relative_to(tmp_path)


@given(st.data())
def test_a_spool_that_is_torn_or_damaged_is_read_as_far_as_it_goes(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        made = spool.Spool(folder / "call", SPEAKERS, folder)
        marks = [spool.EventLine(place, b'{"event":"mark"}\n') for place in range(5)]
        for mark in marks:
            made.add(mark)
        path = folder / f"call{spool.SUFFIX}"
        content = bytearray(path.read_bytes())
        torn = data.draw(st.integers(0, len(content)))
        junk = data.draw(st.binary(max_size=20))
        path.write_bytes(bytes(content[:torn]) + junk)
        found = list(spool.read(path))
        whole = [one for one in found[1:] if one in marks]
        assert whole == marks[: len(whole)]
        made.remove()

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from audio.values import Turn
from monitor.base.errors import CallFolderError
from monitor.call import files, lock, marks
from monitor.call.events import Mark
from monitor.call.info import read_info, write_info
from monitor.call.log import read_events
from monitor.call.summary import of_folder
from monitor.catalogue import query
from monitor.catalogue.catalogue import open_catalogue
from monitor.cli import main
from monitor.recordings.again import analyze_again
from monitor.recordings.known import Known
from monitor.recordings.one import AnalysisOptions, analyze_recording
from monitor.recordings.recorded_call import RecordedCall
from monitor.sealed import keys, sealing
from monitor.settings.config import Privacy, Settings
from monitor.upkeep import unfinished
from tests.sounds import silence, syllables

PLAIN = Settings()


def swapped(path: Path) -> Path:
    """A recording in which only the right channel speaks."""
    spoken = syllables(list(np.arange(0.3, 3.7, 0.25)), 4.0)
    soundfile.write(path, np.stack([silence(4.0), spoken], axis=1), 16_000)
    return path


def imported(folder: Path, settings: Settings = PLAIN) -> Path:
    """The call of such a recording, imported with the left channel as the agent's."""
    call = RecordedCall((swapped(folder / "a.wav"),), Known(agent="Sam", customer="C4"))
    options = AnalysisOptions(settings=settings, model="none", calls=folder / "calls")
    saved = analyze_recording(call, options).folder
    assert saved
    return saved


def talkers(folder: Path) -> set[str]:
    return {event.speaker for event in read_events(folder) if isinstance(event, Turn)}


def test_a_swapped_recording_is_turned_and_keeps_its_id_marks_and_row(tmp_path: Path) -> None:
    folder = imported(tmp_path)
    marks.add(folder, Mark(1.0, "note", "swapped?", "Kim", "2026-03-01T10:00:00+00:00"))
    (folder / "report.html").write_text("old", "utf-8")
    (folder / "clip.zip").write_bytes(b"a clip")
    before = read_info(folder)
    assert talkers(folder) == {"customer"}
    analyze_again(folder, "right", PLAIN)
    assert talkers(folder) == {"agent"}
    assert read_info(folder) == replace(before, agent_channel="right")
    assert [mark.text for mark in marks.read(folder)] == ["swapped?"]
    assert (folder / "clip.zip").exists()
    assert not (folder / "report.html").exists()
    sound, _ = soundfile.read(folder / "audio.flac")
    assert np.abs(sound[:, 0]).max() > 0.01 > np.abs(sound[:, 1]).max()
    with open_catalogue(tmp_path / "calls") as catalogue:
        (row,) = query.calls(catalogue, query.Filter())
    assert row.folder == f"{folder.parent.name}/{folder.name}"
    assert row.agent_talk_s > 0 == row.customer_talk_s
    assert sorted(path.name for path in (tmp_path / "calls").iterdir() if path.name.startswith(".")) == []
    fresh = AnalysisOptions(settings=PLAIN, model="none", agent="right")
    expected = analyze_recording(RecordedCall((tmp_path / "a.wav",)), fresh).analysis
    assert expected
    assert of_folder(folder).speakers == expected.speakers


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_what_a_program_leaves_that_was_killed_is_cleared_up_and_the_call_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    folder = imported(tmp_path)
    root, before, rename = folder.parents[1], read_info(folder), Path.rename
    left = iter([True] * renames)

    def killed(self: Path, target: Path) -> Path:
        if not next(left, False):
            raise KeyboardInterrupt
        return rename(self, target)

    def never(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        patch.setattr(shutil, "rmtree", never)
        with pytest.raises(KeyboardInterrupt):
            analyze_again(folder, "right", PLAIN)
    (place,) = unfinished.unfinished(root)
    assert folder.exists() == (renames != 1)
    with lock.hold_file(place / unfinished.LOCK):
        unfinished.clear(root)
        assert place.exists(), "a program is at work there"
    done = CliRunner().invoke(main, ["forget", "Nobody", "--yes", "--calls", str(root)])
    assert "There is no call" in done.stderr
    assert not place.exists()
    assert list(root.glob("*/*/")) == [folder]
    assert read_info(folder) == replace(before, agent_channel="right" if renames == 2 else "left")


def test_turning_it_twice_gives_the_first_analysis_back(tmp_path: Path) -> None:
    folder = imported(tmp_path)
    before = (folder / lock.LOG).read_bytes()
    analyze_again(folder, "right", PLAIN)
    analyze_again(folder, "left", PLAIN)
    assert (folder / lock.LOG).read_bytes() == before


def test_the_mix_of_both_is_one_speaker_that_cannot_be_told_apart_again(tmp_path: Path) -> None:
    folder = imported(tmp_path)
    analyze_again(folder, "mono", PLAIN)
    assert read_info(folder).speakers == ("agent",)
    with pytest.raises(CallFolderError, match="one channel of sound"):
        analyze_again(folder, "left", PLAIN)


def test_a_sealed_call_stays_sealed(tmp_path: Path) -> None:
    settings = Settings(privacy=Privacy(encrypt=True, key_file=str(tmp_path / "key")))
    sealing.use(lambda: settings.privacy)
    keys.make()
    folder = imported(tmp_path, settings)
    analyze_again(folder, "right", replace(settings, privacy=replace(settings.privacy, encrypt=False)))
    try:
        assert talkers(folder) == {"agent"}
        assert all(files.is_sealed(folder / name) for name in ("call.toml", lock.LOG, "audio.flac"))
    finally:
        sealing.use(sealing.defaults)
        keys.forget()


def test_what_cannot_be_turned_stays_as_it_is_and_says_why(tmp_path: Path) -> None:
    folder = imported(tmp_path)
    with pytest.raises(CallFolderError, match="on left already"):
        analyze_again(folder, "left", PLAIN)
    with lock.hold(folder), pytest.raises(CallFolderError, match="open in another program"):
        analyze_again(folder, "right", PLAIN)
    (folder / "audio.flac").unlink()
    with pytest.raises(CallFolderError, match=r"sound of .* is not saved"):
        analyze_again(folder, "right", PLAIN)
    write_info(folder, replace(read_info(folder), agent_channel=""))
    with pytest.raises(CallFolderError, match="not a recording"):
        analyze_again(folder, "right", PLAIN)
    assert talkers(folder) == {"customer"}

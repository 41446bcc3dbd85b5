import json
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
import webvtt

from audio.block import AudioBlock
from audio.values import ToneSample, Utterance, Word
from monitor.base.errors import CallFolderError
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo
from monitor.replay.clip import ClipError, export, seconds, suggested
from tests.made_conversations import made_call

FILES = ["curves.csv", "curves.json", "sound.flac", "transcript.txt", "transcript.vtt"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_call(tmp_path_factory.mktemp("calls"), 120, sound=True)


def test_the_sound_is_that_of_the_stretch(folder: Path, tmp_path: Path) -> None:
    export(folder, 60.25, 71.5, tmp_path / "clip")
    whole, _ = soundfile.read(folder / "audio.flac", dtype="int16")
    clip, rate = soundfile.read(tmp_path / "clip" / "sound.flac", dtype="int16")
    assert rate == 16_000
    assert np.array_equal(clip, whole[964_000:1_144_000])


def test_words_and_curves_are_those_of_the_stretch(folder: Path, tmp_path: Path) -> None:
    export(folder, 60.0, 72.0, tmp_path / "clip")
    text = (tmp_path / "clip" / "transcript.txt").read_text("utf-8")
    curves = json.loads((tmp_path / "clip" / "curves.json").read_bytes())
    rows = (tmp_path / "clip" / "curves.csv").read_text("utf-8").splitlines()
    words = [word for spoken in curves["utterances"] for word in spoken["words"]]
    assert text.startswith(f"2026-03-01/{folder.name}, 1:00 to 1:12\n")
    assert all(word["end_s"] > 60.0 and word["start_s"] < 72.0 for word in words)
    assert " ".join(word["text"] for word in words) == " ".join(line[19:].strip() for line in text.splitlines()[2:])
    assert len(curves["tone"]["agent"]["level_dbfs"]) == 120
    assert [firing["rule"] for firing in curves["firings"]] == ["slow-down"]
    assert [rows[1].split(",")[1:3], rows[-1].split(",")[1:3]] == [["agent", "60.0"], ["customer", "71.9"]]


def test_captions_have_the_times_of_the_clips_sound(folder: Path, tmp_path: Path) -> None:
    export(folder, 60.0, 72.0, tmp_path / "clip")
    captions = webvtt.read(tmp_path / "clip" / "transcript.vtt")
    assert captions[0].start_in_seconds == 0
    assert captions[-1].end_in_seconds <= 12


def test_a_zip_holds_the_same(folder: Path, tmp_path: Path) -> None:
    export(folder, 10, 12, tmp_path / "one")
    export(folder, 10, 12, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert sorted(archive.namelist()) == [f"one/{name}" for name in FILES]
        for name in FILES:
            assert archive.read(f"one/{name}") == (tmp_path / "one" / name).read_bytes()


def test_opus_is_smaller(folder: Path, tmp_path: Path) -> None:
    export(folder, 10, 20, tmp_path / "clip", "opus")
    packed = tmp_path / "clip" / "sound.opus"
    with soundfile.SoundFile(packed) as sound:
        assert (sound.subtype, sound.channels) == ("OPUS", 2)
        assert sound.frames / sound.samplerate == pytest.approx(10, abs=0.1)


def test_nobody_else_can_read_it(folder: Path, tmp_path: Path) -> None:
    export(folder, 10, 12, tmp_path / "clip")
    export(folder, 10, 12, tmp_path / "clip.zip")
    assert stat.S_IMODE((tmp_path / "clip").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*.*")} == {0o600}


def test_a_call_that_broke_off_gives_what_it_has(tmp_path: Path) -> None:
    info = CallInfo(datetime(2026, 3, 1, tzinfo=UTC), "made", ("agent",), "none", "abc", "0.1.0")
    writer = CallWriter(tmp_path, info)
    writer.note(Utterance("agent", 1.0, 1.5, (Word(1.0, 1.5, "hello", 0.9),), 1.5))
    for step in range(30):
        writer.note(ToneSample("agent", step / 10, step / 10 + 0.1, speaking=True, level_dbfs=-20.0))
    writer.hear(AudioBlock("agent", 0, np.full(48_000, 0.25, np.float32)))
    export(writer.folder, 0.5, 2.5, tmp_path / "clip")
    curves = json.loads((tmp_path / "clip" / "curves.json").read_bytes())
    assert curves["tone"]["agent"]["level_dbfs"] == [-20.0] * 20
    assert soundfile.info(tmp_path / "clip" / "sound.flac").duration == 2.0
    assert "hello" in (tmp_path / "clip" / "transcript.txt").read_text("utf-8")
    writer.close()


def test_a_call_without_sound_and_words_gives_its_curves(tmp_path: Path) -> None:
    folder = made_call(tmp_path, 20)
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "events.jsonl").write_bytes(b"".join(line for line in lines if b'"utterance"' not in line))
    export(folder, 0, 10, tmp_path / "clip")
    assert sorted(path.name for path in (tmp_path / "clip").iterdir()) == [
        name for name in FILES if "sound" not in name
    ]
    assert "There is no transcript." in (tmp_path / "clip" / "transcript.txt").read_text("utf-8")


@pytest.mark.parametrize(("start_s", "end_s"), [(20, 10), (10, 10), (500, 600)])
def test_an_empty_stretch_is_one_sentence(folder: Path, tmp_path: Path, start_s: float, end_s: float) -> None:
    with pytest.raises(ClipError, match=r"^There is nothing from .* Give a start before the end\.$"):
        export(folder, start_s, end_s, tmp_path / "clip")


def test_what_is_there_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "clip").mkdir()
    with pytest.raises(ClipError, match=r"Can't write the clip to .*clip: it already exists"):
        export(folder, 1, 2, tmp_path / "clip")
    assert [path.name for path in tmp_path.iterdir()] == ["clip"]


def test_a_folder_that_is_no_call_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallFolderError, match=r"holds no readable"):
        export(tmp_path, 0, 1, tmp_path / "clip")


@pytest.mark.parametrize(("text", "time_s"), [("75", 75.0), ("1:15.5", 75.5), ("1:00:00", 3600.0), ("0", 0.0)])
def test_times_are_read_as_people_write_them(text: str, time_s: float) -> None:
    assert seconds(text) == time_s


@pytest.mark.parametrize("text", ["", "soon", "1:2:3:4", "-5", "nan", "inf", "1::2"])
def test_other_times_are_one_sentence(text: str) -> None:
    with pytest.raises(ClipError, match=r"is not a time in a call. Write seconds, m:ss or h:mm:ss\.$"):
        seconds(text)


def test_a_clip_is_named_after_its_call_and_times(folder: Path) -> None:
    assert suggested(folder, 60, 3725.5) == Path(f"{folder.name}-1.00-1.02.05.zip")

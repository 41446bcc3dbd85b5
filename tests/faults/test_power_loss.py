"""The power goes while something is written: at every step of it, one after the other.

Every file is the old one or the new one, never a half one; of what is appended, whole lines are kept. The agent sees it
when the machine is up again: `tone-monitor doctor` closes the call that broke off, with all but its last second, and
removes what was left half written. The catalogue is made anew from the folders.
"""

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.files.recorder import to_flac
from monitor.base import atomic
from monitor.call import marks
from monitor.call.events import Ended, Mark
from monitor.call.info import read_info, write_info
from monitor.call.log import read_events
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.reindex import reindex
from monitor.doctor import folders
from monitor.setup import profile
from monitor.setup.profile import Norms, Profile
from monitor.upkeep import repair, retention
from tests.broken_calls import INFO, broken_call
from tests.faults.power import losses

LATER_S = time.time() + 3_600


def tidied(folder: Path) -> list[str]:
    """What is in a folder after the doctor has been there an hour later."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: LATER_S)
        list(folders.check([folder], LATER_S, repairs=True))
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    path, seen = tmp_path / "file", set[bytes]()

    def look() -> None:
        seen.add(path.read_bytes())
        for half in tmp_path.glob("*.half"):
            half.unlink()

    steps = losses(lambda: path.write_bytes(b"old" * 999), lambda: atomic.write(path, b"new" * 1_999), look)
    assert steps == 3
    assert seen == {b"old" * 999, b"new" * 1_999}


def test_of_a_recording_that_is_packed_nothing_is_lost(tmp_path: Path) -> None:
    wav, flac = tmp_path / "audio.wav", tmp_path / "audio.flac"
    soundfile.write(wav, np.random.default_rng(1).integers(-30_000, 30_000, (16_000, 2)).astype(np.int16), 16_000)
    written = wav.read_bytes()

    def again() -> None:
        flac.unlink(missing_ok=True)
        wav.write_bytes(written)

    def look() -> None:
        if flac.exists():
            assert soundfile.read(flac, dtype="int16")[0].tobytes() == written[44:]
        else:
            assert wav.read_bytes() == written

    assert losses(again, lambda: to_flac([wav], flac), look) >= 5


def test_a_repair_that_breaks_off_is_done_by_the_next_one(tmp_path: Path) -> None:
    first = broken_call(tmp_path / "first")
    written, events = (first / "audio.wav").read_bytes()[44:], list(read_events(first))
    folder = tmp_path / "calls" / first.parent.name / first.name

    def again() -> None:
        shutil.rmtree(tmp_path / "calls", ignore_errors=True)
        shutil.copytree(first, folder)

    def look() -> None:
        assert tidied(folder) == ["audio.flac", "call.toml", "events.jsonl"]
        assert soundfile.read(folder / "audio.flac", dtype="int16")[0].tobytes() == written
        kept = list(read_events(folder))
        assert kept[: len(events)] == events
        assert [type(event) for event in kept].count(Ended) == 1
        assert read_info(folder).closed

    assert losses(again, lambda: repair.repair(folder), look) >= 8


def test_what_call_toml_says_is_the_old_or_the_new(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    seen = set[bool]()

    def look() -> None:
        seen.add(read_info(folder).closed)

    losses(lambda: write_info(folder, INFO), lambda: write_info(folder, replace(INFO, closed=True)), look)
    assert seen == {False, True}


def test_a_profile_is_the_old_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path))
    norms = Norms(level_dbfs=-30.0, articulation_rate_sps=4.8)
    old = Profile(
        agent="Sam", device="headset", language="en", confirmed=date(2026, 3, 1), usual=norms, calibrated=norms
    )
    new, seen = replace(old, confirmed=date(2026, 3, 2)), list[Profile | None]()
    losses(
        lambda: bool(profile.save(old)),  # type: ignore[arg-type, return-value]
        lambda: profile.save(new),
        lambda: seen.append(profile.read(profile.path_of("Sam", "headset"))),
    )
    assert {before.confirmed.day for before in seen if before} == {1, 2}
    assert None not in seen


def test_marks_are_there_or_not_and_the_next_one_is(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    first, second, third = (Mark(float(number), "note", "heard" * 9) for number in range(3))

    def again() -> None:
        (folder / marks.FILE).unlink(missing_ok=True)
        marks.add(folder, first)

    def look() -> None:
        assert marks.read(folder) in {(first,), (first, second)}
        marks.add(folder, third)
        assert marks.read(folder) in {(first, third), (first, second, third)}

    assert losses(again, lambda: marks.add(folder, second), look) == 2


def test_words_that_are_deleted_are_all_there_or_all_gone(tmp_path: Path) -> None:
    first = broken_call(tmp_path / "first")
    with (first / "events.jsonl").open("ab") as log:
        log.write(b'{"event":"utterance","speaker":"agent","start_s":1.0,"end_s":2.0,"known_s":2.0,"words":')
        log.write(b'[{"start_s":1.0,"end_s":2.0,"text":"hello","probability":0.9}]}\n')
    write_info(first, replace(INFO, closed=True, duration_s=3.4))
    (first / "audio.wav").unlink()
    root = tmp_path / "calls"
    folder = root / first.parent.name / first.name
    deletion = retention.Deletion("2026-06-01T00:00:00+00:00", "words", f"{first.parent.name}/{first.name}", "old")
    seen = set[tuple[bool, bool]]()

    def again() -> None:
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(first, folder)

    def look() -> None:
        has_words = b"hello" in (folder / "events.jsonl").read_bytes()
        seen.add((has_words, bool(read_info(folder).words_deleted)))
        assert len(list(read_events(folder))) >= 35
        retention.delete(root, retention.Due(folder, deletion))
        assert b"hello" not in (folder / "events.jsonl").read_bytes()
        assert tidied(folder) == ["call.toml", "events.jsonl"]

    assert losses(again, lambda: retention.delete(root, retention.Due(folder, deletion)), look) >= 6
    assert (True, True) not in seen, "what is said to be deleted is"


REINDEX = """
import os, sys
from pathlib import Path
from monitor.catalogue import reindex as room
from monitor.catalogue.catalogue import open_catalogue

put, left = room.put, int(sys.argv[2])
def interrupted(catalogue, rows):
    global left
    if left == 0:
        os._exit(9)
    left -= 1
    put(catalogue, rows)
room.put, room.AT_ONCE = interrupted, 2
with open_catalogue(Path(sys.argv[1])) as catalogue:
    room.reindex(catalogue)
"""


@pytest.mark.parametrize("done", [0, 2])
def test_a_catalogue_whose_making_broke_off_is_made_by_the_next(done: int, tmp_path: Path) -> None:
    for _ in range(6):
        repair.repair(broken_call(tmp_path, 0.4))
    killed = subprocess.run([sys.executable, "-c", REINDEX, str(tmp_path), str(done)], check=False, timeout=60)
    assert killed.returncode == 9
    with open_catalogue(tmp_path) as opened:
        done_now = reindex(opened)
    assert (done_now.calls, done_now.read, done_now.told) == (6, 6 - 2 * done, ())

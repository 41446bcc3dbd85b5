"""Sealed calls do all that plain ones do, and none of it can be read on the disk without the key."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.files.recorder import HEADER_BYTES
from audio.files.stored_sound import RecordedSound
from audio.values import ToneSample
from monitor import analyze, sample
from monitor.base.errors import CallFolderError
from monitor.call import files, marks
from monitor.call.events import CallEvent, Ended, Gap, Mark, PromptShown
from monitor.call.files import sound_parts
from monitor.call.folder import CallWriter
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.catalogue import query
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.query import Filter
from monitor.cli import main
from monitor.doctor import sealed_calls
from monitor.replay.call_log import CallReader
from monitor.report.team import counted as several
from monitor.sealed import keys, sealing
from monitor.settings import config
from monitor.settings.config import Retention
from monitor.upkeep import repair, retention
from tests.made_calls import START, fired, info, prompted, said
from tests.waiting import kept_bytes, until

WORD = "marmalade"
CUSTOMER = "Rosalind Featherstonehaugh"
LENGTH_S = 12
TALK: list[CallEvent] = [
    said(f"I want my {WORD} back now please"),
    fired("slow-down", 4.0),
    *prompted("slow-down", 4.0),
    fired("escalate-upset", 9.0, "urgent", (WORD,)),
    Mark(5.0, "flag"),
    Ended(float(LENGTH_S), "end of sound"),
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of all calls, with the settings that seal new ones, and a key."""
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    monkeypatch.chdir(tmp_path)
    say(tmp_path, encrypt=True)
    keys.make()
    yield tmp_path / "calls"
    keys.forget()


def say(place: Path, *, encrypt: bool, card_guard: bool = True) -> None:
    """Put it into the settings."""
    text = f'[privacy]\nencrypt = {str(encrypt).lower()}\nkey_file = "key"\ncard_guard = {str(card_guard).lower()}\n'
    (place / "config.toml").write_text(text, "utf-8")
    privacy = config.settings().privacy
    sealing.use(lambda: privacy)


def sound(seconds: int = LENGTH_S) -> Samples:
    noise = np.random.default_rng(1).integers(-9_000, 9_000, (seconds * SAMPLE_RATE_HZ, 2))
    return noise.astype(np.float32) / 32767


def begin(root: Path, days_ago: int = 0) -> CallWriter:
    """A call that has been in progress for some seconds, all of it on the disk."""
    about = replace(info(START - timedelta(days=days_ago), closed=False), customer=CUSTOMER)
    writer = CallWriter(root, about)
    both = sound()
    for start in range(0, len(both), SAMPLE_RATE_HZ):
        for channel, speaker in enumerate(about.speakers):
            writer.hear(AudioBlock(speaker, start, both[start : start + SAMPLE_RATE_HZ, channel]))
        for step in range(10):
            at_s = start / SAMPLE_RATE_HZ + step / 10
            writer.note(ToneSample("agent", round(at_s, 1), round(at_s + 0.1, 1), speaking=True, level_dbfs=-20.0))
        writer.sync()
    return writer


def keep(root: Path, days_ago: int = 0) -> Path:
    """A call that is over."""
    writer = begin(root, days_ago)
    for event in TALK:
        writer.note(event)
    writer.close()
    marks.add(writer.folder, Mark(3.0, "note", f"about the {WORD}", by="Robin"))
    return writer.folder.rename(writer.folder.with_name("093015-a1b2c3"))


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shown(folder: Path) -> dict[str, bytes]:
    """What the files of a folder say to who has the key."""
    return {name: files.read(folder / name) for name in held(folder)}


def assert_unreadable(root: Path) -> None:
    """Nothing in any file of the calls folder gives away a word, a name or a run of samples."""
    pcm = (sound() * 32767).round().astype("<i2").tobytes()
    for name, content in held(root).items():
        # Of FLAC and WAV the whole beginning: four bytes alone may come by chance.
        for secret in (WORD, CUSTOMER, CUSTOMER.split()[1], '"event"', "fLaC\0\0\0\x22", "WAVEfmt "):
            assert secret.encode() not in content, name
        assert not any(pcm[at : at + 16] in content for at in range(0, len(pcm), 9_600)), name


def test_a_sealed_call_says_what_a_plain_one_says_to_everybody_who_asks(tmp_path: Path, calls: Path) -> None:
    keep(calls)
    say(tmp_path, encrypt=False)
    plain = keep(tmp_path / "plain")
    (tmp_path / "team.toml").write_text('[slow-down]\nextends = "slow-down"\nhold_s = 5\n')
    asked = [
        ("replay", "a1b2c3", "--plain"),
        ("replay", "a1b2c3", "--clip", "0:02", "0:08", "-o", "clip"),
        ("report", "a1b2c3", "--text"),
        ("report", "a1b2c3", "--clips", "-o", "page.html"),
        ("report", "--team", "--text", "--names"),
        ("rules", "quality"),
        *(("export", "a1b2c3", "--to", kind) for kind in ("json", "contact-lens", "vcon", "vtt", "srt", "csv")),
    ]
    said = []
    for root in (plain.parents[1], calls):
        place = tmp_path / f"beside {root.name}"
        place.mkdir()
        with chdir(place):
            done = [run(*arguments, "--calls", root) for arguments in asked]
        assert [one.exit_code for one in done] == [0] * len(asked), [one.output for one in done]
        said.append(([one.stdout for one in done], held(place)))
    assert said[0] == said[1]
    assert WORD in said[0][0][0]
    names = ["accesses.jsonl", "audio.flac", "call.toml", "events.jsonl", "marks.jsonl", "numbers.json"]
    assert sorted(held(plain)) == sorted(held(calls / plain.relative_to(tmp_path / "plain"))) == names


def test_nothing_can_be_read_on_the_disk_while_a_call_goes_on_nor_afterwards(calls: Path) -> None:
    writer = begin(calls)
    writer.note(said(f"my {WORD}"))
    writer.sync()
    assert_unreadable(calls)
    assert [path.name for path in sound_parts(writer.folder)] == ["audio.wav"]
    writer.close()
    marks.add(writer.folder, Mark(3.0, "note", WORD))
    assert run("report", "--text").exit_code == 0
    assert run("calls").exit_code == 0
    assert_unreadable(calls)
    assert {path.stat().st_mode & 0o777 for path in calls.rglob("*") if path.is_file()} == {0o600}


def test_who_follows_a_call_reads_and_hears_what_came_since(calls: Path) -> None:
    writer = begin(calls)
    reader, heard = CallReader(writer.folder), RecordedSound((writer.folder / "audio.wav",), files.STORAGE)
    assert (reader.catch_up().duration_s, heard.frames) == (LENGTH_S, LENGTH_S * SAMPLE_RATE_HZ)
    writer.note(said(f"my {WORD}", 12.0))
    for speaker in ("agent", "customer"):
        writer.hear(AudioBlock(speaker, LENGTH_S * SAMPLE_RATE_HZ, sound(1)[:, 0]))
    writer.sync()
    assert [spoken.text for spoken in reader.catch_up().utterances] == [f"my {WORD}"]
    heard.close()
    assert np.allclose(heard.read(LENGTH_S * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ)[:, 1], sound(1)[:, 0], atol=1e-4)
    heard.close()
    writer.close()


def test_an_analysis_is_the_same_to_the_byte(tmp_path: Path, calls: Path) -> None:
    samples, rate = soundfile.read(sample.CALL, frames=10 * SAMPLE_RATE_HZ)
    soundfile.write(tmp_path / "call.wav", samples, rate)
    sealed = analyze(tmp_path / "call.wav", model="none", calls=calls)
    say(tmp_path, encrypt=False)
    plain = analyze(tmp_path / "call.wav", model="none", calls=tmp_path / "plain")
    assert replace(plain, call=replace(plain.call, id=sealed.call.id, started=sealed.call.started)) == sealed
    (one,), (other,) = calls.glob("*/*"), (tmp_path / "plain").glob("*/*")
    for name in ("events.jsonl", "audio.flac"):
        assert files.read(one / name) == (other / name).read_bytes()
        assert (one / name).read_bytes() != (other / name).read_bytes()


@pytest.mark.slow
def test_a_live_call_is_the_same_but_for_its_delays(tmp_path: Path, calls: Path) -> None:
    samples, rate = soundfile.read(sample.CALL, frames=60 * SAMPLE_RATE_HZ)
    soundfile.write(tmp_path / "call.wav", samples, rate)
    play = ("live", "--from", "call.wav", "--plain", "--speed", "0", "--model", "none", "--calls")
    assert run(*play, calls).exit_code == 0
    say(tmp_path, encrypt=False)
    assert run(*play, tmp_path / "plain").exit_code == 0
    logs = [
        [replace(event, delay_s=0.0) if isinstance(event, PromptShown) else event for event in read_events(folder)]
        for root in (calls, tmp_path / "plain")
        for folder in root.glob("*/*")
    ]
    assert logs[0] == logs[1]
    assert any(isinstance(event, PromptShown) for event in logs[0])


def test_calls_are_sealed_later_and_made_plain_again(tmp_path: Path, calls: Path) -> None:
    say(tmp_path, encrypt=False)
    folder = keep(calls)
    assert run("report").exit_code == 0
    assert run("reindex").exit_code == 0
    before = held(folder)
    assert any(WORD.encode() in path.read_bytes() for path in calls.glob("catalogue*"))
    done = run("key", "seal")
    assert (done.exit_code, done.output) == (0, "1 call sealed.\n")
    assert_unreadable(calls)
    assert shown(folder) == before
    marks.add(folder, Mark(1.0, "note", WORD))
    assert_unreadable(calls)
    assert run("key", "seal").output == "no calls sealed; 1 call already sealed.\n"
    assert run("key", "unseal", "a1b2c3").output == "1 call unsealed.\n"
    assert held(folder) == before | {"marks.jsonl": (folder / "marks.jsonl").read_bytes()}
    assert (folder / "marks.jsonl").read_bytes().count(b"\n") == 2


def test_a_call_that_goes_on_is_not_sealed_meanwhile(tmp_path: Path, calls: Path) -> None:
    say(tmp_path, encrypt=False)
    writer = begin(calls)
    done = run("key", "seal")
    assert done.exit_code == 1
    assert (
        done.stderr == f"{writer.folder} is in progress or broke off. End it, or repair it with tone-monitor doctor.\n"
    )
    assert done.stdout == "no calls sealed.\n"
    writer.close()


def test_what_a_call_is_stays_whatever_the_settings_say_later(tmp_path: Path, calls: Path) -> None:
    sealed = keep(calls)
    say(tmp_path, encrypt=False)
    assert run("report", "--text", "--team").exit_code == 0
    marks.add(sealed, Mark(1.0, "note", WORD))
    assert (sealed / "numbers.json").exists()
    assert_unreadable(calls)
    plain = keep(tmp_path / "plain")
    say(tmp_path, encrypt=True)
    marks.add(plain, Mark(1.0, "note", WORD))
    assert WORD in (plain / "marks.jsonl").read_text("utf-8").splitlines()[-1]


def test_what_is_added_to_an_empty_file_of_a_sealed_call_is_sealed(calls: Path) -> None:
    sealed = keep(calls)
    (sealed / "marks.jsonl").write_bytes(b"")
    marks.add(sealed, Mark(1.0, "note", WORD))
    assert_unreadable(calls)
    assert [mark.text for mark in marks.read(sealed)] == [WORD]


def test_worker_processes_open_and_seal_calls_as_the_command_does(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days_ago in range(2):
        keep(calls, days_ago)
    monkeypatch.setattr(several, "SIDE_BY_SIDE", 2)
    counted = run("report", "--team", "--text", "--names")
    assert (counted.exit_code, counted.stderr) == (0, "")
    samples, rate = soundfile.read(sample.CALL, frames=2 * SAMPLE_RATE_HZ)
    for name, gain in (("one.wav", 1.0), ("other.wav", 0.9)):  # the same sound twice is saved once
        soundfile.write(tmp_path / name, gain * samples, rate)
    assert run("analyze", "one.wav", "other.wav", "--jobs", "2", "--model", "none").exit_code == 0
    assert len(list(calls.glob("*/*/"))) == 4
    assert_unreadable(calls)


def test_the_list_holds_what_is_left_without_words_and_says_that_they_were_not_searched(calls: Path) -> None:
    keep(calls)
    assert run("reindex", "--all").exit_code == 0
    (listed,) = json.loads(run("calls", "--json").stdout)
    assert (listed["sealed"], listed["customer"], listed["agent"], listed["flags"]) == (True, "", "Sam Porter", 3)
    found = run("calls", "--words", WORD)
    assert found.stdout.count("\n") == 1
    assert found.stderr == (
        "1 sealed call not searched: the words, customers and attributes of sealed calls are not indexed.\n"
    )
    with open_catalogue(calls) as catalogue:
        (note,) = [mark for mark in query.details(catalogue, listed["folder"]).marks if mark.kind == "note"]
        assert (note.text, note.made_by) == ("", "Robin")
        assert query.unsearched(catalogue, Filter(words=WORD, agent="nobody")) == 0
    assert_unreadable(calls)


def test_words_and_calls_are_deleted_as_ever(calls: Path) -> None:
    now = START.astimezone()
    keep(calls, days_ago=400)
    old = keep(calls, days_ago=100)
    new = keep(calls)
    before = held(new)
    for one in list(retention.due(calls, Retention(audio_days=200), now)):
        retention.delete(calls, one)
    assert sorted(calls.glob("*/*/")) == [old, new]
    assert WORD.encode() not in b"".join(shown(old).values())
    assert read_info(old).words_deleted
    assert [type(event) for event in read_events(old)] == [type(event) for event in read_events(new)]
    assert held(new) == before
    assert_unreadable(calls)
    assert run("forget", "Sam Porter", "--yes").exit_code == 0
    assert not list(calls.glob("*/*/"))


def test_forgetting_an_agent_needs_the_key_and_says_so(tmp_path: Path, calls: Path) -> None:
    keep(calls)
    before = held(calls)
    (tmp_path / "key").rename(tmp_path / "away")
    keys.forget()
    done = run("forget", "Sam Porter", "--yes")
    assert done.exit_code == 1
    assert "There is no key file" in done.stderr
    assert held(calls) == before


@pytest.mark.parametrize("trouble", ["no key", "another key", "open to others", "no key in it", "no packages"])
def test_without_its_key_a_call_is_left_alone_and_one_sentence_says_why(
    trouble: str, tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, key = keep(calls), tmp_path / "key"
    before = held(folder)
    match trouble:
        case "no key":
            key.unlink()
        case "another key":
            key.unlink()
            keys.make()
        case "open to others":
            key.chmod(0o640)
        case "no key in it":
            key.write_text("tone-monitor-key-1:no")
        case "no packages":
            monkeypatch.setattr(keys, "has_encryption", lambda: False)
    keys.forget()
    told = {
        "no key": "There is no key file",
        "another key": "was sealed with the key",
        "open to others": "can read the key file",
        "no key in it": "has no key of Tone Monitor",
        "no packages": "Install tone-monitor[encryption]",
    }[trouble]
    for arguments in (("replay", "--plain"), ("report", "--text"), ("export", "--to", "json"), ("key", "unseal")):
        done = run(*arguments)
        assert done.exit_code == 1, arguments
        assert told in done.stderr
        assert done.stderr.endswith((".\n", "'.\n"))
    with pytest.raises(CallFolderError, match=r"key|package"):
        marks.add(folder, Mark(1.0, "note", WORD))
    assert run("calls").exit_code == 0, "the list is there as ever"
    assert held(folder) == before


@pytest.mark.parametrize("name", ["call.toml", "events.jsonl", "marks.jsonl", "audio.flac"])
def test_a_file_that_was_changed_is_said_and_left_as_it_is(name: str, calls: Path) -> None:
    folder = keep(calls)
    content = bytearray((folder / name).read_bytes())
    content[100] ^= 1
    (folder / name).write_bytes(content)
    before = held(folder)
    asked = ("export", "--to", "vcon") if name == "audio.flac" else ("report", "--text")
    done = run(*asked)
    assert done.exit_code == 1
    assert f"{folder / name} was damaged or changed after it was sealed" in done.stderr
    assert done.stdout == ""
    if name == "marks.jsonl":
        with pytest.raises(CallFolderError, match="changed after it was sealed"):
            marks.add(folder, Mark(1.0, "note", "on top"))
    assert held(folder) == before


def test_sound_that_was_changed_goes_into_no_clip_nor_page_and_is_not_heard(calls: Path) -> None:
    folder = keep(calls)
    sealed = bytearray((folder / "audio.flac").read_bytes())
    for at in (30, len(sealed) // 2):  # of another file, and damaged in the middle
        changed = bytearray(sealed)
        changed[at] ^= 1
        (folder / "audio.flac").write_bytes(changed)
        for arguments in (("replay", "--clip", "0", "11", "-o", "clip"), ("report", "--clips", "-o", "page.html")):
            done = run(*arguments)
            assert done.exit_code == 1, done.output
            assert "was damaged or changed after it was sealed" in done.stderr
        assert sorted(path.name for path in Path.cwd().iterdir()) == ["calls", "config.toml", "key"]
        recorded = RecordedSound(sound_parts(folder), files.STORAGE)
        assert len(recorded.read(0, LENGTH_S * SAMPLE_RATE_HZ)) < LENGTH_S * SAMPLE_RATE_HZ
        assert isinstance(recorded.error, CallFolderError)
        recorded.close()


@given(st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_torn_anywhere_a_call_is_repaired_as_far_as_it_goes(tmp_path: Path, sound_left: float, log_left: float) -> None:
    whole = tmp_path / "torn"
    if not whole.exists():
        writer = begin(tmp_path / "calls")
        shutil.copytree(writer.folder, whole)
        writer.close()
    folder = tmp_path / "repaired"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    wav, log = folder / "audio.wav", folder / "events.jsonl"
    os.truncate(wav, round(wav.stat().st_size * sound_left))
    os.truncate(log, round(log.stat().st_size * log_left))
    pcm, events = files.read(wav)[HEADER_BYTES:], list(read_events(folder))
    repaired = repair.repair(folder)
    recorded = RecordedSound(sound_parts(folder), files.STORAGE)
    kept = (recorded.read(0, LENGTH_S * SAMPLE_RATE_HZ) * 32768).round().astype("<i2").tobytes()
    recorded.close()
    assert kept == pcm[: len(pcm) // 4 * 4]
    assert [type(event) for event in read_events(folder)][len(events) :] == [Gap, Ended]
    assert repaired.duration_s >= len(kept) / 64_000
    assert read_info(folder).closed
    assert all(files.is_sealed(path) for path in folder.iterdir())


def test_a_disk_that_is_full_for_a_while_costs_nothing(calls: Path) -> None:
    resource = pytest.importorskip("resource", reason="Windows has no limits to write against")
    writer = begin(calls)
    wav, log = writer.folder / "audio.wav", writer.folder / "events.jsonl"
    before = files.read(wav), files.read(log)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (wav.stat().st_size + 10_000, unlimited[1]))
        for speaker in ("agent", "customer"):
            writer.hear(AudioBlock(speaker, LENGTH_S * SAMPLE_RATE_HZ, sound(1)[:, 0]))
        for _ in range(3):
            with pytest.raises(CallFolderError, match="Can't write to"):
                writer.sync()
            assert (files.read(wav), files.read(log)) == before
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    writer.note(said(f"my {WORD}", 12.0))
    writer.sync()
    assert len(files.read(wav)) == HEADER_BYTES + 64_000 * (LENGTH_S + 1)
    assert files.read(wav)[HEADER_BYTES:].startswith(before[0][HEADER_BYTES:])
    writer.close()
    with files.reading(writer.folder / "audio.flac") as flac:
        assert len(soundfile.read(flac)[0]) == (LENGTH_S + 1) * SAMPLE_RATE_HZ


@pytest.mark.slow
def test_a_kill_costs_about_a_second_at_most(tmp_path: Path, calls: Path) -> None:
    say(tmp_path, encrypt=True, card_guard=False)  # which holds back in memory: tested separately
    command = [sys.executable, "-m", "monitor", "live", "--from", str(sample.CALL), "--plain", "--model", "none"]
    process = subprocess.Popen([*command, "--calls", str(calls)], stdout=subprocess.DEVNULL)
    until(lambda: kept_bytes(calls) > 150_000, "seconds of sound are kept", of=process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (folder,) = calls.glob("*/*/")
    repaired = repair.repair(folder)
    assert repaired.duration_s > 2
    recorded = RecordedSound(sound_parts(folder), files.STORAGE)
    kept = recorded.read(0, 60 * SAMPLE_RATE_HZ)
    recorded.close()
    call, _ = soundfile.read(sample.CALL, frames=len(kept), dtype="float32")
    assert np.abs(kept - call).max() < 1e-4
    steps = [event.end_s for event in read_events(folder) if isinstance(event, ToneSample)]
    assert max(steps) > len(kept) / SAMPLE_RATE_HZ - 2.0


def test_a_report_goes_where_it_can_be_read(calls: Path) -> None:
    folder = keep(calls)
    done = run("report")
    assert done.exit_code == 1
    assert done.stderr == f"{folder} is sealed, so no browser could read a page in it. Choose a place with -o.\n"
    assert run("report", "-o", folder / "own.html").exit_code == 0
    assert "audio.flac" not in (folder / "own.html").read_text("utf-8"), "no browser plays it"


def judged(calls: Path) -> list[tuple[str, str]]:
    return [(one.verdict, one.told) for one in sealed_calls.check(calls, config.settings().privacy)]


def test_the_doctor_judges_the_sealing(tmp_path: Path, calls: Path) -> None:
    name = keys.in_use().name
    keep(calls)
    told = f"Calls are sealed with the key {name} in the file {tmp_path / 'key'}. Keep a copy (tone-monitor key copy)."
    assert judged(calls) == [("ok", told)]
    say(tmp_path, encrypt=False)
    ((verdict, told),) = judged(calls)
    assert (verdict, told[:36]) == ("look", "1 call sealed, but new calls are not")
    keep(calls, days_ago=1)
    say(tmp_path, encrypt=True)
    ((verdict, told),) = judged(calls)
    assert (verdict, told[:26]) == ("look", "1 earlier call not sealed.")
    (tmp_path / "key").rename(calls / "key")
    (tmp_path / "config.toml").write_text('[privacy]\nencrypt = true\nkey_file = "calls/key"\n')
    assert judged(calls)[0] == (
        "look",
        (
            f"The key {calls / 'key'} is in the calls folder, so anyone with the calls has the key. "
            "Move it, and update key_file in the settings."
        ),
    )
    say(tmp_path, encrypt=True)
    keys.forget()
    ((verdict, told),) = judged(calls)
    assert (verdict, told[:21]) == ("bad", "There is no key file ")
    say(tmp_path, encrypt=False)
    ((verdict, told),) = judged(tmp_path / "none")
    assert (verdict, told[:20]) == ("ok", "Calls are not sealed")


@pytest.mark.slow
def test_a_sealed_recording_is_analysed_as_it_is(tmp_path: Path, calls: Path) -> None:
    sealed = keep(calls) / "audio.flac"
    (tmp_path / "plain.flac").write_bytes(files.read(sealed))
    one, other = (analyze(path, model="none") for path in (sealed, tmp_path / "plain.flac"))
    assert replace(one, call=other.call) == other


OPENS = re.compile(
    r"\.read_(?:bytes|text)\(|\.write_(?:bytes|text)\(|\.open\(\"|\bos\.f?d?open\(|np\.(?:fromfile|memmap)\(|atomic\.write\("
    r"|soundfile\.(?:read|write|info|blocks|SoundFile)\(|(?:Recorder|RecordedSound|to_flac)\((?!.*STORAGE)"
)
"""What opens a file by its path, or sound without saying how."""
NO_FILES_OF_CALLS = {
    "archive/forget.py": "the log of deletions",
    "archive/history.py": "the history of runs, which names no words",
    "archive/lake.py": "the key and the numbers of an archive",
    "archive/packing.py": "which rows are packed",
    "base/atomic.py": "the way itself",
    "base/terminal.py": "opens what takes everything and keeps nothing",
    "call/files.py": "the way itself",
    "call/folder.py": "packs its own parts, by the way it was made with",
    "call/lock.py": "locks the log, and reads nothing of it",
    "catalogue/saved_filters.py": "filters that people saved by name",
    "catalogue/site.py": "the id of the calls folder",
    "catalogue/sqlite_file.py": "locks the folder of the catalogue",
    "commands/options/recordings.py": "the keyboard, after a recording was piped in",
    "commands/coaching/score.py": "the template of a form",
    "doctor/words.py": "the built-in call",
    "export/customer.py": "what leaves the calls",
    "export/exported.py": "which calls have left",
    "export/formats.py": "what leaves the calls",
    "export/recording.py": "packs in memory",
    "follow_up/new_notes.py": "which notes the agent has seen",
    "live/control.py": "the folder of a session's address",
    "live/control_socket.py": "the address of a session",
    "notify/notify.py": "the webhook's secret",
    "sentences/meaning.py": "part of the program",
    "sentences/encoder.py": "part of the program",
    "playlists/playlist.py": "what leaves the calls",
    "playlists/playlist_page.py": "part of the program",
    "privacy/spool.py": "in memory alone",
    "privacy/spool_folder.py": "which folders are in memory",
    "recordings/names.py": "part of the program",
    "recordings/table.py": "a table of recordings to import",
    "replay/clip.py": "what leaves the calls",
    "report/page.py": "part of the program",
    "report/team/pseudonyms.py": "the key of the pseudonyms",
    "report/write.py": "pages, which stand in no sealed call",
    "rollout/intake.py": "rules and settings of a team",
    "rule_tools/dialogue.py": "written dialogues",
    "scorecards/form_file.py": "forms, which name no call",
    "serve/capacity.py": "how many calls this machine carries",
    "serve/front/secret_file.py": "the server's secrets",
    "serve/watch/run.py": "an agent's token",
    "settings/team_settings.py": "settings of a team",
    "setup/profile.py": "the voice profile",
    "setup/settings_edit.py": "settings",
    "setup/shortcut.py": "the desktop's shortcut",
    "setup/wrong_prompts.py": "beside the voice profile",
    "shipping/cache.py": "copies files as they are, sealed or not",
    "shipping/deletions.py": "which deletions the store has not heard of",
    "shipping/record.py": "which files were shipped",
    "shipping/send.py": "copies files as they are, sealed or not",
    "store/objects.py": "copies of a store's recordings",
    "upkeep/reopen.py": "the header of sound that is not sealed",
    "upkeep/repair.py": "brings to the disk",
    "upkeep/retention.py": "the log of deletions",
    "wall/broker.py": "the broker's password",
    "whisper/address.py": "the address of the Whisper process",
    "whisper/base_model.py": "part of the program",
    "whisper/memory.py": "what the system says of a process",
    "whisper/self_test.py": "how fast this machine is",
}
"""Rooms that open something else, and what."""


def test_the_files_of_calls_are_opened_in_one_way_alone() -> None:
    rooms = Path(files.__file__).parents[1]
    found = {
        str(path.relative_to(rooms)): lines
        for path in rooms.rglob("*.py")
        if (lines := [line.strip() for line in path.read_text("utf-8").splitlines() if OPENS.search(line)])
        and path.relative_to(rooms).parts[0] not in {"sealed", "sample"}
    }
    assert sorted(found) == sorted(NO_FILES_OF_CALLS), found


@pytest.mark.slow
def test_calls_that_are_not_sealed_load_nothing_for_it(tmp_path: Path, calls: Path) -> None:
    say(tmp_path, encrypt=False)
    keep(calls)
    report = "import sys; from monitor.cli import main; main(['report', '--text'], standalone_mode=False)"
    listing = f"{report}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], check=True, capture_output=True, text=True)
    assert not {"cryptography", "keyring", "monitor.sealed.cipher"} & set(done.stdout.splitlines()[-1].split())

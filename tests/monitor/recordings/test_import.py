"""Recordings with people and times, as a supervisor imports them."""

import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from monitor.call import hold
from monitor.call.consent import Consent
from monitor.call.info import CallInfo, read_info
from monitor.catalogue import query
from monitor.catalogue.catalogue import open_catalogue
from monitor.cli import main

LAST_WEEK = (datetime.now().astimezone() - timedelta(days=7)).replace(microsecond=0)
LONG_AGO = LAST_WEEK - timedelta(days=400)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def analyze(calls: Path, *arguments: str | Path) -> Result:
    return run("analyze", *arguments, "--calls", calls, "--model", "none")


def recording(path: Path, seed: int = 7, seconds: float = 0.5, channels: int = 2) -> Path:
    sound = np.random.default_rng(seed).normal(0, 0.05, (round(16_000 * seconds), channels)).astype(np.float32)
    soundfile.write(path, sound, 16_000)
    return path


def saved(calls: Path) -> dict[str, CallInfo]:
    return {info.source: info for info in map(read_info, sorted(calls.glob("*-*-*/*")))}


def listed(calls: Path) -> dict[str, str]:
    with open_catalogue(calls) as catalogue:
        return {row.source: row.folder for row in query.calls(catalogue, query.Filter())}


def test_who_when_and_consent_are_those_of_the_call_and_so_is_the_day_of_its_folder(calls: Path, folder: Path) -> None:
    known = ["--agent-name", "Sam Porter", "--customer-id", "C4", "--started", LAST_WEEK.isoformat()]
    consent = ["--consent", "given", "--consent-method", "spoken", "--attribute", "queue=billing"]
    done = analyze(calls, recording(folder / "a.wav"), *known, *consent, "--agent", "right")
    assert done.exit_code == 0
    (info,) = saved(calls).values()
    (call,) = calls.glob("*-*-*/*")
    assert (info.agent, info.customer, info.started, info.attributes) == (
        "Sam Porter",
        "C4",
        LAST_WEEK,
        {"queue": "billing"},
    )
    assert info.consent == Consent("given", LAST_WEEK.isoformat(timespec="seconds"), "spoken")
    assert info.agent_channel == "right"
    assert call.parent.name == f"{LAST_WEEK:%Y-%m-%d}"
    assert call.name.startswith(f"{LAST_WEEK:%H%M%S}-")
    assert f"Saved as {call.parent.name}/{call.name} in {calls}" in done.stdout
    assert run("calls", "--calls", calls, "--plain", "--agent", "sam", "--since", "10d").stdout.count("Sam Porter") == 1


def test_a_refusal_in_the_metadata_saves_neither_sound_nor_words(calls: Path, folder: Path) -> None:
    recording(folder / "a.wav")
    (folder / "a.json").write_text('{"consent": "refused"}', "utf-8")
    assert analyze(calls, folder).exit_code == 0
    (call,) = calls.glob("*-*-*/*")
    assert not list(call.glob("audio*"))


def test_options_come_before_the_row_the_file_beside_it_the_name_and_the_tags(calls: Path, folder: Path) -> None:
    path = recording(folder / "name-agent_260101_0930.wav")
    pattern = r"(?P<agent>[\w-]+)_(?P<date>\d{6})_(?P<time>\d{4})"
    path.with_suffix(".json").write_text('{"agent": "beside", "customer": "beside", "attributes": {"a": "1"}}', "utf-8")
    (folder / "t.csv").write_text(f"file,agent,customer,attribute.a\n{path.stem},row,,2\n", "utf-8")
    done = analyze(calls, folder, "--metadata", folder / "t.csv", "--name-pattern", pattern, "--agent-name", "option")
    assert done.exit_code == 0, done.output
    (info,) = saved(calls).values()
    assert (info.agent, info.customer, info.attributes) == ("option", "beside", {"a": "2"})
    assert info.started == datetime(2026, 1, 1, 9, 30).astimezone()


def test_the_setting_holds_the_pattern(calls: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "config.toml").write_text('[recordings]\nname_pattern = "asterisk-queue"\n', "utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(folder / "config.toml"))
    recording(folder / f"{LAST_WEEK:%Y%m%d-%H%M%S}-1772353815.42.wav")
    recording(folder / "other.wav", seed=8)
    done = analyze(calls, folder)
    assert done.exit_code == 0
    assert "The name pattern asterisk-queue does not fit other.wav." in done.stderr
    assert LAST_WEEK in {info.started for info in saved(calls).values()}


def test_bad_rows_keep_their_recordings_out_and_the_others_are_imported(calls: Path, folder: Path) -> None:
    for seed, name in enumerate(("a.wav", "b.wav", "c.wav", "d.wav")):
        recording(folder / name, seed)
    table = folder / "calls.csv"
    table.write_text("file,agent,started\na,Sam,noon\nb,Kim,2026-03-01\nb,Alex,2026-03-01\nc,Alex,\nz,Sam,\n", "utf-8")
    done = analyze(calls, folder, "--metadata", table)
    assert done.exit_code == 1
    assert f'{table}, row 2: started: "noon" is not a date and time.' in done.stderr
    assert f"{table}, row 4: it contradicts row 3 about b.wav." in done.stderr
    assert f"{table}, row 6: no recording here is named z." in done.stderr
    assert f"{table} has no row for d.wav." in done.stderr
    assert {source: info.agent for source, info in saved(calls).items()} == {"c.wav": "Alex", "d.wav": ""}
    assert set(listed(calls)) == {"c.wav", "d.wav"}


def test_a_recording_that_fails_leaves_nothing_behind(calls: Path, folder: Path) -> None:
    (folder / "rules.toml").write_text("[[rule]]\n", "utf-8")
    (folder / "bad.wav").write_bytes(b"RIFF")
    done = analyze(calls, folder / "bad.wav", recording(folder / "a.wav"), "--rules", folder / "rules.toml")
    assert done.exit_code == 1
    assert not list(calls.glob("*-*-*"))


def test_the_same_sound_is_saved_once_whatever_its_container_and_name(calls: Path, folder: Path) -> None:
    first = recording(folder / "a.wav")
    assert analyze(calls, first).exit_code == 0
    (place,) = listed(calls).values()
    sound, rate_hz = soundfile.read(first, dtype="int16")
    soundfile.write(folder / "b.flac", sound, rate_hz)
    twice = analyze(calls, folder, "--agent", "right")
    assert twice.exit_code == 0
    assert [line.partition(". To")[0] for line in twice.stderr.splitlines() if "already" in line] == [
        f"{name} is already analysed as {place}" for name in ("a.wav", "b.flac")
    ]
    assert f"no calls saved in {calls}. 2 already analysed, not saved again: --again does that." in twice.stdout
    assert len(saved(calls)) == 1
    alone = analyze(calls, first, "--agent", "right")
    assert "no utterances" in alone.stdout
    assert "Saved" not in alone.stdout
    as_json = analyze(calls, first, "--json")
    assert json.loads(as_json.stdout)["call"]["duration_s"] == 0.5
    assert len(list(calls.glob("*-*-*/*"))) == 1
    assert analyze(calls, first, "--again").exit_code == 0
    assert len(list(calls.glob("*-*-*/*"))) == 2


def test_what_is_known_only_later_is_named_and_not_lost_in_silence(calls: Path, folder: Path) -> None:
    first = recording(folder / "a.wav")
    analyze(calls, first)
    (place,) = listed(calls).values()
    known = ["--agent-name", "Sam", "--attribute", "queue=7", "--agent", "left"]
    done = analyze(calls, first, *known)
    edit = f"`tone-monitor call edit {place}`"
    assert f"What is said of it now is not in that call: agent, attribute.queue. Use {edit}." in done.stderr
    assert run("call", "edit", place, "agent=Sam", "attribute.queue=7", "--calls", calls).exit_code == 0
    assert "not in that call" not in analyze(calls, first, *known).stderr


@pytest.mark.slow
def test_two_copies_in_one_run_are_saved_once_though_they_are_analysed_at_the_same_time(
    calls: Path, folder: Path
) -> None:
    first = recording(folder / "a.wav")
    for name in ("b.wav", "c.wav", "d.wav"):
        shutil.copy(first, folder / name)
    done = analyze(calls, folder, "--jobs", "2")
    assert done.exit_code == 0
    assert done.stderr.count("is already analysed as") == 3
    assert len(list(calls.glob("*-*-*/*"))) == 1


def test_a_call_that_was_deleted_or_only_half_imported_does_not_count_as_analysed(calls: Path, folder: Path) -> None:
    first = recording(folder / "a.wav")
    analyze(calls, first)
    (call,) = calls.glob("*-*-*/*")
    assert run("forget", call.name, "--yes", "--calls", calls).exit_code == 0
    assert "already" not in analyze(calls, first).stderr
    (call,) = calls.glob("*-*-*/*")
    log = call / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"why":"end of sound"', b'"why":"stopped"'))
    assert "already" not in analyze(calls, first).stderr
    (again,) = calls.glob("*-*-*/*")
    assert again != call
    assert len(listed(calls)) == 1


def test_calls_past_their_retention_are_counted_and_imported_only_with_a_day(calls: Path, folder: Path) -> None:
    (folder / "t.csv").write_text(f"file,started\na,{LONG_AGO.isoformat()}\nb,{LAST_WEEK.isoformat()}\n", "utf-8")
    recording(folder / "a.wav")
    recording(folder / "b.wav", seed=8)
    done = analyze(calls, folder, "--metadata", folder / "t.csv")
    assert done.exit_code == 0
    assert "Not imported: 1 recording past the retention period of 365 days." in done.stderr
    assert set(saved(calls)) == {"b.wav"}
    until = datetime.now().astimezone().date() + timedelta(days=30)
    kept = analyze(calls, folder / "a.wav", "--metadata", folder / "t.csv", "--keep-until", until.isoformat())
    assert kept.exit_code == 0
    (call,) = calls.glob(f"{LONG_AGO:%Y-%m-%d}/*")
    assert (on_hold := hold.read(call))
    assert on_hold.until == until


def test_two_files_become_one_call_aligned_by_their_starts(calls: Path, folder: Path) -> None:
    recording(folder / "1-in.wav", 1, 1.0, channels=1)
    recording(folder / "1-out.wav", 2, 2.0, channels=1)
    later = LAST_WEEK + timedelta(seconds=2)
    (folder / "t.csv").write_text(
        f"file,agent,started\n1-out.wav,Sam,{LAST_WEEK.isoformat()}\n1-in.wav,,{later.isoformat()}\n", "utf-8"
    )
    done = analyze(calls, folder, "--metadata", folder / "t.csv", "--json")
    assert done.exit_code == 1
    assert "start 2.0 s apart and do not overlap" in done.stderr
    assert not saved(calls)
    (folder / "t.csv").write_text("file,agent\n1,Sam\n", "utf-8")
    done = analyze(calls, folder, "--metadata", folder / "t.csv", "--json")
    assert done.exit_code == 0
    made = json.loads(done.stdout)["call"]
    assert made["speakers"] == ["agent", "customer"]
    assert made["duration_s"] == 2.0
    assert "Two files, one call: the agent is 1-out.wav, the customer 1-in.wav." in made["notes"]
    assert "1-in.wav ends 1.0 s earlier; silence fills that time." in made["notes"]
    (info,) = saved(calls).values()
    assert (info.source, info.agent) == ("1-out.wav + 1-in.wav", "Sam")
    apart = analyze(calls, folder, "--no-pairs")
    assert "2 calls saved" in apart.stdout


def test_two_files_of_one_call_that_differ_in_who_it_was_are_not_imported(calls: Path, folder: Path) -> None:
    recording(folder / "1-in.wav", 1, channels=1)
    recording(folder / "1-out.wav", 2, channels=1)
    recording(folder / "2.wav", 3)
    (folder / "t.csv").write_text("file,agent,customer\n1-out.wav,Sam,C1\n1-in.wav,Kim,C1\n2.wav,Kim,C2\n", "utf-8")
    done = analyze(calls, folder, "--metadata", folder / "t.csv")
    assert done.exit_code == 1
    assert "1-out.wav and 1-in.wav are one call, but differ in agent." in done.stderr
    assert list(saved(calls)) == ["2.wav"]
    assert analyze(calls, folder, "--metadata", folder / "t.csv", "--agent-name", "Sam").exit_code == 0


def test_the_date_of_the_file_is_taken_only_when_asked_for(calls: Path, folder: Path) -> None:
    path = recording(folder / "a.wav")
    os.utime(path, (LAST_WEEK.timestamp(), LAST_WEEK.timestamp()))
    analyze(calls, path, "--started", "file")
    (info,) = saved(calls).values()
    assert info.started == LAST_WEEK
    analyze(calls, path, "--again")
    assert len(list(calls.glob(f"{datetime.now().astimezone():%Y-%m-%d}/*"))) == 1


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--started", "noon"], '"noon" is not a date and time'),
        (["--consent-method", "spoken"], "--consent-method needs --consent"),
        (["--attribute", "queue"], "Write NAME=VALUE"),
        (["--keep-until", "soon"], "'soon' does not match the format"),
    ],
)
def test_a_wrong_value_of_an_option_is_a_usage_error(calls: Path, folder: Path, options: list[str], why: str) -> None:
    done = analyze(calls, recording(folder / "a.wav"), *options)
    assert done.exit_code == 2
    assert why in done.stderr
    assert not calls.exists()


def test_a_pattern_or_table_that_cannot_be_read_stops_before_anything_is_imported(calls: Path, folder: Path) -> None:
    for options in (["--name-pattern", "freepxb"], ["--metadata", folder / "none.csv"]):
        done = analyze(calls, recording(folder / "a.wav"), *options)
        assert done.exit_code == 1
        assert not calls.exists()


@pytest.mark.slow
def test_a_recording_that_is_played_as_a_call_has_them_too(calls: Path, folder: Path) -> None:
    path = recording(folder / "a.wav")
    path.with_suffix(".toml").write_text('customer = "C4"\nagent_channel = "right"\n', "utf-8")
    known = ["--agent-name", "Sam", "--started", LAST_WEEK.isoformat()]
    done = run("live", "--from", path, "--speed", "0", "--plain", "--model", "none", "--calls", calls, *known)
    assert done.exit_code == 0, done.output
    (info,) = saved(calls).values()
    assert (info.agent, info.customer, info.started, info.agent_channel) == ("Sam", "C4", LAST_WEEK, "right")
    old = run("live", "--from", path, "--plain", "--calls", calls, "--started", LONG_AGO.isoformat())
    assert old.exit_code == 1
    assert "past the retention period of 365 days" in old.stderr
    assert run("live", "--agent-name", "Sam").exit_code == 2

"""Each check on what is fine and on what is broken, and the whole of them as a person calls it."""

import json
import os
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor import sample
from monitor.call import lock
from monitor.call.events import Health, to_line
from monitor.call.info import read_info
from monitor.cli import main
from monitor.doctor import checkup, disk, echo, folders, sound, speed, voice, words
from monitor.doctor.diagnosis import Diagnosis
from monitor.settings import config
from monitor.settings.config import Devices
from monitor.setup import profile
from monitor.setup.profile import Norms, Profile
from tests.broken_calls import broken_call
from tests.sound_cards import Card, FakeStreams, device, hum

TODAY = date(2026, 3, 1)
LINE = device("Line", index=1, is_default=False, is_loopback=True)
LATER_S = time.time() + 3_600


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))


def verdicts(found: Iterable[Diagnosis]) -> list[tuple[str, str]]:
    said = list(found)
    assert all(diagnosis.told.endswith(".") for diagnosis in said)
    return [(diagnosis.check, diagnosis.verdict) for diagnosis in said]


def test_two_devices_that_give_sound_are_fine() -> None:
    streams = FakeStreams(Card(device("Headset")), Card(LINE))
    found = verdicts(sound.check(streams, Devices(customer="loopback")))
    assert found == [("sound", "ok"), ("microphone", "ok"), ("customer", "ok")]
    assert streams.closed


def test_a_missing_customer_is_worth_a_look() -> None:
    found = verdicts(sound.check(FakeStreams(Card(device("Headset"))), Devices()))
    assert found == [("sound", "ok"), ("microphone", "ok"), ("customer", "look")]


@pytest.mark.parametrize(
    ("card", "wanted", "expected"),
    [
        (Card(device(), unplugged=((0, 9_999),)), Devices(customer="x"), ("sound", "bad")),
        (Card(device()), Devices(agent="Webcam"), ("devices", "bad")),
        (Card(device(), error="Headset is in use: close what holds it."), Devices(), ("devices", "bad")),
        (Card(device(), stalled=((0, 9_999),)), Devices(), ("devices", "bad")),
        (Card(device(), (hum(0),)), Devices(), ("microphone", "look")),
        (Card(device(), overrun=((1_001, 1_001.2),)), Devices(), ("microphone", "look")),
    ],
)
def test_what_keeps_a_microphone_from_being_heard_is_told(
    card: Card, wanted: Devices, expected: tuple[str, str]
) -> None:
    assert expected in verdicts(sound.check(FakeStreams(card), wanted))


@pytest.mark.slow
def test_the_built_in_model_hears_the_built_in_call() -> None:
    (found,) = words.check("default")
    assert "times real time. Its process holds " in found.told


def test_a_model_that_is_slow_or_missing_is_told(tmp_path: Path) -> None:
    assert [words.judged(speed, 1.0, 250.0).verdict for speed in (9, 3, 1)] == ["ok", "look", "bad"]
    assert verdicts(words.check(str(tmp_path / "none"))) == [("model", "bad")]
    assert verdicts(words.check("none")) == [("model", "ok")]


@pytest.mark.parametrize(
    ("took_ms", "verdict"), [([5] * 7 + [25], "ok"), ([5] * 7 + [60], "look"), ([20] * 8, "look"), ([40] * 8, "bad")]
)
def test_blocks_that_take_long_are_told(took_ms: list[int], verdict: str) -> None:
    assert speed.judged([ms / 1_000 for ms in took_ms] * 20).verdict == verdict


def test_a_private_folder_with_room_is_fine(tmp_path: Path) -> None:
    found = verdicts(disk.check(tmp_path / "calls"))
    assert found[0][0] == "disk"
    assert found[-1] == ("privacy", "ok")


def test_what_keeps_calls_from_being_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert verdicts(disk.check(tmp_path / "file")) == [("disk", "bad")]
    assert [disk.room(tmp_path, hours).verdict for hours in (9, 2, 0.5)] == ["ok", "look", "bad"]


def test_what_others_can_open_is_counted(tmp_path: Path) -> None:
    folder = broken_call(tmp_path / "calls")
    (tmp_path / "calls").chmod(0o700)
    assert ("privacy", "ok") in verdicts(disk.check(tmp_path / "calls"))
    (folder / "call.toml").chmod(0o644)
    (found,) = (said for said in disk.check(tmp_path / "calls") if said.check == "privacy")
    assert found.verdict == "look"
    assert found.told.startswith("Other users of this machine can open 1 file or folder.")


def voices(agent: str, wanted: str = "", days: int = 0) -> tuple[str, str]:
    """The verdict on a voice so many days later, and its sentence."""
    streams = FakeStreams(Card(device("Headset")), Card(device("Webcam", is_default=False)))
    (found,) = voice.check(agent, wanted, streams, TODAY + timedelta(days=days))
    return found.verdict, found.told


def test_the_usual_voice_is_known_at_one_microphone() -> None:
    assert voices("Kim")[0] == "look"
    norms = Norms(level_dbfs=-24, articulation_rate_sps=4.8)
    path = profile.save(
        Profile(agent="Kim", device="Headset", language="en", confirmed=TODAY, usual=norms, calibrated=norms)
    )
    assert voices("Kim", days=3) == (
        "ok",
        "The voice profile of Kim at Headset is valid; it was last confirmed 3 days ago.",
    )
    assert voices("Kim", "headset:left", days=1)[1].endswith("yesterday.")
    assert voices("Kim", "Webcam")[1].endswith("Rate and pitch are known from Headset. Run tone-monitor calibrate.")
    assert voices("Robin")[0] == "look"
    assert voices("Kim", days=31)[0] == "look"
    assert voices("Kim", "gone") == (
        "look",
        "There is no microphone, so no voice profile can be used. Plug one in, then calibrate.",
    )
    path.write_text("usual = 1")
    assert voices("Kim")[0] == "bad"


def test_calls_that_broke_off_are_closed_or_only_told(tmp_path: Path) -> None:
    folder = broken_call(tmp_path)
    with lock.hold(folder):
        assert verdicts(folders.check([folder], LATER_S, repairs=True)) == [("calls", "ok")]
    assert not read_info(folder).closed, "it was still open"
    (found,) = folders.check([folder], LATER_S, repairs=False)
    assert "--no-repair" in found.told
    (found,) = folders.check([folder], LATER_S, repairs=True)
    assert found.told == f"{folder} broke off after 0:03. It is repaired now, with all sound and events."
    assert verdicts(folders.check([folder], LATER_S, repairs=True)) == [("calls", "ok")]
    (folder / "call.toml").write_text("closed = 3")
    assert verdicts(folders.check([folder], LATER_S, repairs=True)) == [("calls", "bad")]


def test_the_customer_in_the_microphone_of_the_last_calls_is_told(tmp_path: Path) -> None:
    assert not list(echo.check([]))
    heard, quiet = (broken_call(tmp_path / name) for name in ("heard", "quiet"))
    assert verdicts(echo.check([quiet, tmp_path / "none"])) == [("echo", "ok")]
    with (heard / "events.jsonl").open("ab") as log:
        log.write(to_line(Health(1.0, "echo", fine=False, note="Use a headset.")))
    (found,) = echo.check([quiet, heard])
    assert found.told == "The customer was heard in the microphone in 1 of the last 2 calls. Use a headset."
    assert verdicts(echo.check([quiet] * 3 + [heard])) == [("echo", "ok")], "a headset was bought since"


def test_a_check_that_breaks_keeps_no_other_from_being_made() -> None:
    def breaks() -> Iterable[Diagnosis]:
        yield Diagnosis("disk", "ok", "So far.")
        raise RuntimeError("no such thing")

    assert verdicts(checkup.made("disk", breaks)) == [("disk", "ok"), ("disk", "bad")]


@pytest.fixture
def headset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audio.devices.portaudio.PortAudio", lambda: FakeStreams(Card(device("Headset")), Card(LINE)))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what has a test of its own and takes seconds."""
    monkeypatch.setattr(checkup, "_speed", lambda: [Diagnosis("speed", "ok", "Fast.")])
    monkeypatch.setattr(checkup, "_server", lambda _: [Diagnosis("server", "ok", "Many calls.")])
    monkeypatch.setattr(checkup, "_words", lambda wanted: [Diagnosis("model", "ok", f"It is {wanted.model}.")])


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["doctor", *map(str, arguments)])


@pytest.mark.usefixtures("headset")
def test_the_doctor_says_a_line_for_everything(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[words]\nmodel = 'none'\n[devices]\ncustomer = 'Line'\n")
    folder = broken_call(tmp_path / "calls")
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    done = call("--json")
    said = json.loads(done.stdout)
    checks = dict.fromkeys(diagnosis["check"] for diagnosis in said["diagnoses"])
    assert (
        " ".join(checks)
        == "settings rules sound microphone customer profile echo disk privacy sealing cards calls speed model server"
    )
    assert done.exit_code == (0 if said["well"] else 1)
    assert "of the 32 ms blocks take at most" in said["diagnoses"][-3]["told"]
    assert read_info(folder).closed


@pytest.mark.usefixtures("headset", "quick")
def test_one_setting_is_one() -> None:
    assert call().stdout.splitlines()[0].startswith("ok       settings    1 setting is yours (")


@pytest.mark.usefixtures("headset", "quick")
def test_the_lines_fit_the_terminal_and_begin_with_the_verdict(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[words]\nmodel = 'none'\n[devices]\ncustomer = 'Line'\n")
    lines = call().stdout.splitlines()
    assert lines[0].startswith("ok       settings    3 settings are yours (")
    assert all(line[:9].strip() in {"ok", "warning", "problem", ""} for line in lines)
    assert all(len(line) <= 80 or " " not in line.strip() for line in lines)


def test_the_line_of_the_settings_says_where_each_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def told() -> str:
        return next(checkup.checkup(None, TODAY, config.settings, repairs=False)).told

    assert told() == "1 setting is yours (1 from TONE_MONITOR_CALLS); the others are the default."
    (tmp_path / "config.toml").write_text("[words]\nmodel = 'none'\n[devices]\ncustomer = 'Line'\n")
    assert told().startswith("3 settings are yours (")
    assert f"2 from {tmp_path / 'config.toml'}" in told()
    monkeypatch.delenv("TONE_MONITOR_CALLS")
    (tmp_path / "config.toml").unlink()
    assert told() == "All settings are the default."


@pytest.mark.usefixtures("headset", "quick")
def test_wrong_settings_are_one_bad_line_among_the_others(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[words]\nmoddel = 'none'\n")
    done = call("--calls", tmp_path / "mine")
    assert done.exit_code == 1
    assert done.stdout.startswith("problem  settings    In")
    assert "ok       microphone" in done.stdout


def test_named_calls_are_looked_at_alone(tmp_path: Path) -> None:
    folder = broken_call(tmp_path / "calls")
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    for name in (folder, folder.name):
        done = call("--no-repair", name)
        assert done.exit_code == 0
        assert "\n".join(done.stdout.split()).startswith("warning\ncalls")
    assert "It is repaired now" in " ".join(call(folder.name).stdout.split())
    done = call("nothing-like-it")
    assert done.exit_code == 1
    assert "There is no call 'nothing-like-it' in " in done.stderr


def test_the_clip_that_the_model_hears_holds_whole_sentences() -> None:
    lines = [line for line in sample.truth().lines if line.speaker == "agent" and line.end_s <= words.CLIP_S[1]]
    assert len(lines) == 3
    assert lines[0].start_s >= words.CLIP_S[0]

"""The engine of a call: loaded while the agent reads that it is, kept with the call, never mixed with another."""

import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner

from audio.values import Usual
from monitor import sample
from monitor.call.info import CallInfo
from monitor.call.log import read_events
from monitor.cli import main
from monitor.live import wiring
from monitor.setup import profile
from monitor.setup.profile import Norms, Profile

DAY = date(2026, 3, 1)
NORMS = Norms(level_dbfs=-30.0, articulation_rate_sps=4.0, pitch_hz=150.0, balance_db=-15.0)
LOADING = "It measures these calls and takes some seconds to load."


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    sound, _ = soundfile.read(sample.CALL, 16_000 * 9, dtype="float32")
    soundfile.write(tmp_path / "call.wav", sound, 16_000)
    return tmp_path / "call.wav"


@pytest.mark.slow
def test_librosa_measures_live_what_it_measures_in_a_file_and_the_call_says_so(tmp_path: Path, recording: Path) -> None:
    common = ["--model", "none", "--engine", "librosa"]
    live = CliRunner().invoke(
        main,
        ["live", "--from", str(recording), "--speed", "0", "--plain", "--calls", str(tmp_path / "live"), *common],
    )
    assert live.exit_code == 0
    assert LOADING in live.stdout
    file = CliRunner().invoke(main, ["analyze", str(recording), "--json", "--calls", str(tmp_path / "file"), *common])
    assert json.loads(file.stdout)["call"]["engine"] == "librosa"
    folders = [next((tmp_path / where).glob("*/*")) for where in ("live", "file")]
    assert {tomllib.loads((folder / "call.toml").read_text())["engine"] for folder in folders} == {"librosa"}
    one, other = ([event for event in read_events(folder) if hasattr(event, "speaker")] for folder in folders)
    assert one == other
    assert len(one) > 200


@pytest.mark.parametrize("command", [["live", "--from", "call.wav"], ["analyze", "call.wav"], ["demo"]])
def test_an_engine_that_there_is_not_is_a_usage_error(command: list[str]) -> None:
    done = CliRunner().invoke(main, [*command, "--engine", "praat"])
    assert done.exit_code == 2
    assert "'praat' is not one of 'swift', 'librosa'" in done.stderr


def test_the_setting_is_checked_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('[tone]\nengine = "praat"\n')
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    done = CliRunner().invoke(main, ["demo"])
    assert done.exit_code == 1
    assert """[tone] engine is 'praat', but must be "swift" or "librosa".""" in done.stderr


def test_a_profile_is_used_and_confirmed_only_by_the_engine_that_measured_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path))
    profile.save(
        Profile(
            agent="Kim",
            device="Headset",
            language="en",
            confirmed=DAY,
            usual=NORMS,
            calibrated=NORMS,
            engine="librosa",
        )
    )
    heard = Usual("agent", -29.0, 4.1, 150.0, -15.0)
    assert profile.load("Kim", "Headset", DAY) is None
    assert not profile.refresh("Kim", "Headset", heard, 90, DAY)
    assert profile.load("Kim", "Headset", DAY, engine="librosa") is not None
    assert profile.refresh("Kim", "Headset", heard, 90, DAY, engine="librosa")


def test_a_call_says_that_the_profile_is_another_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path))
    profile.save(Profile(agent="Kim", device="Headset", language="en", confirmed=DAY, usual=NORMS, calibrated=NORMS))
    info = _info("librosa")
    (note,) = wiring._notes(info, "Headset", known=False)  # noqa: SLF001 - what a call is given
    assert note == (
        "The voice profile was measured by swift, and this call is by librosa: prompts start after 20 s of speech. "
        "Run tone-monitor calibrate."
    )
    assert not wiring._profiles(info, "Headset")  # noqa: SLF001
    assert wiring._profiles(_info("swift"), "Headset")  # noqa: SLF001


def _info(engine: str) -> CallInfo:
    started = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    return CallInfo(started, "Headset", ("agent",), "none", "", "", agent="Kim", engine=engine)

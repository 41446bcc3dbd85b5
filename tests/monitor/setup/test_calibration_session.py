"""A calibration as its user sees it, from recordings of the built-in call and through PulseAudio."""

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from audio.block import AudioBlock
from audio.values import SourceState
from monitor import sample
from monitor.cli import main
from monitor.setup import profile
from monitor.setup.calibration import Calibration, CalibrationProgress
from monitor.setup.calibration_screen import CalibrationScreen
from monitor.setup.calibration_session import CalibrationSource, listen, recording
from monitor.setup.calibration_text import PASSAGE, described
from monitor.setup.profile import Norms, Profile
from tests import pulse, sounds
from tests.sound_cards import Card, FakeStreams, device

NORMS = Norms(level_dbfs=-24.0, articulation_rate_sps=4.8, pitch_hz=200.0, balance_db=-12.0)
PROFILE = Profile(
    agent="Kim",
    device="Headset",
    language="en",
    confirmed=date(2026, 3, 1),
    usual=NORMS,
    calibrated=NORMS,
    noise_floor_dbfs=-60.0,
)


class Seen:
    """Remembers what was shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[CalibrationProgress, str]] = []

    def update(self, heard: CalibrationProgress, hint: str) -> None:
        self.seen.append((heard, hint))


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setattr("audio.devices.portaudio.PortAudio", FakeStreams)  # without a single card


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["calibrate", *map(str, arguments)])


def today() -> date:
    return date.today()  # noqa: DTZ011 - what the command takes for today


def voice(path: Path, gain: float = 1.0) -> Path:
    """The built-in call, the agent on the left."""
    sound = soundfile.read(sample.CALL, dtype="float32")[0]
    soundfile.write(path, np.clip(sound * gain, -1, 1), 16_000, "PCM_16")
    return path


def test_a_recording_makes_a_profile_for_the_device_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[agent]\nname = 'Kim'\n")
    done = call("--from", voice(tmp_path / "a.wav"), "--agent", "Headset 20")
    assert done.exit_code == 0
    assert "30 of 30 s of speech" in done.stdout
    assert "Kim at Headset 20 usually speaks at −24.0 dBFS" in done.stdout
    usual = profile.load("Kim", "Headset 20", today())
    assert usual is not None
    assert usual.level_dbfs == pytest.approx(-24, abs=1)
    assert str(profile.path_of("Kim", "Headset 20")) in done.stdout


@pytest.mark.slow
def test_bad_sound_is_refused_with_a_reason_unless_it_is_wanted_anyway(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[devices]\nagent = 'Loud'\n")
    loud = voice(tmp_path / "loud.wav", 5)
    done = call("--from", loud)
    assert done.exit_code == 1
    assert "problem  The microphone is clipping" in done.stdout
    assert "--anyway" in done.stdout
    assert profile.files() == ()
    done = call("--from", loud, "--anyway")
    assert done.exit_code == 0
    assert profile.load("", "Loud", today()) is not None


@pytest.mark.slow
def test_from_a_voice_that_is_cut_off_throughout_nothing_is_learnt_however_much_it_is_wanted(tmp_path: Path) -> None:
    done = call("--from", voice(tmp_path / "loud.wav", 12), "--agent", "Loud", "--anyway")
    assert done.exit_code == 1
    assert "the sound is too poor" in done.stdout


def test_too_little_speech_is_no_profile_however_much_it_is_wanted(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", soundfile.read(sample.CALL)[0][: 15 * 16_000], 16_000)
    done = call("--from", tmp_path / "short.wav", "--agent", "Headset", "--anyway")
    assert done.exit_code == 1
    assert "of speech is too little." in done.stdout


def test_what_is_no_recording_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = call("--from", tmp_path / "none.wav", "--agent", "Headset")
    assert done.exit_code == 1
    assert done.stderr.startswith("There is no file")


def test_a_recording_is_for_the_microphone_that_a_call_would_use(tmp_path: Path) -> None:
    done = call("--from", voice(tmp_path / "a.wav"))
    assert (
        done.stderr
        == "A recording does not say which microphone made it. Give the microphone's full name with --agent.\n"
    )
    cards = Card(device("Headset 20")), Card(device("Webcam", is_default=False))
    for wanted, name in (("", "Headset 20"), ("web", "Webcam"), ("Line", "Line")):
        assert recording(tmp_path / "a.wav", wanted, FakeStreams(*cards)).__enter__().device == name


def test_somebody_who_waits_is_told_when_it_is_hopeless(capsys: pytest.CaptureFixture[str]) -> None:
    silence = (AudioBlock("agent", start, sounds.silence(1)) for start in range(0, 16_000 * 60, 16_000))
    state = SourceState("agent", 0.0, fine=False, note="Your microphone is not heard. Plug Headset in again.")
    seen = Seen()
    calibration = Calibration()
    listen(CalibrationSource("Headset", loopback=False, sound=[state, *silence]), calibration, seen)
    assert seen.seen[-1][0].heard_s == pytest.approx(10, abs=1.1)
    assert "Plug Headset in again" in capsys.readouterr().err
    assert [finding.problem for finding in calibration.result().findings] == ["silent"]


def test_a_bad_level_is_told_while_it_can_still_be_put_right() -> None:
    loud = np.clip(12 * soundfile.read(sample.CALL, dtype="float32")[0][: 20 * 16_000, 0], -1, 1)
    seen = Seen()
    listen(CalibrationSource("Headset", loopback=False, sound=[AudioBlock("agent", 0, loud)]), Calibration(), seen)
    hints = [(heard.speech_s, hint) for heard, hint in seen.seen if hint]
    assert hints[0][0] == pytest.approx(5, abs=0.1)
    assert "Lower its input level" in hints[0][1]


def test_ctrl_c_ends_the_listening() -> None:
    def sound():  # type: ignore[no-untyped-def]  # noqa: ANN202 - raises in the middle
        yield AudioBlock("agent", 0, sounds.silence(1))
        raise KeyboardInterrupt

    calibration = Calibration()
    listen(CalibrationSource("Headset", loopback=False, sound=sound()), calibration, Seen())
    assert [finding.problem for finding in calibration.result().findings] == ["silent"]


def test_a_profile_is_described_in_words() -> None:
    assert list(described(PROFILE)) == [
        "Kim at Headset usually speaks at −24.0 dBFS, 36 dB above the background noise;",
        "4.8 syllables a second, without pauses;",
        "at a pitch of 200 Hz;",
        "with 12 dB less energy above 1 kHz than below.",
        "Calls use this profile until 31 March 2026. Calls in your usual voice keep it up to date.",
    ]


def test_the_screen_shows_what_to_read_the_level_and_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with CalibrationScreen("Headset") as screen:
        for heard_s in range(3):
            screen.update(CalibrationProgress(heard_s, 12.0, -20.0), "Turn it down.")
    shown = capsys.readouterr().out
    assert PASSAGE.splitlines()[-1] in shown
    assert "−20 dBFS" in shown
    assert "12 of 30 s" in shown
    assert "Turn it down." in shown


@pytest.mark.slow
def test_a_microphone_of_pulseaudio_is_heard_until_ctrl_c(tmp_path: Path) -> None:
    pulse.require()
    soundfile.write(tmp_path / "agent.wav", soundfile.read(sample.CALL)[0][:, 0], 16_000, "PCM_16")
    with pulse.server(["mouth"]) as environment:
        source = ["pactl", "load-module", "module-remap-source", "source_name=headset", "master=mouth.monitor"]
        subprocess.run(source, env=environment, check=True, capture_output=True)
        command = [sys.executable, "-m", "monitor", "calibrate", "--plain", "--agent", "headset"]
        calibrating = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        player = subprocess.Popen(["paplay", "-d", "mouth", tmp_path / "agent.wav"], env=environment)  # noqa: S607 - from the path
        assert calibrating.stdout is not None
        for line in calibrating.stdout:
            if line.startswith("5 of 30 s"):
                break
        calibrating.send_signal(signal.SIGINT)
        told, _ = calibrating.communicate(timeout=60)
        player.terminate()
        player.wait()
    assert calibrating.returncode == 1
    assert told.splitlines() == [
        "problem  There were 5 s of speech, and a profile needs 30 s. Speak for longer.",
        "No profile was saved: 5 s of speech is too little. Calibrate again.",
    ]

"""Recordings as the world writes them, through the whole program: piped, in two files, joined, live and as a file."""

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from click.testing import CliRunner, Result

from monitor import analyze, sample
from monitor.cli import main
from tests import sounds
from tests.audio_files import case

pytestmark = pytest.mark.slow
HEARD_S = 9


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """The beginning of the built-in call, shape (n, 2) at 16 kHz."""
    sound, _ = soundfile.read(sample.CALL, 16_000 * HEARD_S, dtype="float32")
    return sound


def run(*arguments: object, piped: bytes = b"") -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--model", "none"], input=piped)


def events(calls: Path) -> list[dict[str, Any]]:
    """What is the same live and from a file."""
    (log,) = calls.glob("*/*/events.jsonl")
    found = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return [event for event in found if event["event"] not in {"prompt_shown", "health"}]


def in_8_khz(sound: np.ndarray) -> np.ndarray:
    return np.asarray(soxr.resample(sound, 16_000, 8_000))


def joined(path: Path, speech: np.ndarray) -> Path:
    """A headset that falls back to 8 kHz in the middle of the call."""
    half = len(speech) // 2
    parts = []
    for sound, rate_hz in ((speech[:half], 16_000), (in_8_khz(speech[half:]), 8_000)):
        soundfile.write(path, sound, rate_hz)
        parts.append(path.read_bytes())
    path.write_bytes(b"".join(parts))
    return path


def headerless(path: Path, speech: np.ndarray) -> Path:
    soundfile.write(path, in_8_khz(speech[:, 0]), 8_000, "ULAW", format="RAW")
    return path


@pytest.mark.parametrize("name", ["k1-flac-bad-bytes.flac", "joined.wav", "call.ulaw"])
def test_played_as_a_call_a_recording_gives_what_its_analysis_gives(
    tmp_path: Path, speech: np.ndarray, name: str
) -> None:
    made = {"joined.wav": joined, "call.ulaw": headerless}
    path = made[name](tmp_path / name, speech) if name in made else case(name)
    assert run("analyze", path, "--calls", tmp_path / "file").exit_code == 0
    assert run("live", "--from", path, "--speed", 0, "--plain", "--calls", tmp_path / "live").exit_code == 0
    found = events(tmp_path / "file")
    assert any(event["event"] == "turn" for event in found)
    assert events(tmp_path / "live") == found


def test_a_headset_that_falls_back_to_8_khz_is_the_same_voice_on_the_same_scale(
    tmp_path: Path, speech: np.ndarray
) -> None:
    whole = tmp_path / "whole.wav"
    soundfile.write(whole, speech, 16_000)
    usual = analyze(whole, model="none").speakers["agent"]
    switched = analyze(joined(tmp_path / "joined.wav", speech), model="none").speakers["agent"]
    assert switched.level_dbfs == pytest.approx(usual.level_dbfs, abs=0.5)
    assert switched.pitch_hz == pytest.approx(usual.pitch_hz, rel=0.01)
    assert switched.articulation_rate_sps == pytest.approx(usual.articulation_rate_sps, rel=0.1)
    assert switched.talk_time_s == pytest.approx(usual.talk_time_s, abs=0.5)


def test_a_piped_recording_is_a_call_like_its_file(tmp_path: Path, speech: np.ndarray) -> None:
    path = headerless(tmp_path / "call.ulaw", speech)
    content = path.read_bytes()
    stored, piped = (
        json.loads(run("analyze", *what, "--json", "--calls", tmp_path, "--again", piped=content).stdout)
        for what in ((path,), ("-", "--raw", "ulaw:8000"))
    )
    assert piped["call"]["source"] == "standard input"
    assert (piped["speakers"], piped["tone"]) == (stored["speakers"], stored["tone"])
    played = run(
        "live", "--from", "-", "--raw", "ulaw", "--speed", 0, "--plain", "--calls", tmp_path / "live", piped=content
    )
    assert played.exit_code == 0
    assert [event for event in events(tmp_path / "live") if event["event"] == "turn"]


@pytest.mark.parametrize("piped", [False, True])
def test_two_files_of_any_name_are_one_call(
    tmp_path: Path,
    speech: np.ndarray,
    piped: bool,  # noqa: FBT001 - of a test
) -> None:
    agent, customer = tmp_path / "a.wav", tmp_path / "b.flac"
    soundfile.write(agent, speech[:, 0], 16_000)
    soundfile.write(customer, in_8_khz(speech[:, 1]), 8_000)
    other = "-" if piped else customer
    done = run("analyze", agent, "--with", other, "--json", "--calls", tmp_path, piped=customer.read_bytes())
    found = json.loads(done.stdout)
    assert found["call"]["speakers"] == ["agent", "customer"]
    assert found["speakers"]["agent"]["talk_time_s"] > 1
    assert found["speakers"]["customer"]["talk_time_s"] > 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("a.wav", "b.wav", "--with", "c.wav"), "--with joins two files"),
        ((".", "--with", "c.wav"), "--with joins two files"),
        (("-", "a.wav"), "“-” is one recording"),
        (("-", "--with", "-"), "“-” is one recording"),
        (("a.wav", "--raw", "opus"), "is not a format of sound without a header"),
    ],
)
def test_what_does_not_go_together_is_a_usage_error(arguments: Sequence[str], why: str) -> None:
    done = run("analyze", *arguments)
    assert done.exit_code == 2
    assert why in done.stderr


def test_a_terminal_is_no_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    from monitor.commands.options.recordings import click, standard_input  # noqa: PLC0415

    with pytest.raises(click.UsageError, match="stands for a recording that is piped in"):
        standard_input()


def test_the_formats_of_telephone_systems_in_a_folder_are_recordings(tmp_path: Path, speech: np.ndarray) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    headerless(folder / "a.ulaw", speech[:48_000])
    for name in ("k9-call.wma", "k9-call.amr"):
        (folder / name).write_bytes(case(name).read_bytes())
    (folder / "b.g722").write_bytes(b"")
    done = run("analyze", folder, "--calls", tmp_path / "calls")
    assert "3 calls saved" in done.stdout
    assert "b.g722 is empty" in done.stderr
    assert done.exit_code == 1


@pytest.mark.parametrize(("bleed_db", "name"), [(-34, "k15-bleed-34dB.wav"), (-26, "")])
def test_what_leaks_from_the_other_channel_is_not_in_the_figures_of_a_speaker(
    tmp_path: Path, speech: np.ndarray, bleed_db: float, name: str
) -> None:
    path = tmp_path / "bleed.wav"
    if name:
        path = case(name)
    else:
        soundfile.write(path, speech + 10 ** (bleed_db / 20) * speech[:, ::-1], 16_000)
    clean = tmp_path / "clean.wav"
    soundfile.write(clean, speech, 16_000)
    expected = (
        {"agent": 152.0, "customer": 97.0}
        if name
        else {who: figures.pitch_hz for who, figures in analyze(clean, model="none").speakers.items()}
    )
    for who, figures in analyze(path, model="none").speakers.items():
        assert figures.pitch_hz == pytest.approx(expected[who], rel=0.04)


@pytest.mark.parametrize("seconds", [0.0, 6.0, 6.017])
def test_dead_air_ends_with_the_sound(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "quiet.wav"
    if seconds:
        soundfile.write(path, sounds.noise(seconds, -70), 16_000)
    else:
        path = case("k11-fax-dead-air.flac")
    found = analyze(path, model="none")
    assert found.dead_air
    assert all(silence.end_s <= found.call.duration_s for silence in found.dead_air)

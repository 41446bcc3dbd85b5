"""What a person sees of the inputs, from a sound system that is made up, and from PulseAudio."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from audio.devices.choose import choose
from audio.devices.device import Device
from monitor.base.bars import bar, in_dbfs
from monitor.setup import device_screen
from monitor.setup.device_levels import DeviceLevel, DeviceLevels, argument, table
from tests import pulse, sounds
from tests.sound_cards import Card, FakeStream, FakeStreams, Signal, device
from tests.waiting import until

HEADSET = device("Headset")
WEBCAM = device("Webcam", index=1, channels=2, is_default=False)
SPEAKERS = device("Monitor of Headset", index=2, channels=2, is_loopback=True)


def tones(*levels_dbfs: float) -> Signal:
    """A tone of another level every half second from the start of the fake clock."""

    def signal(times: NDArray[np.float64]) -> NDArray[np.float64]:
        at = ((times - 1_000) / 0.5).astype(int).clip(0, len(levels_dbfs) - 1)
        return np.sqrt(2) * 10 ** (np.array(levels_dbfs)[at] / 20) * np.sin(2 * np.pi * 500 * times)

    return signal


class Impatient(FakeStreams):
    """Somebody presses Ctrl-C after a while."""

    def wait(self, duration_s: float) -> None:
        super().wait(duration_s)
        if self.now_s() > 1_005:
            raise KeyboardInterrupt


def test_every_look_tells_the_level_since_the_last_and_the_highest_peak() -> None:
    streams = FakeStreams(Card(HEADSET, (tones(-20, -40, -120),)))
    seen = []
    with DeviceLevels(streams) as levels:
        for _ in range(3):
            streams.wait(0.5)
            seen += levels.look()
    assert [round(level.level_dbfs) for level in seen] == [-20, -40, -120]
    assert [round(level.peak_dbfs) for level in seen] == [-17, -17, -17]
    assert streams.closed


def test_what_cannot_be_seen_says_why() -> None:
    class Slow(FakeStreams):
        def open(self, device: Device, channels: int) -> Future[FakeStream]:
            return Future() if device == SPEAKERS else super().open(device, channels)

    busy = "The Webcam is in use: close what holds it."
    cards = Card(HEADSET, stalled=((0, 9_999),)), Card(WEBCAM, error=busy), Card(SPEAKERS)
    with DeviceLevels(Slow(*cards)) as levels:
        assert [level.trouble for level in levels.look()] == ["no sound", busy, "opening …"]


def test_the_text_in_front_of_a_bar_chooses_that_device_and_no_other() -> None:
    twin = device("Webcam", index=7)
    quoted = device('My "best" one', index=8)
    devices = [HEADSET, WEBCAM, twin, quoted, SPEAKERS]
    assert [argument(one, devices) for one in devices] == [
        '"Headset"',
        "1",
        "7",
        '"My \\"best\\" one"',
        '"Monitor of Headset"',
    ]
    for one in (HEADSET, SPEAKERS):
        assert choose(argument(one, devices).strip('"'), devices, "agent") == one


def test_the_table_fits_an_ordinary_terminal() -> None:
    levels = [DeviceLevel(HEADSET, -30, -12), DeviceLevel(SPEAKERS, -120, -120), DeviceLevel(WEBCAM, trouble="Busy.")]
    lines = list(table(levels, 80))
    assert all(len(line) <= 80 for line in lines)
    assert lines[0].startswith('--agent "Headset" ')
    assert lines[0].endswith("the default microphone")
    assert lines[1].endswith("−30 dBFS, peak −12 dBFS")
    assert lines[2].startswith('--customer "Monitor of Headset" ')
    assert lines[3].endswith(" silent")
    assert lines[5] == "  Busy."


@pytest.mark.parametrize(
    ("dbfs", "peak_dbfs", "drawn"),
    [
        (0, -120, "━━━━━━━━━●"),
        (-30, -120, "━━━━●·····"),
        (-30, -12, "━━━━●··│··"),
        (-30, -30, "━━━━●·····"),
        (-90, -120, "··········"),
        (3, 3, "━━━━━━━━━●"),
    ],
)
def test_a_bar_has_a_scale_that_never_moves(dbfs: float, peak_dbfs: float, drawn: str) -> None:
    assert bar(dbfs, 10, peak_dbfs) == drawn


def test_a_level_is_said_in_whole_decibels() -> None:
    assert (in_dbfs(-23.4), in_dbfs(-120.0)) == ("−23 dBFS", "silent")


@pytest.mark.parametrize("plain", [True, False])
def test_the_levels_are_shown_once_or_until_ctrl_c(plain: bool, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001 - a parameter
    streams = Impatient(Card(HEADSET, (tones(-20),)))
    device_screen.show(streams, plain=plain)
    shown = capsys.readouterr().out
    assert '--agent "Headset"' in shown
    assert "−20 dBFS" in shown
    assert ("Press Ctrl-C to stop" in shown) is not plain
    assert streams.closed


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    pulse.require()
    with pulse.server(["headset", "other"]) as environment:
        yield environment


def hears_all(server: dict[str, str], lines: list[str]) -> bool:
    """Run the command and keep its lines; tell whether all inputs gave sound, which on a busy machine they may not."""
    command = [sys.executable, "-m", "monitor", "devices"]
    environment = server | {"COLUMNS": "100"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
    lines[:] = done.stdout.splitlines()
    return not any(line.endswith(("gives nothing", "is being opened")) for line in lines)


@pytest.mark.slow
def test_pulseaudio_shows_what_is_played(server: dict[str, str], tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", sounds.tone(440, 60, -20), 16_000, "PCM_16")
    player = subprocess.Popen(["paplay", "-d", "headset", str(tmp_path / "tone.wav")], env=server)  # noqa: S607 - from the path, as the others
    until(lambda: pulse.plays(server), "PulseAudio plays the tone", of=player)
    lines: list[str] = []
    try:
        until(lambda: hears_all(server, lines), "every input gives sound to a program that looks for a moment")
    finally:
        player.terminate()
        player.wait()
    at = next(number for number, line in enumerate(lines) if "headset" in line.lower())
    assert "what this machine plays, loopback for short" in lines[at]
    assert "peak −17 dBFS" in lines[at + 1]
    other = next(number for number, line in enumerate(lines) if "other" in line.lower())
    assert lines[other + 1].endswith("silent")


@pytest.mark.slow
def test_without_a_sound_system_the_command_says_what_to_install_or_plug_in(tmp_path: Path) -> None:
    nowhere = os.environ | {"PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "monitor", "devices"]
    done = subprocess.run(command, env=nowhere, check=False, capture_output=True, text=True, timeout=60)
    if done.returncode == 0:
        pytest.skip("this machine has a sound card")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.strip().endswith(".")


def test_a_name_that_leaves_no_room_has_what_it_is_on_the_next_line() -> None:
    long = device("Monitor of Built-in Audio Analog Stereo", index=3, is_loopback=True)
    named, about, _ = table([DeviceLevel(long)], 80)
    assert named == '--customer "Monitor of Built-in Audio Analog Stereo"'
    assert about == "  what this machine plays, loopback for short"
    assert next(table([DeviceLevel(HEADSET)], 80, options=False)).startswith("0  Headset  ")

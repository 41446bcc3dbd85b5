"""What a person sees of the inputs, from a sound system that is made up, and from PulseAudio."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from audio.devices import Device, DeviceError, choose
from audio.ring import Piece
from audio.streams import Stream
from monitor import device_screen
from monitor.bars import bar, in_dbfs
from monitor.device_levels import DeviceLevel, DeviceLevels, argument, table
from tests import pulse, sounds

HEADSET = Device(0, "Headset", "made", 1, 48_000, is_default=True, is_loopback=False)
WEBCAM = Device(1, "Webcam", "made", 2, 48_000, is_default=False, is_loopback=False)
SPEAKERS = Device(2, "Monitor of Headset", "made", 2, 48_000, is_default=True, is_loopback=True)


class FakeStream:
    rate_hz = 48_000
    rests = False
    ended = False

    def __init__(self, sound: list[NDArray[np.float32]]) -> None:
        self.sound = sound
        self.closed = False

    def read(self) -> list[Piece]:
        return [Piece(self.sound.pop(0), 0.0, overrun=False)] if self.sound else []

    def close(self) -> None:
        self.closed = True


class FakeStreams:
    """Devices that play a sound a look, or fail to open, or take for ever to."""

    def __init__(self, devices: dict[Device, FakeStream | DeviceError | None]) -> None:
        self.devices = devices
        self.looks = 0

    def now_s(self) -> float:
        return 0.0

    def wait(self, duration_s: float) -> None:
        self.looks += duration_s < 1
        if self.looks == 3:
            raise KeyboardInterrupt

    def inputs(self) -> tuple[Device, ...]:
        return tuple(self.devices)

    def open(self, device: Device, channels: int) -> Future[Stream]:
        assert channels == device.channels
        opening: Future[Stream] = Future()
        match self.devices[device]:
            case FakeStream() as stream:
                opening.set_result(stream)
            case DeviceError() as error:
                opening.set_exception(error)
        return opening

    def close(self) -> None:
        pass


def tone(dbfs: float) -> NDArray[np.float32]:
    return sounds.tone(500, 0.5, dbfs)[:, None]


def test_every_look_tells_the_level_since_the_last_and_the_highest_peak() -> None:
    stream = FakeStream([tone(-20), tone(-40)])
    with DeviceLevels(FakeStreams({HEADSET: stream})) as levels:
        seen = [level for _ in range(3) for level in levels.look()]
    assert [round(level.level_dbfs) for level in seen] == [-20, -40, -120]
    assert [round(level.peak_dbfs) for level in seen] == [-17, -17, -17]
    assert stream.closed


def test_what_cannot_be_seen_says_why() -> None:
    devices = {
        HEADSET: FakeStream([]),
        WEBCAM: DeviceError("The Webcam is in use: close what holds it."),
        SPEAKERS: None,
    }
    with DeviceLevels(FakeStreams(devices)) as levels:
        assert [level.trouble for level in levels.look()] == [
            "gives nothing",
            "The Webcam is in use: close what holds it.",
            "is being opened",
        ]


def test_the_text_in_front_of_a_bar_chooses_that_device_and_no_other() -> None:
    twin = Device(7, "Webcam", "made", 2, 48_000, is_default=False, is_loopback=False)
    quoted = Device(8, 'My "best" one', "made", 2, 48_000, is_default=False, is_loopback=False)
    devices = [HEADSET, WEBCAM, twin, quoted, SPEAKERS]
    assert [argument(device, devices) for device in devices] == [
        '"Headset"',
        "1",
        "7",
        '"My \\"best\\" one"',
        '"Monitor of Headset"',
    ]
    for device in (HEADSET, SPEAKERS):
        assert choose(argument(device, devices).strip('"'), devices, "agent") == device


def test_the_table_fits_an_ordinary_terminal() -> None:
    levels = [DeviceLevel(HEADSET, -30, -12), DeviceLevel(SPEAKERS, -120, -120), DeviceLevel(WEBCAM, trouble="Busy.")]
    lines = list(table(levels, 80))
    assert all(len(line) <= 80 for line in lines)
    assert lines[0].startswith('--agent "Headset" ')
    assert lines[0].endswith("the default microphone")
    assert lines[1].endswith("−30 dBFS, highest −12 dBFS")
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
    stream = FakeStream([tone(-20) for _ in range(9)])
    device_screen.show(FakeStreams({HEADSET: stream}), plain=plain)
    shown = capsys.readouterr().out
    assert '--agent "Headset"' in shown
    assert "−20 dBFS" in shown
    assert ("Ctrl-C ends" in shown) is not plain
    assert stream.closed


@pytest.fixture
def server() -> Iterator[dict[str, str]]:
    pulse.require()
    with pulse.server(["headset", "other"]) as environment:
        yield environment


def test_pulseaudio_shows_what_is_played(server: dict[str, str], tmp_path: Path) -> None:
    soundfile.write(tmp_path / "tone.wav", sounds.tone(440, 10, -20), 16_000, "PCM_16")
    player = subprocess.Popen(["paplay", "-d", "headset", str(tmp_path / "tone.wav")], env=server)  # noqa: S607 - from the path, as the others
    time.sleep(0.5)
    command = [sys.executable, "-m", "monitor", "devices"]
    done = subprocess.run(
        command, env=server | {"COLUMNS": "80"}, check=True, capture_output=True, text=True, timeout=60
    )
    player.terminate()
    player.wait()
    lines = done.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "headset" in line.lower())
    assert "what the machine plays, loopback for short" in lines[at]
    assert "highest −17 dBFS" in lines[at + 1]
    other = next(number for number, line in enumerate(lines) if "other" in line.lower())
    assert lines[other + 1].endswith("silent")


def test_without_a_sound_system_the_command_says_what_to_install_or_plug_in(tmp_path: Path) -> None:
    nowhere = os.environ | {"PULSE_SERVER": f"unix:{tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "monitor", "devices"]
    done = subprocess.run(command, env=nowhere, check=False, capture_output=True, text=True, timeout=60)
    if done.returncode == 0:
        pytest.skip("this machine has a sound card")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.strip().endswith(".")

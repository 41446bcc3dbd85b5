import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from audio.devices import portaudio, pulse
from audio.devices.choose import choose
from audio.devices.device import Device, DeviceError
from audio.devices.portaudio import PortAudio

HEADSET = Device(
    3,
    "Blackwire 5220 Mono",
    "PulseAudio",
    1,
    48_000,
    is_default=True,
    is_loopback=False,
    key="alsa_input.usb-Plantronics",
)
WEBCAM = Device(
    5, "Webcam C920", "PulseAudio", 2, 32_000, is_default=False, is_loopback=False, key="alsa_input.usb-Logitech"
)
SPEAKERS = Device(
    1, "Monitor of Speakers", "PulseAudio", 2, 44_100, is_default=False, is_loopback=True, key="speakers.monitor"
)
PHONES = Device(
    2,
    "Monitor of Blackwire 5220 Mono",
    "PulseAudio",
    2,
    48_000,
    is_default=True,
    is_loopback=True,
    key="headset.monitor",
)
ALL = (WEBCAM, HEADSET, SPEAKERS, PHONES)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("", HEADSET),
        ("5", WEBCAM),
        ("webcam", WEBCAM),
        ("C920", WEBCAM),
        ("blackwire 5220 mono", HEADSET),
        ("speakers.monitor", SPEAKERS),
        ("usb-logitech", WEBCAM),
        ("loopback", PHONES),
        ("Loopback", PHONES),
    ],
)
def test_a_device_is_found_by_what_a_person_says(wanted: str, found: Device) -> None:
    assert choose(wanted, ALL, "agent") == found


def test_a_name_that_could_be_several_names_them() -> None:
    with pytest.raises(DeviceError, match=r"for the customer matches Monitor of Speakers \(1\), Monitor of Blackwire"):
        choose("monitor", ALL, "customer")


def test_a_name_that_is_none_says_what_there_is() -> None:
    with pytest.raises(DeviceError, match=r'no input "jabra" for the agent\. Inputs: Webcam C920 \(5\), Blackwire'):
        choose("jabra", ALL, "agent")


def test_a_channel_without_a_device_says_how_to_name_both() -> None:
    with pytest.raises(
        DeviceError, match=r'^"left" is a channel, not an input for the agent\. Inputs: .*:left" for this'
    ):
        choose("left", ALL, "agent")


def test_without_a_default_the_first_microphone_is_taken_and_never_a_loopback() -> None:
    assert choose("", [SPEAKERS, replace(WEBCAM, is_default=False)], "agent").name == WEBCAM.name
    with pytest.raises(DeviceError, match="no microphone for the agent"):
        choose("", [SPEAKERS], "agent")


@pytest.mark.parametrize(
    ("platform", "advice"), [("linux", "pactl"), ("darwin", "BlackHole"), ("win32", r"tone-monitor\[loopback\]")]
)
def test_where_no_loopback_is_the_message_says_how_to_get_one(
    platform: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(DeviceError, match=advice):
        choose("loopback", [HEADSET], "customer")


def test_a_machine_without_portaudio_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoLibrary:
        def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoLibrary(), *sys.meta_path])
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(DeviceError, match="apt install libportaudio2"):
        PortAudio().inputs()


class FakePortAudio:
    """As much of sounddevice as a listing asks for."""

    class default:  # noqa: N801 - sounddevice's name
        device = (0, 0)

    def __init__(self, devices: Sequence[dict[str, Any]]) -> None:
        self._devices = devices
        self.restarts = 0

    def query_devices(self) -> Sequence[dict[str, Any]]:
        return self._devices

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "MME", "default_input_device": 0}, {"name": "Windows WASAPI", "default_input_device": 2}]

    def _terminate(self) -> None:
        self.restarts += 1

    def _initialize(self) -> None:
        pass


def listed(name: str, hostapi: int, channels: int) -> dict[str, Any]:
    return {"name": name, "hostapi": hostapi, "max_input_channels": channels, "default_samplerate": 44_100.0}


def test_of_the_sound_systems_of_windows_one_is_listed_and_outputs_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    devices = [listed("Mic", 0, 1), listed("Mic", 1, 1), listed("Headset", 1, 2), listed("Speakers", 1, 0)]
    fake = FakePortAudio(devices)
    monkeypatch.setattr(portaudio, "_sounddevice", lambda: fake)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(pulse, "sources", lambda: ())
    monkeypatch.setattr(portaudio.loopback, "inputs", lambda: (SPEAKERS,))
    found = portaudio.PortAudio().inputs()
    assert [(one.index, one.name, one.channels) for one in found[:2]] == [(2, "Headset", 2), (1, "Mic", 1)]
    assert found[2] == SPEAKERS
    assert fake.restarts == 1


def test_a_machine_without_inputs_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portaudio, "_sounddevice", lambda: FakePortAudio([]))
    monkeypatch.setattr(pulse, "sources", lambda: ())
    with pytest.raises(DeviceError, match="This machine has no sound input"):
        PortAudio().inputs()


def source(name: str, description: str, monitor_of: str = "") -> dict[str, Any]:
    return {
        "index": 7,
        "name": name,
        "description": description,
        "sample_specification": "s16le 1ch 16000Hz",
        "monitor_source": monitor_of,
    }


def test_sources_of_pulseaudio_are_known_by_what_people_call_them(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "list": [source("mic", "Headset"), source("a.monitor", "Monitor", "a"), source("b.monitor", "Monitor", "b")],
        "info": {"default_source_name": "mic", "default_sink_name": "b"},
    }
    monkeypatch.setattr(pulse, "_ask", lambda *question: answers[question[0]])
    assert pulse.sources() == (
        Device(7, "Headset", "PulseAudio", 1, 16_000, is_default=True, is_loopback=False, key="mic"),
        Device(7, "Monitor (a.monitor)", "PulseAudio", 1, 16_000, is_default=False, is_loopback=True, key="a.monitor"),
        Device(7, "Monitor (b.monitor)", "PulseAudio", 1, 16_000, is_default=True, is_loopback=True, key="b.monitor"),
    )


def test_without_a_sound_server_there_are_no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:nowhere")
    assert pulse.sources() == ()

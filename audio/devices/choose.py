"""The sound cards that can be listened to, and which one is meant by a name."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from audio.block import Speaker
from audio.errors import AudioError

LOOPBACK = "loopback"
"""The name that means: what this machine plays."""


@dataclass(frozen=True, slots=True)
class Device:
    """An input: a microphone, a line, or what an output plays."""

    index: int
    """As the sound system counts; another one after a device was plugged in or out."""
    name: str
    """As a person knows it."""
    host: str
    """The sound system: PulseAudio, ALSA, Core Audio, Windows WASAPI, …; with the name, it stays the same."""
    channels: int
    rate_hz: int
    """The sampling rate it runs at by itself."""
    is_default: bool
    """The system's own choice: of the microphones, or of the outputs if it is a loopback."""
    is_loopback: bool
    """It gives what an output plays: the customer, in a call on this machine."""
    key: str = ""
    """The sound system's own name, where it has one beside the name for people."""


class DeviceError(AudioError):
    """A sound card cannot be used; the message is a sentence that says what to do on this platform."""


def inputs() -> tuple[Device, ...]:
    """List the devices that can be listened to now, those of the system's choice first.

    Raises:
        DeviceError: there is no sound system, or no input.
    """
    from audio.devices.portaudio import PortAudio  # noqa: PLC0415 - loads the sound system's library

    return PortAudio().inputs()


def choose(wanted: str, devices: Sequence[Device], speaker: Speaker) -> Device:
    """Find the device that is meant.

    Args:
        wanted: an index, a name or a piece of one, in upper or lower case; "" for the system's default microphone,
            "loopback" for what this machine's default output plays.
        devices: those there are.
        speaker: whose sound it is to give, for the message.

    Raises:
        DeviceError: no device is meant, or several are.
    """
    if not wanted:
        return _default(devices, speaker)
    if wanted.casefold() == LOOPBACK:
        return _loopback(devices, speaker)
    found = _named(wanted, devices)
    if len(found) == 1:
        return found[0]
    if found:
        raise DeviceError(
            f'"{wanted}" for the {speaker} could be {_listed(found)}: give more of the name, or the number in front.'
        )
    raise DeviceError(
        f'There is no input "{wanted}" for the {speaker}; there is {_listed(devices)}. Plug it in, or choose another.'
    )


def _named(wanted: str, devices: Sequence[Device]) -> list[Device]:
    """Those of this index, else of exactly this name, else those whose name has it as a piece."""
    text = wanted.casefold()
    names = [(device, {device.name.casefold(), device.key.casefold()}) for device in devices]
    return (
        [device for device in devices if str(device.index) == wanted]
        or [device for device, known in names if text in known]
        or [device for device, known in names if any(text in name for name in known)]
    )


def _default(devices: Sequence[Device], speaker: Speaker) -> Device:
    microphones = [device for device in devices if not device.is_loopback]
    if not microphones:
        raise DeviceError(f"There is no microphone for the {speaker}: plug one in, or switch it on in the settings.")
    return next((device for device in microphones if device.is_default), microphones[0])


def _loopback(devices: Sequence[Device], speaker: Speaker) -> Device:
    loopbacks = [device for device in devices if device.is_loopback]
    if not loopbacks:
        raise DeviceError(f"What this machine plays cannot be heard for the {speaker}: {_loopback_advice()}")
    return next((device for device in loopbacks if device.is_default), loopbacks[0])


def _loopback_advice() -> str:
    if sys.platform == "win32":
        return "install the extra with `pip install tone-monitor[loopback]`."
    if sys.platform == "darwin":
        return (
            "install BlackHole (`brew install blackhole-2ch`), choose a multi-output device of it and your headset in "
            "Audio MIDI Setup, and name BlackHole as the customer's device."
        )
    return "this needs PulseAudio or PipeWire with its pulse server, and pactl (`apt install pulseaudio-utils`)."


def _listed(devices: Sequence[Device]) -> str:
    return ", ".join(f"{device.index} {device.name}" for device in devices) or "none"

"""Which device is meant by a name, an index or nothing."""

import sys
from collections.abc import Sequence

from audio.block import Speaker
from audio.devices.device import LOOPBACK, Device, DeviceError

CHANNELS = frozenset({"left", "right"})
"""Sides of a stereo device; behind its name and a colon they choose one."""


def choose(wanted: str, devices: Sequence[Device], speaker: Speaker) -> Device:
    """Find the chosen device.

    Args:
        wanted: an index, a name or part of one, in upper or lower case; "" for the system's default microphone,
            "loopback" for what this machine's default output plays.
        devices: all inputs.
        speaker: whose sound it captures, for the message.

    Raises:
        DeviceError: no device matches, or several do.
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
            f'"{wanted}" for the {speaker} matches {_listed(found)}. Give more of the name, or the number in brackets.'
        )
    if wanted.casefold() in CHANNELS:
        example = f"{devices[0].name}:{wanted.casefold()}" if devices else f"NAME:{wanted.casefold()}"
        raise DeviceError(
            f'"{wanted}" is a channel, not an input for the {speaker}. Inputs: {_listed(devices)}. Choose one, such as '
            f'"{example}" for this channel of it.'
        )
    raise DeviceError(
        f'There is no input "{wanted}" for the {speaker}. Inputs: {_listed(devices)}. Plug it in, or choose another.'
    )


def _named(wanted: str, devices: Sequence[Device]) -> list[Device]:
    """Those with this index, else with exactly this name, else with this text in their name."""
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
        raise DeviceError(
            f"There is no microphone for the {speaker}. Plug one in, or enable it in the system's settings."
        )
    return next((device for device in microphones if device.is_default), microphones[0])


def _loopback(devices: Sequence[Device], speaker: Speaker) -> Device:
    loopbacks = [device for device in devices if device.is_loopback]
    if not loopbacks:
        raise DeviceError(f"Can't capture what this machine plays for the {speaker}. {_loopback_advice()}")
    return next((device for device in loopbacks if device.is_default), loopbacks[0])


def _loopback_advice() -> str:
    if sys.platform == "win32":
        return "Install the extra: pip install tone-monitor[loopback]."
    if sys.platform == "darwin":
        return (
            "Install BlackHole (brew install blackhole-2ch). Make a multi-output device of it and your headset in "
            "Audio MIDI Setup. Then choose BlackHole as the customer's device."
        )
    return "Install PulseAudio or PipeWire with its pulse server, and pactl (apt install pulseaudio-utils)."


def _listed(devices: Sequence[Device]) -> str:
    return ", ".join(f"{device.name} ({device.index})" for device in devices) or "none"

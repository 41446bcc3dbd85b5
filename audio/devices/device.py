"""One input of this machine, as its sound system lists it."""

from dataclasses import dataclass

from audio.errors import AudioError

LOOPBACK = "loopback"
"""The name for what this machine plays."""


@dataclass(frozen=True, slots=True)
class Device:
    """An input: a microphone, a line input, or what an output plays."""

    index: int
    """The sound system's number; it may change when a device is plugged in or out."""
    name: str
    """Its name for people."""
    host: str
    """The sound system: PulseAudio, ALSA, Core Audio, Windows WASAPI, …; with the name, it identifies the device."""
    channels: int
    rate_hz: int
    """Its default sample rate."""
    is_default: bool
    """Whether it is the system's default microphone, or, for a loopback, the default output."""
    is_loopback: bool
    """Whether it captures what an output plays: the customer, in a call on this machine."""
    key: str = ""
    """The sound system's own name, if it differs from the name for people."""


class DeviceError(AudioError):
    """A sound card cannot be used; the message says what to do on this platform."""

"""One input of this machine, as its sound system lists it."""

from dataclasses import dataclass

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

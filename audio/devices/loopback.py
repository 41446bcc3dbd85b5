"""What an output plays, through SoundCard: for Windows, where PortAudio has only microphones."""

import sys
from threading import Event, Thread
from typing import Any

from audio.devices.device import Device, DeviceError
from audio.devices.ring import Piece, Ring
from audio.devices.streams import clock_s

HOST = "SoundCard"
RATE_HZ = 48_000
CHANNELS = 2
BLOCK = 480
"""Samples: 10 ms."""
OPENING_S = 5.0


def inputs() -> tuple[Device, ...]:
    """List the outputs' loopbacks; none where the sound system lists them itself, or without the extra `loopback`."""
    return devices() if sys.platform == "win32" else ()


def devices() -> tuple[Device, ...]:
    """List the loopbacks that SoundCard knows."""
    try:
        import soundcard  # an extra, and it connects to the sound system
    except Exception:  # noqa: BLE001 - SoundCard connects when it is imported, and raises what its platform does
        return ()
    default = soundcard.default_speaker()
    loopbacks = [one for one in soundcard.all_microphones(include_loopback=True) if one.isloopback]
    return tuple(
        Device(1000 + number, one.name, HOST, CHANNELS, RATE_HZ, default.name in one.name, True, str(one.id))  # noqa: FBT003
        for number, one in enumerate(loopbacks)
    )


class LoopbackStream:
    """An output's sound: a thread reads it into a ring buffer."""

    rate_hz = RATE_HZ
    rests = True

    def __init__(self, device: Device, channels: int) -> None:
        self._ring = Ring(RATE_HZ, channels)
        self._stopped = Event()
        self._opened = Event()
        self._failure: Exception | None = None
        self._thread = Thread(target=self._record, args=(device, channels), name="loopback", daemon=True)
        self._thread.start()
        self._opened.wait(OPENING_S)
        if self._failure or not self._opened.is_set():
            raise DeviceError(
                f"Can't capture what {device.name} plays ({self._failure or 'no answer'}). Choose another output."
            )

    @property
    def ended(self) -> bool:
        """Whether the output is gone."""
        return not self._thread.is_alive()

    def read(self) -> list[Piece]:
        """Give what has come since the last time."""
        return self._ring.read()

    def close(self) -> None:
        """Close the output; a thread that waits for sound ends with the next piece."""
        self._stopped.set()

    def _record(self, device: Device, channels: int) -> None:
        import soundcard

        try:
            microphone: Any = soundcard.get_microphone(device.key, include_loopback=True)
            with microphone.recorder(RATE_HZ, channels, blocksize=BLOCK) as recorder:
                self._opened.set()
                while not self._stopped.is_set():
                    samples = recorder.record(BLOCK)
                    self._ring.write(samples, clock_s() - len(samples) / RATE_HZ, False)  # noqa: FBT003
        except Exception as error:  # noqa: BLE001 - SoundCard raises what its platform does
            self._failure = error
            self._opened.set()

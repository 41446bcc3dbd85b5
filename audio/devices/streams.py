"""What a capture asks of a sound system, and the clock on which sound is dated."""

import sys
import time
from concurrent.futures import Future
from typing import Protocol

from audio.devices.device import Device
from audio.devices.ring import Piece


class Stream(Protocol):
    """An open device."""

    rate_hz: int
    rests: bool
    """It gives nothing while it has nothing to give, as a loopback of Windows while nothing plays."""

    @property
    def ended(self) -> bool:
        """The device gives no more sound; what it gave before can still be read."""
        ...

    def read(self) -> list[Piece]:
        """Give what has come since the last time, without waiting."""
        ...

    def close(self) -> None:
        """Let go of the device. Never fails."""
        ...


class Streams(Protocol):
    """A sound system."""

    def now_s(self) -> float:
        """The time on the clock that dates the pieces."""
        ...

    def wait(self, duration_s: float) -> None:
        """Let time pass."""
        ...

    def inputs(self) -> tuple[Device, ...]:
        """List the devices that can be listened to; raises DeviceError."""
        ...

    def open(self, device: Device, channels: int) -> Future[Stream]:
        """Open the device of this host and name, wherever it is plugged in now; fails with DeviceError."""
        ...

    def close(self) -> None:
        """Nothing more will be opened."""
        ...


def clock_s() -> float:
    """Seconds on a clock that nobody sets, and that goes on while the machine sleeps."""
    if sys.platform == "win32":
        return time.perf_counter()  # time.monotonic has steps of 16 ms there
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.clock_gettime(time.CLOCK_BOOTTIME)

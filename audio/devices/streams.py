"""The sound system as a capture sees it, and the clock of its time stamps."""

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
    """Whether it delivers nothing while there is no sound, as a loopback of Windows does."""

    @property
    def ended(self) -> bool:
        """Whether the device has stopped delivering sound; earlier sound can still be read."""
        ...

    def read(self) -> list[Piece]:
        """Give what has come since the last time, without waiting."""
        ...

    def close(self) -> None:
        """Close the device. Never fails."""
        ...


class Streams(Protocol):
    """A sound system."""

    def now_s(self) -> float:
        """The time on the clock that dates the pieces."""
        ...

    def wait(self, duration_s: float) -> None:
        """Wait."""
        ...

    def inputs(self) -> tuple[Device, ...]:
        """List the inputs; raises DeviceError."""
        ...

    def open(self, device: Device, channels: int) -> Future[Stream]:
        """Open the device of this host and name, wherever it is plugged in now; fails with DeviceError."""
        ...

    def close(self) -> None:
        """Nothing more will be opened."""
        ...


def clock_s() -> float:
    """Seconds on a clock that is never set, and that keeps running while the machine sleeps."""
    if sys.platform == "win32":
        return time.perf_counter()  # time.monotonic has steps of 16 ms there
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.clock_gettime(time.CLOCK_BOOTTIME)

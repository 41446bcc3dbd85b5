"""The clock of everything that the front stamps."""

from audio.devices.streams import clock_s


def now_ns() -> int:
    """The time in nanoseconds."""
    return round(clock_s() * 1e9)

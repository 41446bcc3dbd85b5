"""How a time of a call is written: one form on screens, in reports, in file names and in printed lines."""

import math


def clock(time_s: float) -> str:
    """Media time in whole seconds: 2:05 below an hour, 1:02:05 from an hour on."""
    minutes, seconds = divmod(int(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def seconds(text: str) -> float | None:
    """A time of a call as people write it: seconds, m:ss or h:mm:ss; None if it is none."""
    try:
        parts = [float(part) for part in text.split(":")]
    except ValueError:
        return None
    if len(parts) > 3 or not all(0 <= part < math.inf for part in parts):  # noqa: PLR2004 - h:mm:ss
        return None
    return sum(part * 60.0**place for place, part in enumerate(reversed(parts)))

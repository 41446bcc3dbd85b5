"""Reads when a call started, as people and other programs write it."""

import re
from datetime import UTC, datetime, timedelta

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""A call may start this much after now: clocks and time zones differ."""

_EPOCH = re.compile(r"(\d{9,10})(?:\d{3})?(?:\.\d+)?")
"""Seconds or milliseconds since 1970."""


def read_started(text: str, now: datetime | None = None) -> datetime:
    """The start of a call, with its offset from UTC; a time without one is in this machine's time zone.

    Args:
        text: ISO 8601, such as 2026-03-01T09:30:15+01:00, "2026-03-01 09:30" or 2026-03-01, or seconds or milliseconds
            since 1970.
        now: with its offset; the current time if None.

    Raises:
        ValueError: it is no time, or not one at which a call can have started; the message is a full sentence.
    """
    text = text.strip()
    try:
        if epoch := _EPOCH.fullmatch(text):
            started = datetime.fromtimestamp(int(epoch[1]), UTC).astimezone()
        else:
            started = datetime.fromisoformat(text)
            started = started if started.tzinfo else started.astimezone()
        early = started < EARLIEST
    except (ValueError, OverflowError, OSError):  # the last two from years that the system's calendar does not have
        raise ValueError(
            f'"{text[:40]}" is not a date and time. Write it as 2026-03-01T09:30:15+01:00; without an offset, it is in '
            "this machine's time zone."
        ) from None
    if early:
        raise ValueError(f"{text[:40]} is before 1970. Check the date.")
    if started > (now or datetime.now(UTC)) + AHEAD:
        raise ValueError(f"{text[:40]} is in the future. Check the date.")
    return started

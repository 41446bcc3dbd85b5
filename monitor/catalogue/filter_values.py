"""Filters, and their values as people write them: days, hours and lengths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.call.info import CallKind
from monitor.catalogue.errors import FilterError
from rules.model import Severity

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGO = re.compile(r"(\d{1,4})([dh])")
_LENGTH = re.compile(r"(?:(\d{1,2})h)?(?:(\d{1,4})m(?:in)?)?(?:(\d{1,7})s)?|(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)")
_SECONDS = (3600, 60, 1, 3600, 60, 1)
"""Of each group of a length."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long calls are."""

    least_s: float = 0.0
    most_s: float | None = None
    """None for any length."""

    def __str__(self) -> str:
        """As `length` reads it."""
        most = "" if self.most_s is None else f"{self.most_s:.0f}s"
        return f"{self.least_s:.0f}s..{most}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which calls are wanted; an empty field does not filter. Case and accents do not matter."""

    agent: str = ""
    """Part of the name."""
    mine: str = ""
    """The whole name: who has a right to see their own calls has none to see those of a namesake."""
    customer: str = ""
    """Part of the name or number."""
    tags: tuple[str, ...] = ()
    """Tags that the call has, all of them."""
    reviewer: str = ""
    """Part of the name of who reviewed it last."""
    attributes: tuple[str, ...] = ()
    """What was known at the start, all of it: "queue=billing", or "queue" for any value."""
    since: date | datetime | None = None
    """The first day, or the first moment."""
    until: date | datetime | None = None
    """The last day, or the last moment."""
    length: Length | None = None
    kind: CallKind | None = None
    rule: str = ""
    """A rule that fired."""
    severity: Severity | None = None
    """At least one flag that is not dismissed and at least this severe."""
    flagged: bool = False
    """Only those in which the agent set a bookmark."""
    unreviewed: bool = False
    held: bool = False
    """Only those on hold today."""
    words: str = ""
    """What was said in them, see `search.terms`."""
    team: bool = False
    """Those of all desks that the database login may read, not of this calls folder alone."""


def moment(text: str, now: datetime) -> date | datetime:
    """Read a day, or "12h" for the moment twelve hours ago.

    Args:
        text: 2026-03-01, "today", "yesterday", "monday" for the latest one, "7d" for seven days ago, or "12h".
        now: with its offset from UTC.

    Raises:
        FilterError: it is none of these.
    """
    word = text.casefold()
    if word in {"today", "yesterday"}:
        return now.date() - timedelta(days=word == "yesterday")
    if word in WEEKDAYS:
        return now.date() - timedelta(days=(now.weekday() - WEEKDAYS.index(word)) % 7)
    if ago := _AGO.fullmatch(word):
        return now.date() - timedelta(days=int(ago[1])) if ago[2] == "d" else now - timedelta(hours=int(ago[1]))
    try:
        return date.fromisoformat(text) if "T" not in text else _with_offset(datetime.fromisoformat(text), now)
    except ValueError as error:
        raise FilterError(
            f"{text!r} is not a day. Write {now.date().isoformat()}, today, yesterday, monday, 7d for seven days ago, "
            "or 12h for twelve hours ago."
        ) from error


def day(text: str, today: date) -> date:
    """Read a day as `moment` does; hours count from the end of today.

    Raises:
        FilterError: it is not a day.
    """
    read = moment(text, datetime.combine(today, datetime.max.time()).astimezone())
    return read.date() if isinstance(read, datetime) else read


def length(text: str) -> Length:
    """Read a length of calls: "5m..10m", "5m..", "..90s", ">5m", "<1h30m" or "<2:30".

    Raises:
        FilterError: it is none of these.
    """
    least, dots, most = text.partition("..")
    if text[:1] in {">", "<"}:
        least, most = ("", text[1:]) if text[0] == "<" else (text[1:], "")
    elif not dots:
        least = most = ""
    if not (least or most):
        raise FilterError(f"{text!r} is not a length of calls. Write 5m..10m, 5m.., ..90s, >5m or <1h30m.")
    return Length(_seconds(least) if least else 0.0, _seconds(most) if most else None)


def _seconds(text: str) -> float:
    found = _LENGTH.fullmatch(text.strip())
    if not text.strip() or not found:
        raise FilterError(f"{text!r} is not a length of time. Write 90s, 5m, 1h30m or 2:30.")
    return float(sum(int(part) * worth for part, worth in zip(found.groups(), _SECONDS, strict=True) if part))


def _with_offset(time: datetime, now: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=now.tzinfo)

"""Numbers as people read them, the same for page and text."""

import re
from datetime import date, datetime

from monitor.base.clock import clock

NOTHING = "–"


def number(value: float | None, digits: int = 1, unit: str = "") -> str:
    """A number and its unit, with a true minus; a dash where there is none."""
    if value is None:
        return NOTHING
    return _signed(f"{value:.{digits}f}") + (f" {unit}" if unit else "")


def over(value: float | None, unit: str, digits: int = 1) -> str:
    """A difference, with its sign."""
    if value is None:
        return NOTHING
    return f"{_signed(f'{value:+.{digits}f}')} {unit}"


def when(at_s: float | None) -> str:
    """A moment of the call; a dash where there is none."""
    return NOTHING if at_s is None else clock(at_s)


def change(before: str, after: str) -> str:
    """A measure before and after; a dash if neither is known."""
    return NOTHING if before == after == NOTHING else f"{before} → {after}"


def day(of: date) -> str:
    """A date in words."""
    return f"{of:%A} {of.day} {of:%B %Y}"


def hour(started: datetime) -> str:
    """The time of day a call began, with its offset from UTC."""
    return f"{started:%H:%M}" + (f" (UTC{started.isoformat()[-6:]})" if started.tzinfo else "")


def unbroken(sentence: str) -> str:
    """Keep each number and its unit on one line."""
    return re.sub(r"(?<=\d) (?=(?:%|s|dB|hours)(?!\w))", "\N{NO-BREAK SPACE}", sentence)


def _signed(digits: str) -> str:
    """With a true minus; zero has no sign."""
    return digits.replace("-", "−") if float(digits) else digits.lstrip("+-")

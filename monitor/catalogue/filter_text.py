"""Filters as people write them: "agent:sam since:yesterday urgent refund"."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import date, timedelta

from monitor.catalogue.errors import FilterError
from monitor.catalogue.query import Filter
from rules.model import Severity

SEVERITIES: tuple[Severity, ...] = ("note", "prompt", "urgent")

_PART = re.compile(r'(?P<name>[a-z]+):(?P<value>"[^"]*"?|\S*)|"[^"]*"?|\S+')
_DAYS = re.compile(r"(\d{1,4})d")


def parse(text: str, today: date) -> Filter:  # noqa: C901 - one case a part
    """Read a filter.

    Args:
        text: parts separated by spaces: agent:NAME, mine:NAME (the whole name), since:DAY, until:DAY, rule:RULE,
            severity:note|prompt|urgent, or the words urgent, flagged and unreviewed; anything else, and text in quotes,
            is searched in what was said.
        today: what "today" means.

    Raises:
        FilterError: a part cannot be understood.
    """
    wanted, said = Filter(), []
    for part in _PART.finditer(text):
        value = (part["value"] or "").strip('"')
        match part["name"], part[0]:
            case "agent", _:
                wanted = replace(wanted, agent=value)
            case "mine", _:
                wanted = replace(wanted, mine=value)
            case "rule", _:
                wanted = replace(wanted, rule=value)
            case "since", _:
                wanted = replace(wanted, since=day(value, today))
            case "until", _:
                wanted = replace(wanted, until=day(value, today))
            case "severity", _:
                wanted = replace(wanted, severity=_severity(value))
            case None, "urgent":
                wanted = replace(wanted, severity="urgent")
            case None, "flagged":
                wanted = replace(wanted, flagged=True)
            case None, "unreviewed":
                wanted = replace(wanted, unreviewed=True)
            case _:
                said.append(part[0])
    return replace(wanted, words=" ".join(said))


def written(wanted: Filter) -> str:
    """Write a filter so that `parse` reads it."""
    parts = []
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if field.name == "words" or not value:
            continue
        shown = f'"{value}"' if re.search(r"\s", str(value)) else str(value)
        parts.append(field.name if value is True else f"{field.name}:{shown}")
    return " ".join([*parts, *filter(None, [wanted.words])])


def day(text: str, today: date) -> date:
    """Read a day: 2026-03-01, "today", "yesterday", or "7d" for seven days ago.

    Raises:
        FilterError: it is none of these.
    """
    if text in {"today", "yesterday"}:
        return today - timedelta(days=text == "yesterday")
    if ago := _DAYS.fullmatch(text):
        return today - timedelta(days=int(ago[1]))
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FilterError(
            f"{text!r} is not a day. Write {today.isoformat()}, today, yesterday, or 7d for seven days ago."
        ) from error


def _severity(text: str) -> Severity:
    for severity in SEVERITIES:
        if severity == text:
            return severity
    raise FilterError(f"{text!r} is not a severity. Write note, prompt or urgent.")

"""Filters as people write them: "agent:sam since:monday urgent refund"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from monitor.call.info import CallKind
from monitor.catalogue.errors import FilterError
from monitor.catalogue.filter_values import length, moment
from monitor.catalogue.query import Filter
from rules.model import Severity
from rules.strict_toml import suggestion

SEVERITIES: tuple[Severity, ...] = ("note", "prompt", "urgent")
KINDS: tuple[CallKind, ...] = ("live", "recording")
LONGEST = 5
"""How many saved filters may stand in one another."""

_PART = re.compile(r'(?P<name>[^\W\d_]+):(?P<value>"[^"]*"?|\S*)|@(?P<saved>[\w-]+)(?!\S)|"[^"]*"?|\S+')
_ADDRESS = "//"
"""What follows the colon of an address, which is no misspelt filter."""


def parse(text: str, now: datetime, saved: Mapping[str, str] | None = None) -> Filter:
    """Read a filter.

    Args:
        text: parts separated by spaces: agent:NAME, mine:NAME (the whole name), customer:NAME, tag:TAG, reviewer:NAME,
            attribute:KEY=VALUE, kind:live|recording, rule:RULE, severity:note|prompt|urgent, since:DAY, until:DAY,
            length:5m..10m, the words urgent, flagged, unreviewed and held, or @NAME for a saved filter; anything else,
            and text in quotes, is searched in what was said.
        now: what "today" and "12h" mean, with its offset from UTC.
        saved: texts of saved filters by their names.

    Raises:
        FilterError: a part cannot be understood.
    """
    values: dict[str, Any] = dict.fromkeys(_EACH.values(), ())
    said: list[str] = []
    for part in _parts(text, saved or {}):
        name, value = (part["name"] or "").casefold(), (part["value"] or "").strip('"')
        if name in _EACH:
            values[_EACH[name]] += (value,) if value else ()
        elif name in _ONE:
            values[name] = _ONE[name](value, now)
        elif not name and part[0] in _WORDS:
            values |= _WORDS[part[0]]
        elif not name or value.startswith(_ADDRESS):
            said.append(part[0])
        else:
            hint = suggestion(name, [*_ONE, *_EACH])
            raise FilterError(f'There is no filter "{name}:"{hint} To search for these words, put them in quotes.')
    return Filter(**values, words=" ".join(said))


def written(wanted: Filter) -> str:
    """Write a filter so that `parse` reads it."""
    values: dict[str, str | bool | tuple[str, ...]] = {}
    singular = {field: name for name, field in _EACH.items()}
    for field in fields(wanted):
        value = getattr(wanted, field.name)
        if field.name == "words" or not value:
            continue
        name = singular.get(field.name, field.name)
        if isinstance(value, date):
            values[name] = value.isoformat()
        else:
            values[name] = value if isinstance(value, bool | tuple) else str(value)
    return " ".join(filter(None, [of_options(values), wanted.words]))


def part(name: str, value: str) -> str:
    """One part of a filter, in quotes where its value needs them."""
    shown = '"' + value.replace('"', "") + '"' if re.search(r"\s", value) else value
    return f"{name}:{shown}"


def of_options(options: Mapping[str, str | bool | tuple[str, ...] | None]) -> str:
    """Write options of a command, named as the parts of a filter are, so that `parse` reads them."""
    parts = []
    for name, value in options.items():
        if value is True:
            parts.append(name)
        elif value:
            parts += [part(name, one) for one in ((value,) if isinstance(value, str) else value)]
    return " ".join(parts)


def only_words(text: str) -> str:
    """Words to search for, so that `parse` takes none of them for a filter."""
    return " ".join(
        '"' + one[0].replace('"', "") + '"' if one["name"] or one["saved"] or one[0] in _WORDS else one[0]
        for one in _PART.finditer(text)
    )


def _parts(text: str, saved: Mapping[str, str], within: int = 0) -> Iterator[re.Match[str]]:
    """The parts of a filter, and in the place of a saved one its parts."""
    for found in _PART.finditer(text):
        name = found["saved"]
        if not name:
            yield found
        elif name not in saved:
            hint = suggestion(name, saved) if saved else "; none is saved yet."
            raise FilterError(f'There is no saved filter "{name}"{hint}')
        elif within == LONGEST:
            raise FilterError(f'The saved filter "{name}" stands in itself. Save it again without @{name}.')
        else:
            yield from _parts(saved[name], saved, within + 1)


def _text(value: str, _now: datetime) -> str:
    return value


def _severity(value: str, _now: datetime) -> Severity:
    for severity in SEVERITIES:
        if severity == value.casefold():
            return severity
    raise FilterError(f"{value!r} is not a severity. Write note, prompt or urgent.")


def _kind(value: str, _now: datetime) -> CallKind:
    for kind in KINDS:
        if kind == value.casefold():
            return kind
    raise FilterError(f"{value!r} is not a kind of call. Write live or recording.")


_ONE: Mapping[str, Callable[[str, datetime], object]] = {
    "agent": _text,
    "mine": _text,
    "customer": _text,
    "reviewer": _text,
    "rule": _text,
    "severity": _severity,
    "kind": _kind,
    "since": moment,
    "until": moment,
    "length": lambda value, _now: length(value),
}
"""What reads the value of each filter; the last one counts."""
_EACH = {"tag": "tags", "attribute": "attributes"}
"""Filters that may be given several times, and their fields: all of them must be met."""
_WORDS: Mapping[str, dict[str, object]] = {
    "urgent": {"severity": "urgent"},
    "flagged": {"flagged": True},
    "unreviewed": {"unreviewed": True},
    "held": {"held": True},
}

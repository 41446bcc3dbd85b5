"""Reads who and when from the names that telephone systems give to recordings."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from audio.files.names import text_of
from audio.files.recording import AgentChannel
from monitor.base.start_time import read_started
from monitor.recordings.errors import MetadataError
from monitor.recordings.known import Known, from_fields
from monitor.recordings.pairs import call_name
from rules.strict_toml import suggestion

TABLE = Path(__file__).with_name("names.toml")

_TIMES = {"started", "date", "time", "year", "month", "day", "hour", "minute", "second", "epoch"}
_FIELDS = {"agent", "customer", "agent_channel", "consent", "consent_method"}
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_NOT_A_PATTERN = re.compile(r"[\w-]*")


@dataclass(frozen=True, slots=True)
class NamePattern:
    """How the names of recordings are built."""

    name: str
    expressions: tuple[re.Pattern[str], ...]
    """Tried in turn."""
    utc: bool = False
    """Whether times in names are UTC; else they are in this machine's time zone."""
    agent_channel: AgentChannel | None = None

    def read(self, path: Path) -> Known | None:
        """What the name of a recording says; None if it is not built like that.

        Raises:
            ValueError: it has a date that does not exist, or text that can't be used; the message is a sentence.
        """
        name, whole = text_of(path.name), text_of(path.absolute().as_posix())
        single = text_of(f"{call_name(path)}{path.suffix}")
        for expression in self.expressions:
            places = (whole,) if "/" in expression.pattern.replace(_START, "") else (name, single)
            if found := next((match for place in places if (match := expression.search(place))), None):
                return self._known({name: value for name, value in found.groupdict().items() if value})
        return None

    def _known(self, groups: Mapping[str, str]) -> Known:
        fields = {name: value for name, value in groups.items() if name in _FIELDS}
        fields |= {f"attribute.{name}": value for name, value in groups.items() if name not in _FIELDS | _TIMES}
        known = from_fields(fields)
        return Known(
            agent=known.agent,
            customer=known.customer,
            started=self._started(groups),
            consent=known.consent,
            attributes=known.attributes,
            agent_channel=known.agent_channel or self.agent_channel,
        )

    def _started(self, groups: Mapping[str, str]) -> datetime | None:
        if written := groups.get("started") or groups.get("epoch"):
            return read_started(written)
        parts = dict(groups)
        if date := re.sub(r"\D", "", groups.get("date", "")):
            parts |= {"year": date[:-4], "month": date[-4:-2], "day": date[-2:]}
        if clock := re.sub(r"\D", "", groups.get("time", "")):
            parts |= {"hour": clock[:2], "minute": clock[2:4], "second": clock[4:6] or "0"}
        if not all(parts.get(part) for part in _PARTS[:3]):
            return None
        numbers = [int(parts.get(part) or 0) for part in _PARTS]
        if len(parts["year"]) == 2:  # noqa: PLR2004 - digits of a short year
            numbers[0] += 2000
        try:
            started = datetime(*numbers, tzinfo=UTC if self.utc else None)  # type: ignore[arg-type,misc]
        except ValueError:
            raise ValueError(f"{'-'.join(map(str, numbers))} is not a date and time.") from None
        return read_started(started.isoformat()).astimezone()


_START = "(?:^|/)"
"""Where the name of a file starts; an expression that has no other "/" is looked for in the name alone."""


@dataclass(frozen=True, slots=True)
class Vendor:
    """A telephone system, and how it names recordings."""

    pattern: NamePattern
    vendor: str
    source: str
    """The public description."""
    examples: tuple[Mapping[str, Any], ...] = field(default=())
    """Made-up names, with what is read from them."""


@cache
def vendors() -> Mapping[str, Vendor]:
    """The ready-made patterns by their names."""
    found = tomllib.loads(TABLE.read_text("utf-8"))["pattern"]
    return {one["name"]: _vendor(one) for one in found}


def not_found() -> Mapping[str, str]:
    """Vendors whose names are not described in public, and where that was looked for."""
    return {one["vendor"]: one["looked"] for one in tomllib.loads(TABLE.read_text("utf-8"))["not_found"]}


def name_pattern(named: str) -> NamePattern:
    """A ready-made pattern by its name, or a regular expression with named groups.

    Raises:
        MetadataError: it is neither.
    """
    if ready := vendors().get(named.strip().casefold()):
        return ready.pattern
    if _NOT_A_PATTERN.fullmatch(named):
        raise MetadataError(f'"{named}" is not a known name pattern{suggestion(named, vendors())}')
    try:
        expression = re.compile(named)
    except re.error as error:
        raise MetadataError(f"The name pattern {named} is not a regular expression ({error}). Correct it.") from error
    if not expression.groupindex:
        raise MetadataError(
            f"The name pattern {named} has no named group, so it says nothing. Write one such as (?P<agent>[a-z]+)."
        )
    return NamePattern(named, (expression,))


def _vendor(found: Mapping[str, Any]) -> Vendor:
    pattern = NamePattern(
        found["name"],
        tuple(map(re.compile, found["expressions"])),
        utc=found.get("utc", False),
        agent_channel=found.get("agent_channel"),
    )
    return Vendor(pattern, found["vendor"], found["source"], tuple(found.get("examples", ())))

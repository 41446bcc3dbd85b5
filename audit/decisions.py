"""What was decided about licences and known vulnerabilities: the content of decisions.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("decisions.toml")


@dataclass(frozen=True, slots=True)
class DevelopmentOnly:
    """A package of another licence than those on the list, for development only."""

    package: str
    licence: str
    why: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A known vulnerability that is lived with for a while."""

    id: str
    package: str
    why: str
    until: date
    """From this day on it is a finding again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """All of them."""

    licences: frozenset[str]
    """SPDX identifiers of licences that may be used."""
    names: Mapping[str, str] = field(default_factory=dict)
    """SPDX expressions of licences that packages name in older ways."""
    exceptions: tuple[DevelopmentOnly, ...] = ()
    accepted: tuple[Accepted, ...] = ()


def read(path: Path = FILE) -> Decisions:
    """Read a file of decisions.

    Raises:
        msgspec.ValidationError: it says something else.
    """
    return msgspec.toml.decode(path.read_bytes(), type=Decisions)

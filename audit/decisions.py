"""Decisions about licences and known vulnerabilities: the content of decisions.toml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("decisions.toml")


@dataclass(frozen=True, slots=True)
class DevelopmentOnly:
    """A package with a licence that is not on the list, for development only."""

    package: str
    licence: str
    why: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A known vulnerability that is accepted for a while."""

    id: str
    package: str
    why: str
    until: date
    """From this day on it is a finding again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """All decisions."""

    licences: frozenset[str]
    """SPDX identifiers of licences that may be used."""
    names: Mapping[str, str] = field(default_factory=dict)
    """SPDX expressions of licences that packages name in older ways."""
    exceptions: tuple[DevelopmentOnly, ...] = ()
    accepted: tuple[Accepted, ...] = ()


def read(path: Path = FILE) -> Decisions:
    """Read a file of decisions.

    Raises:
        msgspec.ValidationError: it contains something else.
    """
    return msgspec.toml.decode(path.read_bytes(), type=Decisions)

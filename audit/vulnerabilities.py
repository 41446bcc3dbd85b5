"""Known vulnerabilities of locked packages, as the package index tells pip-audit."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from audit.decisions import Decisions

PATIENCE_S = 5
"""For one answer of the index."""


@dataclass(frozen=True, slots=True)
class Known:
    """A vulnerability of a package."""

    package: str
    version: str
    ids: tuple[str, ...]
    """By all its names."""
    mended_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What came of looking a lock up."""

    told: str
    """A sentence on how far it could be looked up."""
    known: tuple[Known, ...] = ()


class _Vulnerability(msgspec.Struct):
    id: str
    fix_versions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class _Package(msgspec.Struct):
    name: str
    version: str = ""
    vulns: tuple[_Vulnerability, ...] = ()
    skip_reason: str = ""


class _Report(msgspec.Struct):
    dependencies: tuple[_Package, ...]


def _pip_audit(lock: Path) -> bytes:
    """What pip-audit says of a lock as JSON; nothing if it could not ask."""
    asked = ["-r", str(lock), "--no-deps", "--disable-pip", "--format=json", "--progress-spinner=off"]
    command = [sys.executable, "-m", "pip_audit", *asked, f"--timeout={PATIENCE_S}"]
    return subprocess.run(command, check=False, capture_output=True).stdout  # noqa: S603 - our own interpreter


def look_up(lock: Path, ask: Callable[[Path], bytes] = _pip_audit) -> LookedUp:
    """Ask the index for all packages of a lock.

    Args:
        lock: with hashes.
        ask: gives pip-audit's report on a lock.
    """
    try:
        packages = msgspec.json.decode(ask(lock), type=_Report).dependencies
    except msgspec.DecodeError:
        return LookedUp(f"{lock.name}: the index was not reached, so known vulnerabilities were NOT looked up.")
    unknown = [package.name for package in packages if package.skip_reason]
    if len(unknown) == len(packages):
        return LookedUp(f"{lock.name}: the index answered for no package, so known vulnerabilities were NOT looked up.")
    known = tuple(
        Known(package.name, package.version, (one.id, *one.aliases), one.fix_versions)
        for package in packages
        for one in package.vulns
    )
    told = f"{lock.name}: known vulnerabilities were looked up for {len(packages) - len(unknown)} packages."
    return LookedUp(told + (f" Not for {', '.join(unknown)}: the index does not know them." if unknown else ""), known)


def troubles(known: Iterable[Known], decisions: Decisions, today: date) -> Iterator[str]:
    """Say each vulnerability that nobody accepted, and each that was accepted for longer than it should be."""
    accepted = {(one.package, one.id): one for one in decisions.accepted}
    for one in known:
        decided = next((accepted[key] for name in one.ids if (key := (one.package, name)) in accepted), None)
        mended = f"mended in {', '.join(one.mended_in)}" if one.mended_in else "not mended yet"
        if decided is None:
            yield f"{one.package} {one.version} has {one.ids[0]}, {mended}: lock another version, or decide on it."
        elif today >= decided.until:
            yield f"{one.package} {one.version} still has {decided.id}, {mended}; accepted until {decided.until}."

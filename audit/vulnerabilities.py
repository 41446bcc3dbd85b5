"""Known vulnerabilities of locked packages, as the package index reports them to pip-audit."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from audit.decisions import Decisions

PATIENCE_S = 5
"""Timeout for one answer of the index."""


@dataclass(frozen=True, slots=True)
class Known:
    """A vulnerability of a package."""

    package: str
    version: str
    ids: tuple[str, ...]
    """All its ids."""
    mended_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The result of checking a lock."""

    told: str
    """A sentence about how much could be checked."""
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
    """pip-audit's report on a lock as JSON; empty if the index could not be reached."""
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
        return LookedUp(f"{lock.name}: the index could not be reached. Known vulnerabilities were NOT checked.")
    unknown = [package.name for package in packages if package.skip_reason]
    if len(unknown) == len(packages):
        return LookedUp(f"{lock.name}: the index knows none of the packages. Known vulnerabilities were NOT checked.")
    known = tuple(
        Known(package.name, package.version, (one.id, *one.aliases), one.fix_versions)
        for package in packages
        for one in package.vulns
    )
    told = f"{lock.name}: checked {len(packages) - len(unknown)} packages for known vulnerabilities."
    return LookedUp(
        told + (f" Not checked, because the index does not know them: {', '.join(unknown)}." if unknown else ""), known
    )


def troubles(known: Iterable[Known], decisions: Decisions, today: date) -> Iterator[str]:
    """List each vulnerability that nobody accepted, and each whose acceptance has expired."""
    accepted = {(one.package, one.id): one for one in decisions.accepted}
    for one in known:
        decided = next((accepted[key] for name in one.ids if (key := (one.package, name)) in accepted), None)
        mended = f"fixed in {', '.join(one.mended_in)}" if one.mended_in else "not fixed yet"
        if decided is None:
            yield f"{one.package} {one.version} has {one.ids[0]}, {mended}. Lock another version, or accept it."
        elif today >= decided.until:
            yield f"{one.package} {one.version} still has {decided.id}, {mended}. Its acceptance ended {decided.until}."

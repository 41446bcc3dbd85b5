"""Licences of installed packages, checked against a list; needs no network."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, metadata

from audit.decisions import Decisions

_APPROVALS = {"DFSG approved", "OSI Approved"}
"""Classifiers that say who approves of a licence, not which one it is."""


def troubles(packages: Iterable[str], decisions: Decisions, *, shipped: bool) -> Iterator[str]:
    """Say why each package may not be used; packages not for this machine are skipped.

    Args:
        packages: their names.
        decisions: which licences may be used.
        shipped: whether everybody installs them; then exceptions for development do not apply.
    """
    excepted = {} if shipped else {one.package: one.licence for one in decisions.exceptions}
    for package in packages:
        try:
            licence = licence_of(package, decisions.names)
        except PackageNotFoundError:
            continue
        if not licence:
            yield f"{package} has no licence that this audit knows. Look it up, and add it to audit/decisions.toml."
        elif not allowed(licence, decisions.licences) and excepted.get(package) != licence:
            yield f"{package} has the licence {licence}, which is not on the list. Remove it, or accept it."


def licence_of(package: str, names: Mapping[str, str]) -> str:
    """The SPDX expression of an installed package's licence; empty if it is unknown.

    Args:
        package: its name.
        names: expressions for older licence names; a package's own name takes precedence.

    Raises:
        PackageNotFoundError: it is not installed.
    """
    about = metadata(package).json
    if expression := names.get(package) or str(about.get("license_expression", "")):
        return expression
    classifiers = [one.rpartition(" :: ")[2] for one in about.get("classifier", []) if one.startswith("License ::")]
    said = [one for one in classifiers if one not in _APPROVALS] or [str(about.get("license", "")).strip()]
    known = [names.get(one, "") for one in said]
    return " OR ".join(known) if all(known) else ""


def allowed(expression: str, licences: frozenset[str]) -> bool:
    """Whether an SPDX expression is allowed: one side of each OR, both sides of each AND."""
    tokens = re.findall(r"[()]|[^\s()]+", expression)
    holds, rest = _either(tokens, licences)
    return holds and not rest


def _either(tokens: list[str], licences: frozenset[str]) -> tuple[bool, list[str]]:
    holds, rest = _both(tokens, licences)
    while rest[:1] == ["OR"]:
        other, rest = _both(rest[1:], licences)
        holds = holds or other
    return holds, rest


def _both(tokens: list[str], licences: frozenset[str]) -> tuple[bool, list[str]]:
    holds, rest = _one(tokens, licences)
    while rest[:1] == ["AND"]:
        other, rest = _one(rest[1:], licences)
        holds = holds and other
    return holds, rest


def _one(tokens: list[str], licences: frozenset[str]) -> tuple[bool, list[str]]:
    match tokens:
        case ["(", *inner]:
            holds, rest = _either(inner, licences)
            return holds and rest[:1] == [")"], rest[1:]
        case [licence, "WITH", _, *rest]:  # an exception only allows more
            return licence in licences, rest
        case [licence, *rest]:
            return licence in licences, rest
    return False, []

"""The audit of what we are built on, and what it does when it cannot look."""

import json
from datetime import date
from importlib.metadata import metadata
from pathlib import Path

import pytest

from audit import decisions, licences, locked, vulnerabilities
from audit.decisions import Accepted, Decisions, DevelopmentOnly
from audit.vulnerabilities import Known

TODAY = date(2026, 6, 1)
LOCK = Path("requirements.lock")
FOUND = Known("shaky", "1.0", ("PYSEC-2026-1", "CVE-2026-1"), ("1.1",))
FREE = Decisions(licences=frozenset({"MIT", "BSD-3-Clause", "Apache-2.0"}))


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("GPL-3.0-or-later", False),
        ("GPL-3.0-or-later OR MIT", True),
        ("GPL-3.0-or-later AND MIT", False),
        ("MIT AND (Apache-2.0 OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("MIT AND (GPL-2.0-only OR AGPL-3.0-only)", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("(MIT", False),
        ("MIT MIT", False),
        ("", False),
    ],
)
def test_an_expression_is_read_as_spdx_means_it(expression: str, *, may: bool) -> None:
    assert licences.allowed(expression, FREE.licences) is may


def test_a_licence_is_found_in_whichever_way_a_package_names_it() -> None:
    names = decisions.read().names
    assert licences.licence_of("click", names) == metadata("click")["License-Expression"]
    assert licences.licence_of("jinja2", names) == "BSD-3-Clause"
    assert licences.licence_of("jinja2", {}) == ""


def test_what_is_not_on_the_list_is_a_finding_unless_it_is_for_development_only() -> None:
    names = {"praat-parselmouth": "GPL-3.0-or-later"}
    only = DevelopmentOnly("praat-parselmouth", "GPL-3.0-or-later", "compared with")
    decided = Decisions(licences=FREE.licences, names=names, exceptions=(only,))
    assert list(licences.troubles(["praat-parselmouth", "not-for-this-machine"], decided, shipped=False)) == []
    assert list(licences.troubles(["praat-parselmouth"], decided, shipped=True)) == [
        "praat-parselmouth has the licence GPL-3.0-or-later, which is not on the list. Remove it, or accept it."
    ]
    assert list(licences.troubles(["jinja2"], FREE, shipped=True)) == [
        "jinja2 has no licence that this audit knows. Look it up, and add it to audit/decisions.toml."
    ]


@pytest.mark.parametrize("lock", locked.LOCKS, ids=lambda lock: lock.name)
def test_everything_we_lock_may_be_used(lock: Path) -> None:
    found = locked.packages(lock)
    assert {"numpy", "click", "av"} <= set(found)
    assert list(licences.troubles(found, decisions.read(), shipped=lock == locked.LOCKS[0])) == []


def test_every_exception_is_of_use() -> None:
    assert {one.package for one in decisions.read().exceptions} <= set(locked.packages(locked.LOCKS[1]))


def report(*packages: dict[str, object]) -> bytes:
    return json.dumps({"dependencies": packages, "fixes": []}).encode()


def test_what_is_known_of_a_package_is_looked_up() -> None:
    shaky = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": ["CVE-2026-1"], "description": "It shakes."}
    said = report(
        {"name": "shaky", "version": "1.0", "vulns": [shaky]},
        {"name": "sound", "version": "2.0", "vulns": []},
        {"name": "own", "skip_reason": "not found"},
    )
    looked = vulnerabilities.look_up(LOCK, lambda _: said)
    assert looked.known == (FOUND,)
    assert looked.told == (
        "requirements.lock: checked 2 packages for known vulnerabilities. "
        "Not checked, because the index does not know them: own."
    )


@pytest.mark.parametrize("said", [b"", b"ERROR: no route to host", report({"name": "own", "skip_reason": "not found"})])
def test_when_it_could_not_look_it_says_so_and_finds_nothing(said: bytes) -> None:
    looked = vulnerabilities.look_up(LOCK, lambda _: said)
    assert "Known vulnerabilities were NOT checked" in looked.told
    assert looked.known == ()


def test_a_vulnerability_is_a_finding_until_it_is_decided_on_and_again_when_its_time_is_up() -> None:
    assert list(vulnerabilities.troubles([FOUND], FREE, TODAY)) == [
        "shaky 1.0 has PYSEC-2026-1, fixed in 1.1. Lock another version, or accept it."
    ]
    accepted = Accepted("CVE-2026-1", "shaky", "We do not shake.", date(2026, 7, 1))
    decided = Decisions(licences=FREE.licences, accepted=(accepted,))
    assert list(vulnerabilities.troubles([FOUND], decided, TODAY)) == []
    assert list(vulnerabilities.troubles([FOUND], decided, date(2026, 7, 1))) == [
        "shaky 1.0 still has CVE-2026-1, fixed in 1.1. Its acceptance ended 2026-07-01."
    ]
    other = Decisions(licences=FREE.licences, accepted=(Accepted("CVE-2026-1", "other", "", date(2026, 7, 1)),))
    assert len(list(vulnerabilities.troubles([FOUND], other, TODAY))) == 1

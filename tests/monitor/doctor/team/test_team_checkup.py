"""`doctor --team`: what a machine shares with its team, each part as it is, and those that are not set up."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.team import administration
from monitor.catalogue.team.administration import Login
from monitor.catalogue.team.roles import TeamRole
from monitor.doctor.team import broker_check, catalogue_check, rollout_check, store_check
from monitor.doctor.team.catalogue_check import Login as Judged
from monitor.doctor.team.catalogue_check import judged
from monitor.objects.bucket import Bucket
from monitor.objects.errors import KeepsVersionsError
from monitor.rollout import desks
from monitor.rollout.desks import DeskState
from monitor.settings.config import Calls, Settings, Wall
from tests import postgres
from tests.monitor.rollout.rollouts import Team, run
from tests.monitor.wall.mosquitto import Mosquitto

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def checked(output: str) -> dict[str, tuple[str, str]]:
    return {one["check"]: (one["verdict"], one["told"]) for one in json.loads(output)["diagnoses"]}


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.chdir(tmp_path)
    return Team(tmp_path, monkeypatch)


def test_what_is_not_set_up_is_no_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    done = run("doctor", "--team", "--json")
    assert done.exit_code == 0
    found = checked(done.stdout)
    assert list(found) == ["catalogue", "store", "clock", "broker", "sealing", "roll-out"]
    assert {verdict for verdict, _ in found.values()} == {"ok"}
    assert all("not set up" in found[part][1] for part in ("catalogue", "store", "broker", "roll-out"))


def test_a_machine_with_a_store_is_checked_with_it(team: Team) -> None:
    team.make_desk()
    team.publish("[retention]\naudio_days = 7\n")
    found = checked(run("doctor", "--team", "--json").stdout)
    assert found["store"][0] == "ok"
    assert found["clock"] == ("ok", "The clock agrees with the store's.")
    assert found["sealing"][0] == "look"
    assert not list(team.store.list("probes")), "nothing stays there"


def test_a_store_that_is_away_is_one_line_and_the_other_checks_go_on(team: Team) -> None:
    team.make_desk(objects={"url": "/nowhere"})
    done = run("doctor", "--team", "--json")
    assert done.exit_code == 1
    found = checked(done.stdout)
    assert found["store"] == (
        "bad",
        "There is no folder /nowhere. Connect its drive, create it, or correct objects.url.",
    )
    assert "broker" in found


def test_a_store_that_keeps_what_is_deleted_is_a_problem(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(_: Bucket, key: str) -> None:
        raise KeepsVersionsError(f"An older version of {key} can still be read.")

    monkeypatch.setattr(Bucket, "delete", kept)
    team.make_desk()
    verdict, told = checked(run("doctor", "--team", "--json").stdout)["store"]
    assert (verdict, told.endswith("forgotten calls could still be read there.")) == ("bad", True)


@pytest.mark.parametrize(
    ("there", "verdict", "told"),
    [
        (timedelta(0), "ok", "agrees"),
        (timedelta(seconds=-0.9), "ok", "agrees"),
        (timedelta(seconds=50), "ok", "agrees"),
        (timedelta(minutes=3), "look", "about 3 min behind"),
        (timedelta(minutes=-3), "look", "about 3 min ahead of"),
        (timedelta(minutes=11), "bad", "about 11 min behind"),
        (timedelta(minutes=-11), "bad", "about 11 min ahead of"),
    ],
)
def test_a_clock_that_is_off_is_said_with_how_far(there: timedelta, verdict: str, told: str) -> None:
    found = store_check.of_clock(NOW + there, NOW, NOW + timedelta(seconds=0.2))
    assert (found.verdict, told in found.told) == (verdict, True)


def test_a_store_that_says_no_time_is_no_problem() -> None:
    assert store_check.of_clock(None, NOW, NOW).verdict == "ok"


DESK = Judged("desk7", rows_are_guarded=True, is_owner=False, is_supervisor=False, reads_others=False)


@pytest.mark.parametrize(
    ("login", "verdict", "told"),
    [
        (DESK, "ok", "reads no words of other machines' calls"),
        (replace(DESK, is_supervisor=True, reads_others=True), "ok", "is a supervisor's"),
        (replace(DESK, reads_others=True), "bad", "is no supervisor's, but reads the words of others"),
        (replace(DESK, is_owner=True, reads_others=True), "look", "owns the tables"),
        (replace(DESK, rows_are_guarded=False), "bad", "Run tone-monitor catalogue init-team"),
    ],
)
def test_a_login_is_judged_by_what_it_can_read(login: Judged, verdict: str, told: str) -> None:
    found = judged(login, "team at db")
    assert (found.verdict, told in found.told) == (verdict, True)


@pytest.mark.slow
def test_a_login_is_checked_in_the_database_itself(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with postgres.running() as url:
        settings = Settings(calls=Calls(catalogue=url))
        root = tmp_path / "calls"
        root.mkdir()
        (empty,) = catalogue_check.check(settings, root)
        assert (empty.verdict, "is empty" in empty.told) == ("look", True)
        open_catalogue(root, url).close()
        (found,) = catalogue_check.check(settings, root)
        assert (found.verdict, "reads the words of everybody's calls" in found.told) == ("bad", True)
        administration.init_team(url, lambda _: None, dry=False)
        roles: tuple[tuple[str, TeamRole, str], ...] = (
            ("desk7", "desk", "reads no words of other machines' calls."),
            ("tina", "trainer", "reads no words of other machines' calls."),
            ("kim", "supervisor", "it reads the words of the team's calls."),
        )
        for number, (name, role, told) in enumerate(roles):
            administration.add_login(url, Login(name, role, ("support",), ()), lambda _: None, dry=False)
            own = tmp_path / str(number)
            own.mkdir()
            login = make_url(url).set(username=name).render_as_string(hide_password=False)
            (found,) = catalogue_check.check(Settings(calls=Calls(catalogue=login)), own)
            assert (found.verdict, found.told.endswith(told)) == ("ok", True), found.told
        (found,) = catalogue_check.check(settings, root)
        assert (found.verdict, "owns the tables" in found.told) == ("look", True)
    (away,) = catalogue_check.check(settings, root)
    assert (away.verdict, away.told.startswith("Can't use the catalogue")) == ("bad", True)


def test_a_broker_that_is_away_is_said() -> None:
    pytest.importorskip("paho.mqtt")
    (found,) = broker_check.check(Settings(wall=Wall(broker="mqtt://localhost:1")))
    assert (found.verdict, found.told.startswith("Can't reach the broker at localhost:1")) == ("bad", True)


@pytest.mark.slow
def test_a_broker_that_takes_what_is_published_is_fine(tmp_path: Path) -> None:
    pytest.importorskip("paho.mqtt")
    with Mosquitto(tmp_path, "allow_anonymous true") as broker:
        (found,) = broker_check.check(Settings(wall=Wall(broker=f"mqtt://localhost:{broker.port}")))
    assert (found.verdict, found.told.endswith("publishes, on this machine.")) == ("ok", True)


def machine(name: str, version: int, *, days_ago: int = 0, refused: str = "") -> DeskState:
    site = f"{abs(hash(name)):032x}"[:32]
    return DeskState(
        site=site, machine=name, program="0.3.0", version=version, refused=refused, seen=NOW - timedelta(days=days_ago)
    )


def of_team(team: Team, *machines: DeskState) -> list[str]:
    for one in machines:
        desks.report(team.store, one)
    found = rollout_check.of_team(team.settings(), team.settings_file, NOW)
    return [one.told for one in found if one.check in {"desk", "desks"}]


def test_each_machine_that_is_not_on_the_newest_has_a_line(team: Team) -> None:
    team.make_desk()
    for days in (7, 8):
        team.publish(f"[retention]\naudio_days = {days}\n")
    lines = of_team(
        team,
        machine("a", 2),
        machine("b", 1),
        machine("c", 2, days_ago=9),
        machine("d", 1, refused="It needs an upgrade."),
        machine("gone", 1, days_ago=100),
    )
    assert lines[0] == "1 of 4 machines are on version 2, the newest."
    assert [line[:2] for line in lines[1:]] == ["b:", "c:", "d:"]
    assert "not seen for 9 days" in lines[2]
    assert lines[3].endswith("It needs an upgrade.")


def test_two_machines_with_one_name_are_told_apart(team: Team) -> None:
    team.make_desk()
    team.publish("[retention]\naudio_days = 7\n")
    lines = of_team(team, machine("a", 1), replace(machine("b", 1), machine="a"))
    assert lines[-1].startswith("2 machines are called a.")


def test_the_ordinary_doctor_says_what_was_refused(team: Team) -> None:
    team.make_desk()
    team.store.put("rollout/versions/000001", b"forged")
    team.take()
    (found,) = rollout_check.here(team.settings(), team.settings_file)
    assert (found.verdict, found.told.endswith("Until then, none is in force.")) == ("look", True)


def test_a_machine_that_stepped_back_says_so(team: Team) -> None:
    team.make_desk()
    for days in (7, 8):
        team.publish(f"[retention]\naudio_days = {days}\n")
        team.take()
    run("rollout", "back", "--here")
    (found,) = rollout_check.here(team.settings(), team.settings_file)
    assert found.told.startswith("This machine stepped back to version 1 of the team's roll-out from version 2.")


def test_team_and_named_calls_exclude_each_other() -> None:
    assert run("doctor", "--team", "some-call").exit_code == 2

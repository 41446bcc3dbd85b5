"""The next call of a session goes by the roll-out that is in force when it starts; the one in progress does not."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from monitor.live.call_wiring import CallWiring
from monitor.live.latest_wiring import LatestWiring
from monitor.live.parts import SessionParts
from monitor.live.session import Session
from monitor.sealed import keys, sealing
from tests.monitor.live.desk import Desk, spoken
from tests.monitor.rollout.rollouts import Team


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.chdir(tmp_path)
    made = Team(tmp_path, monkeypatch)
    made.make_desk()
    return made


def latest(team: Team, *rules: Path, record: bool = True) -> LatestWiring:
    settings = team.settings()
    files = rules or tuple(map(Path, settings.rules.files))
    return LatestWiring(CallWiring.of_session(settings, "none", files), files, record=record)


def test_a_new_version_counts_from_the_next_call(team: Team) -> None:
    session = latest(team)
    first = session.of_next_call()
    fingerprint = first.rulebook.fingerprint
    team.publish("[calls]\nrecord = false\n", "urgent")
    team.take()
    assert first.rulebook.fingerprint == fingerprint
    assert session.of_next_call().rulebook.fingerprint != fingerprint
    assert not session.record
    assert session.of_next_call() is session.of_next_call(), "nothing is loaded again without need"


def test_rules_of_the_command_line_stay(team: Team) -> None:
    own = team.settings_file.parent / "own.toml"
    own.write_text('[slow-down]\nextends = "slow-down"\nenabled = false\n', "utf-8")
    session = latest(team, own)
    fingerprint = session.of_next_call().rulebook.fingerprint
    team.publish("[privacy]\ncard_guard = false\n", "urgent")
    team.take()
    wiring = session.of_next_call()
    assert wiring.rulebook.fingerprint == fingerprint
    assert not wiring.settings.privacy.card_guard


def test_a_session_without_sound_stays_without(team: Team) -> None:
    session = latest(team, record=False)
    team.publish("[calls]\nrecord = true\n")
    team.take()
    session.of_next_call()
    assert not session.record


def test_the_next_call_is_sealed_as_the_team_wants(team: Team) -> None:
    team.make_desk(privacy={"key_file": "key"})
    keys.make()
    session = latest(team)
    team.publish("[privacy]\nencrypt = true\n")
    team.take()
    session.of_next_call()
    assert sealing.in_use().encrypt


def test_files_that_are_gone_leave_the_rules_of_the_last_call(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    session = latest(team)
    before = session.of_next_call()
    team.publish(severity="urgent")
    team.take()
    (rules,) = team.settings().rules.files
    Path(rules).unlink()
    assert session.of_next_call() is before
    assert "The team's roll-out is not taken: Can't read" in caplog.text


def test_a_session_looks_between_its_calls_and_its_end_ends_that(tmp_path: Path) -> None:
    looked, ended = Event(), Event()

    def follow(is_between_calls: Callable[[], bool], stopped: Event) -> None:
        while is_between_calls() and not stopped.wait(0.01):
            looked.set()
        ended.set()

    desk = Desk(tmp_path)
    session = Session(
        lambda: SessionParts(desk.sound(spoken(1.0), spoken(1.0)), desk.prepare, 0, follow_team=follow), auto=True
    )
    desk.run(session)
    assert looked.wait(10)
    session.stop()
    assert ended.wait(10)
    assert session.failure is None

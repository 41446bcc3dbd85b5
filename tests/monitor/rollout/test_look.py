"""A session looks for the team's roll-out; what fails there is a line in the log and concerns no call."""

from pathlib import Path
from threading import Event

import pytest

from monitor.rollout import desks, look
from tests.monitor.rollout.rollouts import Team

SHORT = "[retention]\naudio_days = 7\n"


class Between:
    """No call is in progress, so many times; then the session ends."""

    def __init__(self, times: int) -> None:
        self._left = times

    def __call__(self) -> bool:
        self._left -= 1
        return self._left >= 0


def follow(team: Team, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "LOOK_EVERY_S", 0.0)
    root = team.settings_file.parent / "calls"
    root.mkdir(exist_ok=True)
    look.follow(team.settings(), root, Between(times), Event())


def test_a_version_is_taken_and_the_store_learns_of_it(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.publish(SHORT)
    follow(team, 1, monkeypatch)
    assert team.settings().retention.audio_days == 7
    assert [desk.version for desk in desks.all_desks(team.store)] == [1]


def test_while_a_call_is_in_progress_nothing_is_taken(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.publish(SHORT)
    follow(team, 0, monkeypatch)
    assert team.state().in_force == 0


def test_what_is_refused_is_logged_once(
    team: Team, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    team.store.put("rollout/versions/000001", b"forged")
    follow(team, 3, monkeypatch)
    (logged,) = caplog.messages
    assert logged.startswith("The team's roll-out is not taken: Version 1")


@pytest.mark.parametrize("fault", ["a store that is away", "an error of ours"])
def test_no_fault_ends_a_session(
    fault: str, team: Team, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    team.publish(SHORT)
    store = Path(team.settings().objects.url)
    if fault == "a store that is away":
        store.rename(store.with_name("away"))
    else:
        monkeypatch.setattr(look.intake, "take", lambda *_: 1 / 0)
    follow(team, 2, monkeypatch)
    (logged,) = caplog.messages
    assert ("There is no folder" in logged) or logged.endswith("failed with a ZeroDivisionError.")
    assert team.state().in_force == 0


def test_the_end_of_the_session_ends_the_looks(team: Team) -> None:
    team.publish(SHORT)
    (team.settings_file.parent / "calls").mkdir()
    stopped = Event()
    stopped.set()
    look.follow(team.settings(), team.settings_file.parent / "calls", Between(1_000_000), stopped)
    assert team.state().in_force == 1

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.call import hold
from monitor.call.consent import Consent
from monitor.call.hold import Hold
from monitor.live.parts import SessionParts
from monitor.live.session import Session
from monitor.second_pass.catch_up import candidates
from tests.made_calls import START, info, make
from tests.monitor.live.desk import Desk, spoken

NOW = START + timedelta(days=1)
AGENT = "Sam Porter"


def saved(root: Path, name: str = "a1b2c3", *, sound: bool = True, **known: object) -> Path:
    about = replace(replace(info(), model="default", kind="live"), **known)  # type: ignore[arg-type]
    folder = make(root, (), about, name=name)
    if sound:
        (folder / "audio.flac").write_bytes(b"fLaC")
    return folder


def test_earlier_calls_come_newest_first(tmp_path: Path) -> None:
    first = saved(tmp_path)
    second = saved(tmp_path, started=START + timedelta(hours=2))
    saved(tmp_path, "aaaaaa", started=START - timedelta(days=7))
    assert list(candidates(tmp_path, AGENT, NOW)) == [second, first]


@pytest.mark.parametrize(
    "known",
    [
        {"agent": "Somebody Else"},
        {"closed": False},
        {"consent": Consent("refused")},
        {"kind": "recording"},
        {"model": "none"},
        {"words_deleted": "2026-03-02"},
        {"sound": False},
    ],
    ids=str,
)
def test_calls_that_may_not_or_need_not_be_heard_again_are_left_alone(known: dict[str, object], tmp_path: Path) -> None:
    saved(tmp_path, **known)  # type: ignore[arg-type]
    assert list(candidates(tmp_path, AGENT, NOW)) == []


def test_a_call_on_hold_stays_as_it_is(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    hold.put(folder, Hold(date(2026, 4, 1), "complaint 4711", "Kim", "2026-03-02T10:00:00+00:00"))
    assert list(candidates(tmp_path, AGENT, NOW)) == []


def test_a_session_catches_up_and_its_end_ends_that(tmp_path: Path) -> None:
    ended: list[str] = []
    silence = spoken(1.0)

    def catch_up(go_on: Callable[[], bool]) -> None:
        while go_on():
            pass
        ended.append("earlier calls")

    desk = Desk(tmp_path)
    session = Session(
        lambda: SessionParts(desk.sound(silence, silence), desk.prepare, 0, catch_up=catch_up),
        auto=True,
        ask_after_s=20.0,
    )
    desk.run(session)
    assert ended == ["earlier calls"]
    assert session.failure is None

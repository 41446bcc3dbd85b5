"""What a wall shows of what it hears: live, stale or gone, by its own clock."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.wall.wall_messages import CallState, encoded
from monitor.wall.wall_state import FORGOTTEN_S, NOTE_S, PRESENT_S, STALE_S, Wall
from tests.monitor.wall.wall_calls import on_desk, order, present, said


def test_a_call_that_says_nothing_is_stale_and_then_forgotten_and_news_make_it_live_again() -> None:
    wall = said(Wall(), "sam", 100.0).at(100.0)
    assert [(shown.life, shown.silent_s) for shown in wall.shown(100.0 + STALE_S)] == [("stale", STALE_S)]
    assert [shown.life for shown in wall.shown(100.0 + STALE_S - 0.1)] == ["live"]
    assert [shown.life for shown in said(wall, "sam", 120.0).shown(121.0)] == ["live"]
    assert wall.at(100.0 + FORGOTTEN_S).shown(100.0 + FORGOTTEN_S) == ()


def test_a_desk_whose_connection_broke_is_gone_until_it_is_back_and_one_that_said_goodbye_leaves() -> None:
    wall = said(present(Wall(), "sam"), "sam", 1.0).at(1.0)
    broken = present(wall, "sam", gone=True)
    assert [shown.life for shown in broken.at(1.5).shown(1.5)] == ["gone"]
    assert [shown.life for shown in present(broken, "sam").at(1.5).shown(1.5)] == ["live"]
    assert wall.after(on_desk("sam").desk.presence, b"", 2.0).at(2.0).shown(2.0) == ()


def test_a_call_that_ends_leaves_the_wall() -> None:
    wall = said(said(Wall(), "sam", 1.0), "ana", 1.0).after(on_desk("sam").topic("state"), b"", 2.0).at(2.0)
    assert order(wall, 2.0) == ["ana"]


def test_clocks_of_desks_ten_minutes_apart_change_nothing() -> None:
    # A state holds no time of day at all: the wall has only its own.
    assert not [name for name in CallState.__struct_fields__ if name in {"started", "time", "sent", "clock"}]
    wall = said(said(Wall(), "sam", 50.0, at_s=20.0), "ana", 50.0, at_s=620.0).at(50.0)
    assert [shown.life for shown in wall.shown(51.0)] == ["live", "live"]


def test_an_older_state_that_comes_late_changes_nothing() -> None:
    wall = said(said(Wall(), "sam", 10.0, at_s=9.0, prompts=2), "sam", 10.2, at_s=3.0, prompts=1).at(10.2)
    assert [(shown.state.prompts, shown.silent_s) for shown in wall.shown(11.0)] == [(2, 1.0)]


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"{broken", "it is not a message of Tone Monitor"),
        (b"\xff\xfe", "it is not a message of Tone Monitor"),
        (b"[1, 2]", "it is not a message of Tone Monitor"),
        (b'{"v":1,"agent":3}', "it is not a message of Tone Monitor"),
        (b'{"v":2,"agent":"Sam","at_s":1}', "it has version 2, and this program reads version 1"),
        (b"{" * 70_000, "it has 70000 bytes"),
    ],
)
def test_a_message_that_is_not_ours_is_left_out_and_said_in_a_sentence(payload: bytes, why: str) -> None:
    wall = said(Wall(), "sam", 1.0).after(on_desk("eve").topic("state"), payload, 2.0).at(2.0)
    assert order(wall, 2.0) == ["sam"]
    assert wall.note == f"A message from the login eve is left out: {why}."
    assert wall.at(2.0 + NOTE_S).note == ""


@given(st.binary(max_size=80), st.sampled_from(["state", "detail", "elsewhere"]))
def test_no_message_breaks_the_wall(payload: bytes, part: str) -> None:
    call = on_desk("sam")
    topics = (call.topic("state"), call.topic("detail"), call.desk.presence, f"tone/calls/x/{part}", part)
    wall = said(Wall(), "sam", 1.0)
    for topic in topics:
        wall = wall.after(topic, payload, 2.0).at(2.0)
    wall.shown(3.0)


@given(st.floats(), st.integers(), st.text())
def test_a_state_with_any_values_is_shown(number: float, count: int, text: str) -> None:
    values = {"v": 1, "agent": text, "at_s": number, "prompts": count, "level_over_db": number, "rule": text}
    wall = Wall().after(on_desk("sam").topic("state"), msgspec.json.encode(values), 1.0).at(1.0)
    wall.shown(2.0)


def test_two_desks_with_one_login_are_two_lines_and_it_is_said() -> None:
    wall = present(present(Wall(), "desk7"), "desk7", program="p2")
    for program in ("p1", "p2"):
        topic = on_desk("desk7", program=program).topic("state")
        wall = wall.after(topic, encoded(CallState(agent=program, at_s=1.0)), 1.0)
    assert [shown.state.agent for shown in wall.at(1.0).shown(1.0)] == ["p1", "p2"]
    assert wall.shared_logins(1.0) == ("desk7",)
    assert present(wall, "desk7", gone=True).shared_logins(1.0) == ()
    assert wall.shared_logins(PRESENT_S) == (), "what the broker still keeps of a desk that has long gone"

"""What the wall's lines say."""

from dataclasses import replace
from datetime import datetime

import msgspec
import pytest

from monitor.base.lines import Line, length
from monitor.wall.wall_lines import call_lines, detail_lines, head_line, heading_line, help_lines, keys_line, note_line
from monitor.wall.wall_messages import CallDetail, Moment, encoded
from monitor.wall.wall_run import Watching, lines
from monitor.wall.wall_state import OPENING_S, Wall
from monitor.wall.wall_texts import to_json
from monitor.wall.wall_view import WallView
from tests.monitor.wall.wall_calls import FakeClient, on_desk, present, said

NOW = datetime.fromisoformat("2026-11-29T14:03:22+01:00")


def view(wall: Wall, now_s: float = 100.0) -> WallView:
    return WallView("Kim", "Support", wall.at(100.0), now_s, connected=True)


def text(line: Line) -> str:
    return "".join(part for part, _ in line)


def rows(shown: WallView, width: int = 80, height: int = 20) -> list[str]:
    return [text(line) for line in call_lines(shown, width, height)]


def test_a_line_says_who_why_since_when_on_what_scale_and_who_takes_care() -> None:
    wall = said(
        Wall(), "sam", 100.0, at_s=185.0, severity="urgent", title="Offer a supervisor", since_s=150.0, recording="on",
        consent="given", level_over_db=7.0, rate_over_pct=-3.0, taken_by="Kim", followed_by=("Ana",),
    )  # fmt: skip
    assert rows(view(wall), 84) == [
        "▌!! Sam            3:05    Offer a supervi… 0:35 ··├─┼─◆··  ···├●┤···  ●✓ →Kim ◦Ana"
    ]
    assert "Kim takes care · Ana follows" in rows(view(wall), 130)[0]


def test_of_a_reason_that_is_too_long_the_time_stays() -> None:
    wall = said(Wall(), "sam", 100.0, severity="prompt", rule="a-rule-with-a-very-long-name", since_s=40.0)
    assert "a-rule-with-a-v… 1:00" in rows(view(wall))[0]


def test_a_flag_has_the_title_of_its_rule_and_its_id_where_the_desk_sends_no_title() -> None:
    about = {"severity": "prompt", "rule": "slow-down", "since_s": 40.0}
    assert "Slow down 1:00" in rows(view(said(Wall(), "sam", 100.0, title="Slow down", **about)))[0]
    assert "slow-down 1:00" in rows(view(said(Wall(), "sam", 100.0, **about)))[0]


def test_a_stale_call_and_one_that_is_gone_say_so_and_show_no_measures() -> None:
    wall = said(Wall(), "sam", 100.0, at_s=60.0, level_over_db=7.0, severity="urgent", rule="danger")
    stale = call_lines(view(wall, 112.0), 80, 20)[0]
    assert "stale 12 s" in text(stale)
    assert "◆" not in text(stale)
    assert {ink for part, ink in stale if part.strip(" ▌")} <= {"dim", "usual"}
    gone = present(said(present(Wall(), "sam"), "sam", 100.0), "sam", gone=True)
    assert "gone 1:10" in rows(view(gone, 170.0))[0]


def test_the_head_counts_what_is_in_progress_and_what_cannot_be_relied_on() -> None:
    wall = said(said(said(Wall(), "sam", 112.0, help_s=100.0), "ana", 100.0), "ben", 112.0)
    wall = said(wall, "cid", 112.0, severity="urgent", rule="legal", taken_by="Kim")
    assert text(head_line(view(wall, 112.0), 80)) == " Wall  Support  3 calls in progress, 1 to look at, 1 stale"
    lost = replace(view(wall, 112.0), connected=False, lost_s=100.0, trouble="Can't reach the broker.")
    assert text(head_line(lost, 80)) == " Wall  Support  no connection for 12 s"
    assert text(note_line(lost, 80)) == " Can't reach the broker."
    assert text(head_line(replace(lost, lost_s=None, trouble=""), 80)) == " Wall  Support  connecting"


def test_who_asks_for_help_stays_in_sight_however_far_down_the_cursor_is() -> None:
    wall = Wall()
    for number in range(30):
        wall = said(wall, f"desk{number}", 100.0, at_s=1000.0 - number)
    wall = said(wall, "sam", 100.0, help_s=90.0).at(100.0).at(100.0 + OPENING_S)
    shown = view(wall).moved(30)
    painted = rows(shown, height=8)
    assert len(painted) == 8
    assert "asks for help" in painted[0]
    assert painted[-1].startswith("▌")
    assert rows(shown.moved(-100), height=8)[0].startswith("▌")


def test_the_cursor_stays_on_its_call_when_lines_move() -> None:
    wall = said(said(Wall(), "sam", 100.0), "ana", 100.0, at_s=50.0).at(100.0)
    shown = view(wall).moved(1)
    assert shown.chosen is not None
    call = shown.chosen.call
    moved = replace(shown, wall=said(wall, call.desk.login, 101.0, at_s=200.0, help_s=190.0).at(101.0))
    assert (moved.rows[0].call, moved.chosen and moved.chosen.call) == (call, call)


def test_who_follows_reads_that_the_agent_sees_it_once_the_desk_has_said_so() -> None:
    wall, call = said(Wall(), "sam", 100.0), on_desk("sam")
    shown = replace(view(wall), following=call)
    assert "has not answered yet" in text(detail_lines(shown, 80, 10)[1])
    moments = (Moment(50.0, "flag", "legal", "urgent"), Moment(51.0, "customer", "I will call my lawyer."))
    detail = CallDetail(at_s=100.0, talk_s={"agent": 30.0, "customer": 10.0}, moments=moments, words=True)
    wall = said(wall, "sam", 101.0, followed_by=("Kim",)).after(call.topic("detail"), encoded(detail), 101.0)
    said_of = [text(line) for line in detail_lines(replace(view(wall, 101.0), following=call), 80, 10)]
    assert said_of == [
        "",
        " You follow Sam. The agent sees it.",
        " The agent has talked 75 % of the time. The agent shares the words.",
        "   0:50  urgent flag    legal",
        "   0:51  customer       I will call my lawyer.",
    ]
    over = replace(view(Wall()), following=call)
    assert "is over" in text(detail_lines(over, 80, 10)[1])


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_no_line_is_wider_than_the_screen_but_the_rows_of_a_narrow_one(width: int) -> None:
    wall = said(Wall(), "sam", 100.0, agent="A" * 60, rule="r" * 60, severity="urgent", taken_by="K" * 60)
    shown = view(wall)
    painted = [head_line(shown, width), heading_line(width), keys_line(shown, width), note_line(shown, width)]
    painted += call_lines(shown, width, 5) if width >= 80 else ()
    assert all(length(line) <= width for line in painted)
    assert all(length(line) <= 80 for line in help_lines())


def test_plain_lines_come_when_something_changes_and_json_holds_all() -> None:
    client, now_s = FakeClient(), 100.0
    watching = Watching(client, "Support", lambda: now_s)
    known: dict[object, tuple[object, ...]] = {}
    client.say("sam", now_s, 65.0, recording="on", consent="given")
    watching.look()
    assert list(lines(watching, NOW, known)) == ["14:03:22  Sam  1:05  recording, consent given"]
    client.say("sam", now_s, 67.0, recording="on", consent="given", help_s=66.0, followed_by=("Kim",))
    watching.look()
    said_now = ["14:03:22  Sam  1:07  help, asks for help, recording, consent given, Kim follows"]
    assert [list(lines(watching, NOW, known)), list(lines(watching, NOW, known))] == [said_now, []]
    found = msgspec.json.decode(to_json(watching.view, NOW))
    (call,) = found["calls"]
    assert (found["connected"], call["desk"], call["help_s"], call["life"]) == (True, "sam", 66.0, "live")
    now_s = 107.0
    watching.look()
    assert list(lines(watching, NOW, known)) == [
        "14:03:22  Sam  1:07  stale, asks for help, recording, consent given, Kim follows"
    ]
    now_s = 800.0
    watching.look()
    assert list(lines(watching, NOW, known)) == ["14:03:22  Sam  over"]

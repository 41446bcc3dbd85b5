"""The keys of the wall."""

import pytest

from monitor.wall.wall_run import Watching
from monitor.wall.wall_screen import WallApp, WallPane
from monitor.wall.wall_state import Shown, Wall
from tests.monitor.wall.wall_calls import FakeClient


async def test_a_supervisor_takes_follows_and_lets_go_with_the_keyboard() -> None:
    client, now_s = FakeClient(), 100.0
    client.say("ana", now_s, 60.0)
    client.say("sam", now_s, 50.0)
    app = WallApp(Watching(client, "Support", lambda: now_s))
    async with app.run_test(size=(80, 24)) as pilot:
        app.wall.look()
        await pilot.press("down", "t", "f")
        assert client.orders == [("sam", "take")]
        assert client.following is not None
        assert client.following.desk.login == "sam"
        client.say("sam", now_s, 51.0, taken_by="Kim", followed_by=("Kim",))
        app.wall.look()
        await pilot.press("t", "enter")
        assert client.orders[1:] == [("sam", "release")]
        assert client.following is None
        await pilot.press("question_mark")
        assert app.wall.has_class("-help")
        await pilot.press("escape")
        assert not app.wall.has_class("-help")
        await pilot.press("q")
    assert app.return_code == 0


async def test_a_call_that_is_followed_and_over_is_followed_no_longer() -> None:
    client = FakeClient()
    client.say("sam", 100.0, 50.0)
    now_s = [100.0]
    watching = Watching(client, "Support", lambda: now_s[0])
    watching.look()
    watching.follow(watching.view.rows[0].call)
    now_s[0] = 900.0
    watching.look()
    assert client.following is None


async def test_an_empty_wall_says_so() -> None:
    app = WallApp(Watching(FakeClient(), "Support", lambda: 1.0))
    async with app.run_test(size=(80, 24)) as pilot:
        app.wall.look()
        await pilot.press("t", "f", "down")
        painted = app.wall.query_one("#list", WallPane).render_line(1)
    assert "No call is in progress." in painted.text


async def test_the_calls_are_put_in_order_once_for_all_lines_of_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    client, put_in_order = FakeClient(), Wall.shown
    times_s: list[float] = []

    def counted(wall: Wall, now_s: float) -> tuple[Shown, ...]:
        times_s.append(now_s)
        return put_in_order(wall, now_s)

    for number in range(20):
        client.say(f"desk{number}", 100.0, 60.0)
    app = WallApp(Watching(client, "Support", lambda: 100.0))
    async with app.run_test(size=(80, 24)):
        app.wall.look()
        monkeypatch.setattr(Wall, "shown", counted)
        app.wall.look()
        assert times_s == [100.0]

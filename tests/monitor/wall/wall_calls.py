"""Made states of calls, and the topics they come on."""

from typing import Any

from monitor.wall.topics import Desk, OnDesk
from monitor.wall.wall_client import News
from monitor.wall.wall_messages import CallState, Does, Presence, encoded
from monitor.wall.wall_state import Wall


def on_desk(login: str, call: str = "1", *, team: str = "Support", program: str = "p1") -> OnDesk:
    return OnDesk(Desk(team, login, program), call)


def said(wall: Wall, login: str, arrived_s: float, *, at_s: float | None = None, call: str = "1", **about: Any) -> Wall:  # noqa: ANN401 - fields of a state
    """The wall after a state of a call that began at 0 by the wall's clock."""
    agent = about.pop("agent", login.capitalize())
    state = CallState(agent=agent, at_s=arrived_s if at_s is None else at_s, **about)
    return wall.after(on_desk(login, call).topic("state"), encoded(state), arrived_s)


def present(wall: Wall, login: str, *, gone: bool = False, program: str = "p1") -> Wall:
    return wall.after(on_desk(login, program=program).desk.presence, encoded(Presence(gone=gone)), 0.0)


def order(wall: Wall, now_s: float) -> list[str]:
    return [shown.call.desk.login for shown in wall.shown(now_s)]


class FakeClient:
    """A connection that gives what a test puts into it, and remembers what the supervisor did."""

    def __init__(self, supervisor: str = "Kim") -> None:
        self.supervisor = supervisor
        self.following: OnDesk | None = None
        self.connected, self.trouble = True, ""
        self.waiting: list[News] = []
        self.orders: list[tuple[str, Does]] = []

    def news(self) -> list[News]:
        news, self.waiting = self.waiting, []
        return news

    def order(self, call: OnDesk, do: Does) -> None:
        self.orders.append((call.desk.login, do))

    def follow(self, call: OnDesk | None) -> None:
        self.following = call

    def say(self, login: str, now_s: float, at_s: float, **about: Any) -> None:  # noqa: ANN401 - fields of a state
        state = CallState(agent=about.pop("agent", login.capitalize()), at_s=at_s, **about)
        self.waiting.append(News(on_desk(login).topic("state"), encoded(state), now_s))

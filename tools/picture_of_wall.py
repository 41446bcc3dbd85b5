"""Draw the wall, as SVG."""

from typing import Any

from monitor.wall.wall_client import News
from monitor.wall.wall_messages import CallDetail, Moment, Presence, encoded
from monitor.wall.wall_run import Watching
from monitor.wall.wall_screen import WallApp
from tests.monitor.wall.wall_calls import FakeClient, on_desk
from tools.picture_of_calls import portable

WALL_SIZES = ((120, 26), (80, 24))
NOW_S = 1000.0
FOLLOWED = "desk3"
BEN: dict[str, Any] = {"severity": "urgent", "title": "Offer a supervisor", "since_s": 140.0, "level_over_db": 7.2}


def made_wall(client: FakeClient) -> None:
    """Twelve calls of a team, in every state that a wall shows."""
    usual: dict[str, Any] = {"recording": "on", "consent": "given", "level_over_db": 0.8, "rate_over_pct": 2.0}
    calls: tuple[tuple[str, float, dict[str, Any]], ...] = (
        ("Dora Weiss", 331, {"help_s": 320.0, "level_over_db": 1.5, "rate_over_pct": -8.0}),
        ("Gil Roth", 530, {"severity": "urgent", "title": "Get help now", "since_s": 511.0, "safety": True}),
        ("Ben Okafor", 180, BEN),
        ("Ana Lima", 742, {"severity": "urgent", "title": "Get a specialist", "since_s": 610.0, "taken_by": "Robin"}),
        ("Cid Moreau", 250, {"severity": "prompt", "title": "Slow down", "since_s": 246.0, "rate_over_pct": 24.0}),
        ("Eve Tan", 390, {"trouble": "microphone", "level_over_db": None, "rate_over_pct": None}),
        ("Finn Berg", 460, {"hold": True, "recording": "paused"}),
        ("Hana Sato", 600, {"consent": "refused", "recording": "off"}),
        ("Jule Kern", 95, {"consent": "not needed", "followed_by": ("Robin",), "level_over_db": -2.0}),
        ("Lea Voss", 810, {"behind_s": 6.0}),
        ("Ivo Novak", 668, {}),
        ("Mia Horn", 45, {}),
    )
    for number, (agent, at_s, about) in enumerate(calls):
        silent_s = 12.0 if agent == "Ivo Novak" else 0.5
        client.say(f"desk{number}", NOW_S - silent_s, at_s, agent=agent, **{**usual, **about})
    gone = on_desk("desk11").desk.presence
    client.waiting.append(News(gone, encoded(Presence(gone=True)), NOW_S))


async def wall_picture(size: tuple[int, int], *, following: bool = False) -> str:
    """Draw a made wall.

    Args:
        size: of the terminal.
        following: whether a call is followed.
    """
    client = FakeClient()
    made_wall(client)
    app = WallApp(Watching(client, "Support", lambda: NOW_S))
    async with app.run_test(size=size) as pilot:
        await pilot.pause(0.3)
        if following:
            await pilot.press("down", "down", "f")
            call = next(row for row in app.wall.view.rows if row.state.agent == "Ben Okafor")
            client.say(call.call.desk.login, NOW_S, 181, **_followed())
            moments = (
                Moment(96.0, "prompt", "Lower volume", "prompt"),
                Moment(140.2, "flag", "Offer a supervisor", "urgent"),
                Moment(140.4, "prompt", "Offer a supervisor", "urgent"),
            )
            detail = CallDetail(at_s=181.0, talk_s={"agent": 96.0, "customer": 71.0}, moments=moments)
            client.waiting.append(News(call.call.topic("detail"), encoded(detail), NOW_S))
        await pilot.pause(0.6)
        return portable(app.export_screenshot(title="Tone Monitor"))


def _followed() -> dict[str, Any]:
    return {
        **BEN,
        "agent": "Ben Okafor",
        "recording": "on",
        "consent": "given",
        "rate_over_pct": 2.0,
        "followed_by": ("Kim",),
    }

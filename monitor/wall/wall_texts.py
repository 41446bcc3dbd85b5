"""What the wall says of a call, in words: the same on the screen, in plain lines and in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from monitor.base.clock import clock
from monitor.wall.wall_state import Shown
from monitor.wall.wall_view import WallView

BEHIND_S = 3.0
MINUTE_S = 60
_RECORDING = {"on": "recording", "off": "not recording", "paused": "recording paused"}


def is_alarm(row: Shown) -> bool:
    """Whether the agent asks for help, or somebody's safety is at stake, and nobody takes care yet."""
    return row.state.help_s is not None or row.state.safety


def why(row: Shown) -> tuple[str, str]:
    """Why a call is where it is, and since when; its problem if nothing is flagged; empty for a calm call."""
    state = row.state
    call_s = state.at_s + row.silent_s
    if row.life != "live":
        return row.life, seconds(row.silent_s)
    if state.help_s is not None:
        return "asks for help", clock(max(0.0, call_s - state.help_s))
    if state.severity:
        return state.title or state.rule, clock(max(0.0, call_s - state.since_s))
    behind = f"{seconds(state.behind_s)} behind" if state.behind_s >= BEHIND_S else ""
    return f"! {state.trouble}" if state.trouble else "on hold" if state.hold else behind, ""


def care(row: Shown) -> str:
    """Who takes care of a call, and who follows it."""
    follows = "follows" if len(row.state.followed_by) == 1 else "follow"
    return " · ".join(
        filter(
            None,
            (
                f"{row.state.taken_by} takes care" if row.state.taken_by else "",
                f"{' and '.join(row.state.followed_by)} {follows}" if row.state.followed_by else "",
                "played" if row.state.played else "",
            ),
        )
    )


def name(row: Shown) -> str:
    """The agent; the desk's login where nobody has said who it is."""
    return row.state.agent or row.call.desk.login


def seconds(lasts_s: float) -> str:
    """A short time: 12 s below a minute."""
    return f"{int(lasts_s)} s" if lasts_s < MINUTE_S else clock(lasts_s)


def plain_line(row: Shown, at: datetime) -> str:
    """A call in one line, without what changes every second."""
    state = row.state
    alarm = "help" if state.help_s is not None else "safety" if state.safety else state.severity or ""
    reason = "asks for help" if state.help_s is not None else state.title or state.rule or state.trouble
    parts = (row.life if row.life != "live" else alarm, reason, _RECORDING[state.recording])
    said = ", ".join(filter(None, (*parts, f"consent {state.consent}", care(row))))
    return f"{at:%H:%M:%S}  {name(row)}  {clock(state.at_s)}  {said}"


def plain_key(row: Shown) -> tuple[object, ...]:
    """What a new line is printed for."""
    state = row.state
    alarm = state.help_s is not None, state.safety, state.severity, state.rule, state.trouble
    return row.life, *alarm, state.recording, state.consent, care(row), state.agent


def to_json(view: WallView, at: datetime) -> bytes:
    """The wall as one JSON object in a line."""
    return msgspec.json.encode(
        {
            "at": at.isoformat(timespec="seconds"),
            "connected": view.connected,
            "notes": view.notes,
            "calls": list(_objects(view)),
        }
    )


def _objects(view: WallView) -> Iterator[dict[str, object]]:
    for row in view.rows:
        about = {"team": row.call.desk.team, "desk": row.call.desk.login, "life": row.life}
        state = {name: value for name, value in msgspec.to_builtins(row.state).items() if name != "v"}
        yield {**about, "silent_s": round(row.silent_s, 1), **state}

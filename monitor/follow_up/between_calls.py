"""What waits for the agent between calls: new notes on earlier calls and, if the agent wants, what was agreed on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from monitor.base.errors import MonitorError
from monitor.call.events import SessionNote
from monitor.follow_up import new_notes
from monitor.follow_up.follow_up_text import day
from monitor.follow_up.watch import actions_in, last_day
from monitor.settings.config import Agent


def session_note(root: Path, agent: Agent, now: datetime) -> SessionNote | None:
    """The note to show; None if nothing waits, or where it cannot be read: no session ends for it.

    Args:
        root: the folder of all calls.
        agent: the settings.
        now: with its offset from UTC.
    """
    if not agent.name:
        return None
    agreed = _agreed(root, agent.name, now) if agent.show_agreed else None
    notes = new_notes.in_short(new_notes.new_notes(root, agent.name, now), now.date())
    if not notes:
        return agreed
    title, _, where = notes.partition(" on ")
    note = f"On {where}." + (f" Agreed: {agreed.note}" if agreed else "")
    return SessionNote(title, note, "tone-monitor calls --mine shows it.", between_calls=True)


def _agreed(root: Path, name: str, now: datetime) -> SessionNote | None:
    try:
        found = [one.action for one in actions_in(root, name) if one.is_open() and last_day(one.action) >= now.date()]
    except MonitorError:
        return None
    if not found:
        return None
    action = found[0]
    what = f"{action.behaviour.rstrip('.')}."
    coach = f"With {action.coach}, until" if action.coach else "Until"
    return SessionNote("Agreed", what, f"{coach} {day(action.until)}.", between_calls=True)

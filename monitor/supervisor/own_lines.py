"""What agents read beside the list of their own calls: new notes, open actions, prompts they marked as wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from monitor.follow_up import new_notes
from monitor.setup import wrong_prompts


def own_lines(root: Path, agent: str) -> Iterator[str]:
    """All of it in full, for those who read lines; notes count as read from then on.

    Args:
        root: the folder of all calls.
        agent: the whole name.

    Raises:
        CallFolderError: the actions of a call cannot be read.
    """
    from monitor.follow_up.follow_up_text import agreed  # loads what compares
    from monitor.follow_up.watch import actions_in

    now = datetime.now().astimezone()
    notes = new_notes.new_notes(root, agent, now)
    yield from new_notes.lines(notes)
    new_notes.mark_read(agent, notes, now.date())
    for one in actions_in(root, agent):
        if one.is_open():
            yield f"{agreed(one.action)} `tone-monitor action list --mine` follows it up."
    yield from wrong_prompts.lines(agent)


def in_short(root: Path, agent: str) -> str:
    """How many new notes there are and on which calls, for the screen; empty for none."""
    now = datetime.now().astimezone()
    news = new_notes.in_short(new_notes.new_notes(root, agent, now), now.date())
    return f"{news}. In the replay, v shows notes and a answers." if news else ""

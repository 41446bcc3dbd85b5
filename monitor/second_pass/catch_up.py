"""Calls that lack their second pass, because the program ended before it did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from monitor.call import files, find, hold
from monitor.call.info import CallInfo, readable_info
from monitor.pipeline.whisper_model import NONE

DAYS = 3
"""A weekend; whoever wanted to read an older call has read it by now."""


def candidates(root: Path, agent: str, now: datetime) -> Iterator[Path]:
    """An agent's calls of the last days that may lack a second pass, newest first; their logs are not read.

    Left out are calls on hold, which stay as they are, calls whose consent was refused, and those without sound.

    Args:
        root: the folder of all calls.
        agent: whole name.
        now: with its offset from UTC.
    """
    oldest = now - timedelta(days=DAYS)
    for folder in find.folders(root):
        if folder.parent.name < f"{oldest - timedelta(days=1):%Y-%m-%d}":
            break
        info = readable_info(folder)
        if (
            info
            and info.started >= oldest
            and _may_lack_it(info, agent)
            and files.sound_parts(folder)
            and not hold.in_force(folder, now.date())
        ):
            yield folder


def _may_lack_it(info: CallInfo, agent: str) -> bool:
    return (
        info.kind == "live"
        and info.closed
        and info.agent == agent
        and info.model != NONE
        and not info.words_deleted
        and info.consent.status != "refused"
    )

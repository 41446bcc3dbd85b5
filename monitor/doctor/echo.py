"""Whether the customer was heard in the agent's microphone in the last calls."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from monitor.base.counts import count
from monitor.base.errors import CallFolderError
from monitor.call.events import Health
from monitor.call.log import read_events
from monitor.doctor.diagnosis import Diagnosis

CALLS = 3
"""Calls looked at, the newest: a headset that was bought since then should end the warning soon."""


def check(folders: Iterable[Path]) -> Iterator[Diagnosis]:
    """Look for an echo in the newest calls; calls whose log cannot be read are another check's.

    Args:
        folders: of the calls, newest first.
    """
    looked_at = [has_echo(folder) for folder in islice(folders, CALLS)]
    if any(looked_at):
        calls = f"{sum(looked_at)} of the last {count(len(looked_at), 'call')}"
        told = f"The customer was heard in the microphone in {calls}. Use a headset."
        yield Diagnosis("echo", "look", told)
    elif looked_at:
        yield Diagnosis("echo", "ok", "The customer was not heard in the microphone in the last calls.")


def has_echo(folder: Path) -> bool:
    """Whether a call's log says that the customer was heard in the microphone."""
    try:
        return any(
            isinstance(event, Health) and event.part == "echo" and not event.fine for event in read_events(folder)
        )
    except (CallFolderError, OSError):
        return False

"""Which roll-out is in force here and on the team's other machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.base.errors import MonitorError
from monitor.doctor.diagnosis import Diagnosis
from monitor.objects.bucket import connect
from monitor.objects.errors import StoreError
from monitor.rollout import desks
from monitor.rollout import store as stored
from monitor.rollout.desks import DeskState
from monitor.settings import team_settings
from monitor.settings.config import Settings

UNSEEN = timedelta(days=7)
GONE = timedelta(days=90)
"""A machine that was not seen for so long is not listed any more."""


def here(settings: Settings, settings_file: Path) -> Iterator[Diagnosis]:
    """Check the roll-out on this machine; says nothing where there is no team."""
    if not settings.team.rollout_key:
        return
    state = team_settings.state(settings_file)
    version = f"version {state.in_force}" if state.in_force else "none"
    if state.refused:
        yield Diagnosis("roll-out", "look", f"{state.refused} Until then, {version} is in force.")
    elif state.in_force < state.newest:
        told = f"This machine stepped back to {version} of the team's roll-out from version {state.newest}."
        yield Diagnosis("roll-out", "look", f"{told} It takes the next one.")
    else:
        told = f"Version {state.in_force} of the team's roll-out is in force."
        none = "No roll-out is in force here. The next session takes the newest, and so does tone-monitor rollout take."
        yield Diagnosis("roll-out", "ok", told if state.in_force else none)


def of_team(settings: Settings, settings_file: Path, now: datetime) -> Iterator[Diagnosis]:
    """Check the roll-outs of all machines, a line each for those that are not on the newest."""
    if not settings.team.rollout_key or not settings.objects.url:
        told = (
            "Roll-outs are not set up: rules and settings are this machine's own. "
            "Set rollout_key under [team] and url under [objects] to take the team's."
        )
        yield Diagnosis("roll-out", "ok", told)
        return
    yield from here(settings, settings_file)
    try:
        store = connect(settings.objects.url)
        newest = next(iter(stored.versions(store)), 0)
        machines = [one for one in desks.all_desks(store) if _at(one, now) < GONE]
    except StoreError as error:
        yield Diagnosis("desks", "bad", str(error))
        return
    except MonitorError as error:
        yield Diagnosis("desks", "look", str(error))
        return
    late = [one for one in machines if one.version < newest or one.refused or _at(one, now) >= UNSEEN]
    names = Counter(one.machine for one in machines)
    told = f"{len(machines) - len(late)} of {len(machines)} machines are on version {newest}, the newest."
    yield Diagnosis("desks", "look" if late else "ok", told)
    for one in sorted(late, key=lambda desk: desk.machine):
        name = one.machine if names[one.machine] == 1 else f"{one.machine} ({one.site[:8]})"
        yield Diagnosis("desk", "look", f"{name}: {_why(one, now)}")
    for name in sorted(name for name, number in names.items() if number > 1):
        told = f"{names[name]} machines are called {name}. Give each a name of its own, to tell them apart."
        yield Diagnosis("desk", "look", told)


def _why(desk: DeskState, now: datetime) -> str:
    on = f"version {desk.version}, Tone Monitor {desk.program}"
    if desk.refused:
        return f"{on}. {desk.refused}"
    if _at(desk, now) >= UNSEEN:
        return (
            f"{on}; not seen for {_at(desk, now).days} days. Start a session there, or run tone-monitor rollout take."
        )
    return f"{on}. It takes the newest between two calls, or with tone-monitor rollout take."


def _at(desk: DeskState, now: datetime) -> timedelta:
    """How long ago a machine was seen; its clock may be wrong, and its time without a zone."""
    return now - (desk.seen if desk.seen.tzinfo else desk.seen.replace(tzinfo=UTC))

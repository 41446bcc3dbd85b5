"""Looks for the team's roll-out: once, or between the calls of a session until it ends."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event

from monitor.base.errors import MonitorError
from monitor.rollout import desks, intake
from monitor.settings import config, team_settings
from monitor.settings.config import Settings
from monitor.settings.team_settings import State

LOOK_EVERY_S = 300.0

_log = logging.getLogger("tone_monitor")


def look(settings: Settings, settings_file: Path, root: Path) -> State:
    """Take the newest roll-out if there is a new one, and say in the store on which version this machine is.

    Args:
        settings: of the machine.
        settings_file: theirs.
        root: the folder of all calls, whose id tells machines apart.

    Raises:
        MonitorError: the store can't be used, or the machine's own state can't be read or written.
    """
    from monitor.catalogue.site import site_of  # each session asks for `in_force`, and few for a store
    from monitor.objects.bucket import connect

    store = connect(settings.objects.url)
    state = intake.take(store, settings, settings_file)
    desks.report(store, desks.of_this_machine(site_of(root), state))
    return state


def follow(settings: Settings, root: Path, is_between_calls: Callable[[], bool], stopped: Event) -> None:
    """Look every five minutes until the session ends; nothing that fails there concerns a call.

    Args:
        settings: of the machine.
        root: the folder of all calls.
        is_between_calls: waits until no call is in progress; False when the session ends.
        stopped: set when the session ends.
    """
    file, said = config.file(), ""
    while is_between_calls():
        try:
            said = _logged(look(settings, file, root).refused, said)
        except MonitorError as error:
            said = _logged(str(error), said)
        except Exception as error:  # noqa: BLE001 - a session goes on without its team
            said = _logged(f"The look for a roll-out failed with a {type(error).__name__}.", said)
        if stopped.wait(LOOK_EVERY_S):
            return


def in_force(settings_file: Path) -> int:
    """The version that is in force on a machine; 0 if there is none, or if that can't be read."""
    with suppress(MonitorError):
        return team_settings.state(settings_file).in_force
    return 0


def _logged(sentence: str, said: str) -> str:
    """Log a sentence unless it was the last one; give it."""
    if sentence and sentence != said:
        _log.warning("The team's roll-out is not taken: %s", sentence)
    return sentence

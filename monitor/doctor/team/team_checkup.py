"""All checks of what a machine shares with its team; a part that is not set up says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from monitor.doctor.checkup import Check, made, root_of
from monitor.doctor.diagnosis import Diagnosis
from monitor.settings import config
from monitor.settings.config import Settings


def team_checkup(root: Path | None, in_force: Callable[[], Settings]) -> Iterator[Diagnosis]:
    """Check catalogue, store, clock, broker, sealing and roll-outs.

    Args:
        root: the folder of all calls; that of the settings if None.
        in_force: gives the settings.

    Raises:
        ConfigError: the settings can't be used.
    """
    settings = in_force()
    folder = root_of(root, settings)
    checks: dict[str, Check] = {
        "catalogue": partial(_catalogue, settings, folder),
        "store": partial(_store, settings),
        "broker": partial(_broker, settings),
        "sealing": partial(_sealing, settings),
        "roll-out": partial(_rollouts, settings),
    }
    for name, check in checks.items():
        yield from made(name, check)


def _catalogue(settings: Settings, folder: Path) -> Iterator[Diagnosis]:
    from monitor.doctor.team import catalogue_check

    return catalogue_check.check(settings, folder)


def _store(settings: Settings) -> Iterator[Diagnosis]:
    from monitor.doctor.team import store_check

    return store_check.check(settings)


def _broker(settings: Settings) -> Iterator[Diagnosis]:
    from monitor.doctor.team import broker_check

    return broker_check.check(settings)


def _sealing(settings: Settings) -> Iterator[Diagnosis]:
    from monitor.sealed.errors import SealedError
    from monitor.sealed.recipients import read_all

    try:
        names = ", ".join(one.shown for one in read_all(settings.privacy.recipients))
    except SealedError as error:
        yield Diagnosis("sealing", "bad", str(error))
        return
    if not settings.privacy.encrypt:
        told = "Calls are not sealed: whoever can read the store can read them. Set encrypt = true under [privacy]."
        yield Diagnosis("sealing", "look" if settings.objects.url else "ok", told)
    elif not names:
        told = "Calls are sealed for this machine alone: no supervisor can open them. Run tone-monitor key add."
        yield Diagnosis("sealing", "look", told)
    else:
        yield Diagnosis("sealing", "ok", f"New calls are sealed for this machine and for {names}.")


def _rollouts(settings: Settings) -> Iterator[Diagnosis]:
    from monitor.doctor.team import rollout_check

    return rollout_check.of_team(settings, config.file(), datetime.now(UTC))

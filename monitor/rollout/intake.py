"""Takes the team's roll-out on one machine, or steps back: only ever as a whole, and only if everything in it works."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from monitor.base import atomic
from monitor.base.errors import MonitorError
from monitor.call import files
from monitor.pipeline.metrics import BY_NAME
from monitor.rollout import store as stored
from monitor.rollout.document import Rollout, opened
from monitor.rollout.errors import RolloutError, UntrustedError
from monitor.sealed.errors import SealedError
from monitor.settings import config, team_settings
from monitor.settings.config import ConfigError, Settings
from monitor.settings.team_settings import SETTINGS, STATE, State
from rules.errors import RuleError
from rules.load import load

if TYPE_CHECKING:
    from monitor.rollout.store import ObjectStore

RULES = "rules"
"""The folder of a version's rule files."""
LOOKED_AT = 20
"""So many versions that cannot be trusted are passed over to find one that can."""


def take(store: ObjectStore, settings: Settings, settings_file: Path) -> State:
    """Take the newest roll-out if there is a new one, and say on which version the machine is then.

    A version that is broken, not signed, older than one that was here, or that does not work here leaves the one in
    force as it is; `State.refused` says why.

    Args:
        store: of the team.
        settings: of the machine.
        settings_file: theirs.

    Raises:
        StoreError: the store can't be read.
        ConfigError: the machine's own state can't be read or written.
        RolloutError: the settings have no public key of a team.
    """
    before = team_settings.state(settings_file)
    try:
        rollout = _newest(store, settings, before)
        if rollout is None:
            return _keep(settings_file, before, replace(before, refused=""))
        _unpack(settings_file, rollout)
        check(settings_file, rollout.version)
    except (MonitorError, RuleError) as error:
        if not isinstance(error, (RolloutError, RuleError, ConfigError, SealedError)):
            raise
        return _keep(settings_file, before, replace(before, refused=str(error)))
    after = State(in_force=rollout.version, before=before.in_force, newest=rollout.version)
    _keep(settings_file, before, after)
    _tidy(settings_file, after)
    return after


def back(settings_file: Path) -> State:
    """Return this machine to the version before, until the team publishes a new one.

    Raises:
        RolloutError: there is none.
        ConfigError: the machine's own state can't be read or written, or that version does not work any more.
    """
    now = team_settings.state(settings_file)
    if not now.in_force:
        raise RolloutError("No roll-out of a team is in force on this machine.")
    if now.before:
        check(settings_file, now.before)
    return _keep(settings_file, now, State(in_force=now.before, before=0, newest=now.newest))


def check(settings_file: Path, version: int) -> None:
    """Check that a version works on this machine, together with its own settings.

    Raises:
        ConfigError: a setting is not one, or the team may not set it.
        RuleError: a rule file is wrong, or needs another version of the program.
        SealedError: calls are to be sealed, and can't be.
    """
    team = team_settings.of_version(settings_file, version, config.TABLES)
    own = config.settings(team)
    if team_settings.RULES in team.values:
        load([Path(file) for file in own.rules.files], metrics=BY_NAME)
    files.check_key(own.privacy)


def as_settings(settings: Mapping[str, Mapping[str, Any]], rule_files: tuple[str, ...]) -> str:
    """The text of a version's settings file."""
    tables = {table: dict(values) for table, values in settings.items()}
    if rule_files:
        tables["rules"] = {"files": [f"{RULES}/{name}" for name in rule_files]}
    return tomli_w.dumps(tables)


def _newest(store: ObjectStore, settings: Settings, state: State) -> Rollout | None:
    """The newest version that is newer than any that was here, and signed; None if there is nothing new."""
    from monitor.rollout.signing import public_key  # loads a library that most commands do without

    if not settings.team.rollout_key:
        raise RolloutError(
            "This machine takes no roll-outs. Put the public key of the team into rollout_key under [team]: "
            "tone-monitor rollout key shows it on the machine that publishes."
        )
    key = public_key(settings.team.rollout_key)
    offered = stored.versions(store)
    untrusted: UntrustedError | None = None
    for version in [one for one in offered if one > state.newest][:LOOKED_AT]:
        try:
            rollout = opened(stored.read(store, version), version, key)
        except UntrustedError as error:
            untrusted = untrusted or error
            continue
        if rollout.team.casefold() != settings.team.name.casefold():
            raise RolloutError(
                f'Version {version} is for the team "{rollout.team}", but this machine belongs to '
                f'"{settings.team.name}". Correct name under [team], or objects.url.'
            )
        return rollout
    if untrusted:
        raise untrusted
    if state.newest and (not offered or offered[0] < state.newest):
        there = f"offers version {offered[0]}" if offered else "offers none"
        raise RolloutError(
            f"The store {there}, but this machine has had version {state.newest}: somebody may have put back an old "
            "one. Find out who; then have the team publish again."
        )
    return None


def _unpack(settings_file: Path, rollout: Rollout) -> None:
    folder = team_settings.folder(settings_file) / str(rollout.version)
    alien = sorted(
        f"{table}.{name}"
        for table, values in rollout.settings.items()
        for name in values
        if (table, name) not in team_settings.ALLOWED
    )
    if alien:
        raise RolloutError(
            f"Version {rollout.version} of the team's roll-out sets {alien[0]}, which a team may not set. "
            "Have the team publish without it."
        )
    try:
        shutil.rmtree(folder, ignore_errors=True)
        for file in rollout.files:
            atomic.write(folder / RULES / file.name, file.text.encode())
        atomic.write(folder / SETTINGS, as_settings(rollout.settings, rollout.rule_files).encode())
    except OSError as error:
        raise _unwritable(folder, error) from error


def _keep(settings_file: Path, before: State, after: State) -> State:
    if after != before:
        path = team_settings.folder(settings_file) / STATE
        try:
            atomic.write(path, tomli_w.dumps(asdict(after)).encode())
        except OSError as error:
            raise _unwritable(path, error) from error
    return after


def _tidy(settings_file: Path, state: State) -> None:
    for folder in team_settings.folder(settings_file).iterdir():
        if folder.name.isdigit() and int(folder.name) not in {state.in_force, state.before}:
            shutil.rmtree(folder, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"Can't write {path} ({error.strerror or error}), so the team's roll-out is not taken. Change its permissions "
        "or make room."
    )

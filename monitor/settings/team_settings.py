"""What a team's roll-out may set, and how it goes together with what a machine has set itself.

The roll-out in force is in a folder beside the settings file, named after it: for config.toml it is config.team.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from monitor.settings.settings_file import ConfigError, Value, read

STATE = "state.toml"
SETTINGS = "settings.toml"
Key = tuple[str, str]
"""A table, and a field in it."""
Own = Value | None
"""What the machine's own settings file says; None if nothing."""


@dataclass(frozen=True, slots=True)
class Permission:
    """How a setting of the team goes together with the machine's own."""

    combine: Callable[[Own, Value], Value]
    """Gives the value in force: of the machine's own value and the team's."""
    in_words: str
    """What is in force; docs/team.md has it, too."""


def _least(own: Own, team: Value) -> Value:
    return team if own is None or not isinstance(own, int) or not isinstance(team, int) else min(own, team)


TEAM = Permission(lambda _, team: team, "the team's")
DEFAULT = Permission(lambda own, team: team if own is None else own, "the desk's own, otherwise the team's")
SHORTEST = Permission(_least, "the shorter one")
IF_EITHER = Permission(lambda own, team: bool(own) or bool(team), "on, if the team or the desk says so")
IF_BOTH = Permission(lambda own, team: own is not False and bool(team), "off, if the team or the desk says so")

ALLOWED: Mapping[Key, Permission] = {
    ("calls", "end_after_s"): DEFAULT,
    ("calls", "record"): IF_BOTH,
    ("experiment", "silent"): TEAM,
    ("privacy", "card_guard"): IF_EITHER,
    ("privacy", "encrypt"): IF_EITHER,
    ("privacy", "recipients"): TEAM,
    ("retention", "audio_days"): SHORTEST,
    ("retention", "numbers_days"): SHORTEST,
    ("retention", "transcript_days"): SHORTEST,
    ("serve", "wait_for_consent"): IF_EITHER,
    ("words", "language"): DEFAULT,
    ("words", "second_pass"): DEFAULT,
}
"""The settings that a team may set. Everything else is the machine's or the agent's own: devices, names, folders,
consent, which prompts an agent wants, and where data is sent."""
RULES: Key = ("rules", "files")
"""The team's rules replace those that the machine's settings name; they come as files of their own."""


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """What the roll-out in force sets."""

    version: int = 0
    """0 for none."""
    values: Mapping[Key, Value] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Where these values are from."""
        return f"version {self.version} of the team's roll-out"

    def combined(self, key: Key, own: Own) -> Own:
        """The value in force, of what the machine's own file says; that itself where the team says nothing."""
        if key not in self.values:
            return own
        permission = TEAM if key == RULES else ALLOWED[key]
        return permission.combine(own, self.values[key])


@dataclass(frozen=True, slots=True)
class State:
    """Which roll-out a machine is on."""

    in_force: int = 0
    """0 for none."""
    before: int = 0
    """The one before, to step back to; 0 for none."""
    newest: int = 0
    """The newest that was ever in force here: an older one is never taken again by itself."""
    refused: str = ""
    """Why the last look at the store gave nothing, in a sentence; empty if all was well."""


def folder(settings_file: Path) -> Path:
    """Where the roll-outs of a machine are, each in a folder named by its number."""
    return settings_file.with_suffix(".team")


def state(settings_file: Path) -> State:
    """Which roll-out a machine is on; raises ConfigError if that can't be read."""
    path = folder(settings_file) / STATE
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), State)
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(
            f"{path} can't be read, so the team's settings are unknown. Delete the folder {path.parent}, then run "
            "tone-monitor rollout take."
        ) from error


def in_force(settings_file: Path, tables: Mapping[str, type]) -> TeamSettings:
    """What the roll-out in force on a machine sets; nothing if there is none.

    Args:
        settings_file: of the machine.
        tables: see `settings_file.read`.

    Raises:
        ConfigError: it can't be read.
    """
    if not (folder(settings_file) / STATE).exists():
        return TeamSettings()
    version = state(settings_file).in_force
    return of_version(settings_file, version, tables) if version else TeamSettings()


def of_version(settings_file: Path, version: int, tables: Mapping[str, type]) -> TeamSettings:
    """What one of the roll-outs on a machine sets; raises as `in_force` does."""
    path = folder(settings_file) / str(version) / SETTINGS
    if not path.exists():
        raise ConfigError(f"{path} is missing. Delete {path.parents[1]}, then run tone-monitor rollout take.")
    values = read(path, tables)
    if alien := sorted(values.keys() - ALLOWED.keys() - {RULES}):
        raise ConfigError(f"{path} sets {'.'.join(alien[0])}, which a team may not set. Have the team publish again.")
    return TeamSettings(version, values)

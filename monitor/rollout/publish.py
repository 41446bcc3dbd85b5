"""Publishes a roll-out: rules and settings, checked here, signed, and put into the team's store under a new number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.version import __version__
from monitor.objects.errors import TakenError
from monitor.pipeline.metrics import BY_NAME
from monitor.rollout import store as stored
from monitor.rollout.document import NAME, Rollout, RuleFile, key_of, opened, signed
from monitor.rollout.errors import RolloutError, UntrustedError
from monitor.sealed import recipients
from monitor.settings import settings_file, team_settings
from monitor.settings.config import TABLES
from rules.load import load
from rules.strict_toml import read_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from monitor.rollout.store import ObjectStore

WORDS = "words"
"""The folder of word lists, beside a rule file."""


def prepare(team: str, by: str, note: str, rules: Sequence[Path], settings: Path | None) -> Rollout:
    """Read and check what is to be published.

    Args:
        team: name of the team.
        by: who publishes.
        note: what has changed, for people.
        rules: rule files, in the order in which they are laid over the shipped rules.
        settings: a settings file with what the team sets.

    Raises:
        RolloutError: it sets what a team may not set, or two files have one name.
        ConfigError: the settings file is wrong.
        RuleError: a rule file is wrong.
        SealedError: a recipient is no public key.
    """
    if rules:
        load(rules, metrics=BY_NAME)
    tables: dict[str, dict[str, object]] = {}
    for (table, name), value in (settings_file.read(settings, TABLES) if settings else {}).items():
        if (table, name) not in team_settings.ALLOWED:
            listed = ", ".join(f"{one}.{field}" for one, field in team_settings.ALLOWED)
            raise RolloutError(
                f"{settings} sets {table}.{name}, which stays with each machine or agent. A team may set: {listed}."
            )
        tables.setdefault(table, {})[name] = value
        if name == "recipients" and isinstance(value, tuple):
            recipients.read_all(value)
    return Rollout(
        version=1,
        team=team,
        published=datetime.now(UTC).replace(microsecond=0),
        by=by,
        note=note,
        program=__version__,
        settings=tables,
        files=tuple(_files(rules)),
    )


def publish(store: ObjectStore, rollout: Rollout, key: Ed25519PrivateKey) -> Rollout:
    """Sign a roll-out and put it into the store, with the next number.

    Raises:
        RolloutError: it is too large, or somebody else has published at the same moment.
        StoreError: the store takes nothing.
    """
    numbered = replace(rollout, version=max(stored.versions(store), default=0) + 1)
    try:
        store.put(key_of(numbered.version), signed(numbered, key))
    except TakenError as error:
        raise RolloutError(
            f"Somebody else has just published version {numbered.version}. Look at tone-monitor rollout status, then "
            "publish again."
        ) from error
    return numbered


def publish_again(store: ObjectStore, key: Ed25519PrivateKey, by: str) -> tuple[Rollout, int]:
    """Publish the version before the newest one again, with a new number; give that, and which version it was.

    Raises:
        RolloutError: there is none.
        StoreError: the store can't be used.
    """
    ours: list[Rollout] = []
    for version in stored.versions(store):
        try:
            ours.append(opened(stored.read(store, version), version, key.public_key()))
        except UntrustedError:
            continue
        if len(ours) > 1:
            earlier = ours[1]
            again = replace(
                earlier,
                published=datetime.now(UTC).replace(microsecond=0),
                by=by,
                note=f"back to version {earlier.version}",
            )
            return publish(store, again, key), earlier.version
    raise RolloutError(
        "The store has no earlier version that was signed with this key. Publish what is to be in force."
    )


def _files(rules: Sequence[Path]) -> list[RuleFile]:
    found: dict[str, Path] = {}
    lists = [path for folder in dict.fromkeys(file.parent for file in rules) for path in _word_lists(folder)]
    for name, path in [*((file.name, file) for file in rules), *lists]:
        if not NAME.fullmatch(name):
            raise RolloutError(f"{path} can't be published under its name. Use letters, digits, - and _, and .toml.")
        if name in found:
            raise RolloutError(f"{found[name]} and {path} have one name. Rename one of them.")
        found[name] = path
    return [RuleFile(name=name, text=read_text(path, RolloutError)) for name, path in found.items()]


def _word_lists(folder: Path) -> list[tuple[str, Path]]:
    return [(path.relative_to(folder).as_posix(), path) for path in sorted((folder / WORDS).rglob("*.txt"))]

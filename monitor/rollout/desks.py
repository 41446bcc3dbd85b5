"""Which version each desk is on, as the desks say in the store themselves: for `doctor --team`."""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import tomli_w

from monitor.base.version import __version__
from monitor.objects.errors import NoObjectError

if TYPE_CHECKING:
    from monitor.rollout.store import ObjectStore
    from monitor.settings.team_settings import State

BELOW = "rollout/desks"
_SITE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """What a machine says of itself."""

    site: str
    """Id of its calls folder."""
    machine: str
    """Its name in the network."""
    program: str
    """Version of Tone Monitor."""
    version: int
    """Of the roll-out that is in force; 0 for none."""
    refused: str = ""
    """Why the newest was not taken."""
    seen: datetime
    """By its own clock."""


def of_this_machine(site: str, state: State) -> DeskState:
    """What this machine says now."""
    return DeskState(
        site=site,
        machine=platform.node(),
        program=__version__,
        version=state.in_force,
        refused=state.refused,
        seen=datetime.now(UTC).replace(microsecond=0),
    )


def report(store: ObjectStore, desk: DeskState) -> None:
    """Say it in the store; raises StoreError if it takes nothing."""
    store.put(f"{BELOW}/{desk.site}", tomli_w.dumps(asdict(desk)).encode(), "anything")


def all_desks(store: ObjectStore) -> Iterator[DeskState]:
    """What all machines said last; what can't be read is left out. Raises StoreError if the store can't be read."""
    for one in store.list(BELOW):
        if not _SITE.fullmatch(one.key.rpartition("/")[2]):
            continue
        with suppress(NoObjectError, ValueError, RecursionError):  # gone meanwhile, or not written by a desk
            yield msgspec.convert(tomllib.loads(store.get(one.key).decode("utf-8")), DeskState)

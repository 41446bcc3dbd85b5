"""Notes what a person does with calls that are not their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.access import entries
from monitor.access.entries import Access, AccessKind
from monitor.base.errors import CallFolderError
from monitor.call import marks
from monitor.call.info import readable_info
from monitor.call.telephone.agent_parts import agents
from monitor.settings.config import Settings

SHORTEST_S = 0.5
"""No one has listened to less."""

NotePart = Callable[[AccessKind, float, float], str]
"""Notes an access to a part of a call, from its start to its end in seconds; gives a sentence if it can't."""


def unnoted(_kind: AccessKind, _start_s: float, _end_s: float) -> str:
    """Note nothing: for those who are shown calls of nobody, as tests and pictures are."""
    return ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at calls."""

    names: frozenset[str]
    """Folded: calls of an agent with such a name are her own."""
    name: str
    """That accesses are signed with."""

    def note(self, folder: Path, kind: AccessKind, start_s: float | None = None, end_s: float | None = None) -> str:
        """Note an access to a call of somebody else.

        Args:
            folder: of the call.
            kind: what was done.
            start_s: where the part begins that was played or taken; None for the whole call.
            end_s: where that part ends.

        Returns:
            A sentence if it could not be noted, else nothing.
        """
        info = readable_info(folder)
        if info and self.names & {agent.casefold() for agent in agents(info)}:
            return ""
        made = datetime.now().astimezone().isoformat(timespec="seconds")
        try:
            entries.add(folder, Access(kind, self.name, made, start_s, end_s))
        except CallFolderError as error:
            return str(error)
        return ""

    def note_all(self, folders: Iterable[Path], kind: AccessKind) -> tuple[str, ...]:
        """Note the same access to several calls; return a sentence for each that could not be noted."""
        return tuple(sentence for folder in folders if (sentence := self.note(folder, kind)))

    def of(self, folder: Path) -> NotePart:
        """What notes accesses to parts of one call."""

        def note(kind: AccessKind, start_s: float, end_s: float) -> str:
            too_short = kind == "played" and end_s - start_s < SHORTEST_S
            return "" if too_short else self.note(folder, kind, round(start_s, 1), round(end_s, 1))

        return note


def visitor(settings: Settings, reviewer: str = "") -> Visitor:
    """Who looks at calls on this machine.

    Args:
        settings: in force. A machine's agent is its visitor where no reviewer is named.
        reviewer: the name that a command was given; that of the settings if empty.
    """
    signed = reviewer or settings.reviewer.name
    name = signed or settings.agent.name or marks.signature("")
    return Visitor(frozenset({name.casefold()} - {""}), name)

"""Collects the moments of several calls, with their sound, and writes them as one page or a folder."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.base import atomic
from monitor.base.errors import MonitorError
from monitor.call.telephone.agent_parts import AgentPart, agent_parts
from monitor.export import source
from monitor.export.source import Source
from monitor.playlists import playlist_page as page
from monitor.playlists.chosen_moments import Wanted, moments
from monitor.playlists.errors import PlaylistError
from monitor.playlists.playlist_page import Entry
from monitor.replay.clip import sound_of
from monitor.report.moments import ReportMoment
from monitor.report.titles import Titles

PAGE = "index.html"
SUFFIXES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Collected:
    """What was found."""

    entries: tuple[Entry, ...]
    full: bool = False
    """Whether there may be more: the limit was reached."""
    refused: int = 0
    """Calls that were left out, as their customers refused to be recorded."""
    taken: tuple[tuple[str, float, float], ...] = ()
    """Of each entry: the id of its call, and from where to where, in seconds."""


def collect(  # noqa: PLR0913 - what a playlist is made of
    folders: Iterable[Path],
    wanted: Wanted,
    titles: Titles,
    *,
    limit: int,
    shown: Callable[[str], str] | None,
    failed: Callable[[str], object],
) -> Collected:
    """Take the moments out of calls, in their order, until there are enough.

    Args:
        folders: of the calls.
        wanted: what to take.
        titles: of rules.
        limit: at most so many moments in all.
        shown: gives the name under which an agent appears; None to show names and the ids of calls.
        failed: called with a sentence for each call that cannot be read.
    """
    entries: list[Entry] = []
    taken: list[tuple[str, float, float]] = []
    refused = 0
    for folder in folders:
        try:
            call = source.read(folder)
            if call.info.consent.status == "refused":
                refused += 1
                continue
            found = moments(call, wanted, titles)
            entries += _entries(call, found, shown)
            taken += ((call.id, moment.start_s, moment.end_s) for moment in found)
        except MonitorError as error:
            failed(str(error))
        if len(entries) >= limit:
            return Collected(tuple(entries[:limit]), full=True, refused=refused, taken=tuple(taken[:limit]))
    return Collected(tuple(entries), refused=refused, taken=tuple(taken))


def write(found: Collected, title: str, to: Path) -> Path:
    """Write a playlist: one page with the sound in it, or a new folder with a page and a file for each moment.

    Args:
        found: what to write.
        title: of the page.
        to: a file that ends in .html, or a folder that does not exist or is empty.

    Returns:
        The page.

    Raises:
        PlaylistError: there is nothing to write, or it cannot be written there.
    """
    if not found.entries:
        raise PlaylistError("No call has such a moment, so no playlist is written. Choose other calls or another rule.")
    try:
        if to.suffix.lower() in SUFFIXES:
            atomic.write(to, page.one_file(found.entries, title).encode("utf-8"))
            return to
        _write_folder(found, title, to)
        return to / PAGE
    except OSError as error:
        raise PlaylistError(
            f"Can't write the playlist to {to}: {error.strerror or error}. Choose another place with --out."
        ) from error


def _entries(call: Source, found: Iterable[ReportMoment], shown: Callable[[str], str] | None) -> Iterator[Entry]:
    parts = agent_parts(call.info)
    for moment in found:
        agent = next((part.agent for part in parts if moment.start_s < part.end_s), call.info.agent)
        sound = sound_of(call, moment.start_s, moment.end_s, "opus") if call.sound else None
        named = moment if shown is None else _renamed(moment, parts, shown)
        yield Entry(
            agent=shown(agent) if shown else agent,
            day=call.info.started.date(),
            moment=named,
            sound=sound,
            call="" if shown else call.id,
        )


def _renamed(moment: ReportMoment, parts: Iterable[AgentPart], shown: Callable[[str], str]) -> ReportMoment:
    """The moment without the agents' names in what people noted."""
    why = moment.why
    for part in parts:
        if part.agent:
            why = tuple(re.sub(re.escape(part.agent), shown(part.agent), text, flags=re.IGNORECASE) for text in why)
    return replace(moment, why=why)


def _write_folder(found: Collected, title: str, to: Path) -> None:
    """All files in one step: all or none."""
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise FileExistsError(17, "it already exists")
    atomic.make_folder(to.parent)
    half = Path(tempfile.mkdtemp(dir=to.parent, prefix=".playlist-"))
    try:
        for number, entry in enumerate(found.entries, start=1):
            if entry.sound:
                atomic.write(half / page.sound_name(number), entry.sound)
        atomic.write(half / PAGE, page.in_folder(found.entries, title).encode("utf-8"))
        if to.exists():
            to.rmdir()
        half.replace(to)
    except OSError:
        shutil.rmtree(half, ignore_errors=True)
        raise

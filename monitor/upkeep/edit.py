"""`call edit`: carries out corrections, so that a call is never half edited and its catalogue row follows at once."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from monitor.base import atomic
from monitor.base.errors import CallFolderError
from monitor.call import find, hold, lock, marks
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.state import state
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.update import forget_corrected, moved
from monitor.sealed.errors import SealedError
from monitor.upkeep.corrections import Correction, EditError, Known, correction

PAGE = "report.html"
"""The report of a call in its folder: it shows what was known when it was made, and can be made again."""


AnalyzeAgain = Callable[[Path, str], object]
"""Analyses the recording of a call again, in its folder, with the agent on the channel named."""


@dataclass(frozen=True, slots=True)
class Done:
    """A call that was corrected."""

    folder: Path
    """Where it is now."""
    correction: Correction
    page_removed: bool
    """Whether there was a report in the folder, which showed what was known before."""


def edit(  # noqa: PLR0913 - who corrects what, where, and how
    root: Path, named: str, written: Sequence[str], *, by: str, catalogue_url: str, analyze_again: AnalyzeAgain
) -> Done:
    """Correct what is known about a call.

    Each step leaves the call whole. If the program is killed between two of them, the same command does the rest.

    Args:
        root: the folder of all calls.
        named: the call, as `find.find` takes it.
        written: corrections, as `corrections.correction` takes them.
        by: name of the person.
        catalogue_url: that in the calls folder if empty.
        analyze_again: called if the agent's channel changes, and raises what it does.

    Raises:
        EditError: a correction is wrong.
        CallFolderError: there is no such call, it is in progress or broke off, or it cannot be written.
        CatalogueError: the call is edited, and the catalogue is out of date.
    """
    folder = find.find(named, root).resolve()
    if folder.parents[1] != root.resolve():
        raise CallFolderError(f"{folder} is not in the calls folder {root}. Give its calls folder with --calls.")
    _check_ended(folder)
    now = datetime.now().astimezone()
    turned = [one for one in correction(_known(folder), written, by, now).edited if one.field == "agent_channel"]
    for one in turned:
        analyze_again(folder, one.now)
    try:
        with lock.hold(folder):  # released before the folder moves, which Windows refuses while it is held
            planned = correction(_known(folder), written, by, now)
            planned = replace(planned, edited=(*turned, *planned.edited))
            page_removed = _write(folder, planned)
        place = _move_to_its_day(folder, planned.known.info)
    except lock.HeldError as error:
        raise CallFolderError(f"The call {folder} is open in another program. End it there, then try again.") from error
    except OSError as error:
        raise CallFolderError(
            f"Can't edit the call {folder}: {error.strerror or error}. Free some disk space or change its permissions, "
            "then edit it again."
        ) from error
    _list(place, catalogue_url)
    return Done(place, planned, page_removed)


def is_misplaced(folder: Path) -> bool:
    """Whether an ended call is not in the folder of its day: a correction of its start did not get to the move.

    Raises:
        CallFolderError: there is no readable call.toml.
    """
    info, resolved = read_info(folder), folder.resolve()
    if not info.closed or resolved.parent == _day(resolved, info):
        return False
    return any(one.field == "started" for one in marks.edits(folder))


def finish_move(folder: Path, catalogue_url: str) -> Path:
    """Move a misplaced call to the folder of its day, and list it there.

    Raises:
        CatalogueError: the call is moved, and the catalogue is out of date.
        OSError: it cannot be moved.
    """
    place = _move_to_its_day(folder.resolve(), read_info(folder))
    _list(place, catalogue_url)
    return place


def _list(place: Path, catalogue_url: str) -> None:
    with open_catalogue(place.parents[1], catalogue_url) as catalogue:
        moved(catalogue, _folders_before(place), place)
        forget_corrected(catalogue)


def _folders_before(folder: Path) -> list[str]:
    """Where the call has been, as its log says: a program that was killed may have left it listed there."""
    days = {one.was[:10] for one in marks.edits(folder) if one.field == "started"}
    return [f"{day}/{folder.name}" for day in sorted(days - {folder.parent.name})]


def _check_ended(folder: Path) -> None:
    match state(folder, datetime.now().timestamp()):  # noqa: DTZ005 - as file times count it
        case "open":
            raise EditError(f"The call {folder} is in progress. End it, then edit it.")
        case "broken off":
            raise EditError(f"The call {folder} broke off. Repair it with `tone-monitor doctor`, then edit it.")


def _known(folder: Path) -> Known:
    info = read_info(folder)
    try:
        held = hold.read(folder)
    except SealedError:
        raise
    except CallFolderError:  # damaged: to be set again
        held = None
    return Known(info, held, info.agent_channel)


def _write(folder: Path, planned: Correction) -> bool:
    """Log first: a correction that is logged and was not made does less harm than one that is made and not logged.

    Returns:
        Whether a report was removed.
    """
    page = folder / PAGE
    outdated = read_info(folder) != planned.known.info and page.exists()
    if planned.edited:
        marks.add_edits(folder, planned.edited)
    if any(one.field == "hold" for one in planned.edited):
        hold.put(folder, planned.known.hold)
    if outdated:
        page.unlink()
    if read_info(folder) != planned.known.info:
        write_info(folder, planned.known.info)
    return outdated


def _move_to_its_day(folder: Path, info: CallInfo) -> Path:
    """Move a call to the day on which it started, in one step; its id stays."""
    day = _day(folder, info)
    if folder.parent == day:
        return folder
    target = day / folder.name
    if target.exists():
        raise FileExistsError(errno.EEXIST, f"{target} is there already")
    atomic.make_folder(day)
    folder.replace(target)
    if folder.parent.name != f"{datetime.now().astimezone():%Y-%m-%d}":  # a call may be about to start in today's
        with suppress(OSError):
            folder.parent.rmdir()
    return target


def _day(folder: Path, info: CallInfo) -> Path:
    return folder.parents[1] / f"{info.started:%Y-%m-%d}"

"""Whether all calls ended properly; repairs those that broke off."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from monitor.base import atomic
from monitor.base.clock import clock
from monitor.base.counts import count
from monitor.base.errors import CallFolderError
from monitor.call.info import read_info
from monitor.catalogue.errors import CatalogueError
from monitor.doctor.diagnosis import Diagnosis
from monitor.setup import profile
from monitor.upkeep.edit import finish_move, is_misplaced
from monitor.upkeep.repair import broke_off, repair


def check(
    folders: Sequence[Path],
    now_s: float,
    *,
    repairs: bool,
    repaired: Callable[[Path], object] = lambda _: None,
    catalogue_url: str = "",
) -> Iterator[Diagnosis]:
    """Look for calls that broke off, sound that is not packed, calls in another day's folder, and half-written files.

    Args:
        folders: of the calls.
        now_s: the current time, as file times count it.
        repairs: whether to repair, pack and remove them.
        repaired: called with each folder that was repaired.
        catalogue_url: that in the calls folder if empty.
    """
    fine = 0
    for folder in folders:
        try:
            if is_misplaced(folder):
                yield _moved(folder, catalogue_url) if repairs else _not_moved(folder)
            elif not broke_off(folder, now_s):
                fine += 1
            elif repairs:
                diagnosis = _repaired(folder)
                repaired(folder)
                yield diagnosis
            else:
                told = (
                    f"{folder} broke off or is not packed. To repair it, run tone-monitor doctor without --no-repair."
                )
                yield Diagnosis("calls", "look", told)
        except (CallFolderError, CatalogueError, OSError) as error:
            yield Diagnosis("calls", "bad", str(error))
    if fine or not folders:
        yield Diagnosis("calls", "ok", f"Calls that ended properly or are in progress: {fine}.")
    if repairs and (removed := _tidy({*folders, *(folder.parents[1] for folder in folders), profile.folder()})):
        yield Diagnosis(
            "calls", "ok", f"Removed {count(removed, 'half-written file')} left by a program that was killed."
        )


def _tidy(places: Iterable[Path]) -> int:
    """Remove half-written files; return how many."""
    removed = 0
    for half in (half for place in places for half in atomic.leftovers(place)):
        with suppress(OSError):  # it does no harm, and the next check removes it
            half.unlink()
            removed += 1
    return removed


def _not_moved(folder: Path) -> Diagnosis:
    told = (
        f"The start of {folder} was corrected, but it is still in the folder of its old day. To move it, run "
        "tone-monitor doctor without --no-repair."
    )
    return Diagnosis("calls", "look", told)


def _moved(folder: Path, catalogue_url: str) -> Diagnosis:
    place = finish_move(folder, catalogue_url)
    told = f"The start of {folder} was corrected, but it was still in the folder of its old day. It is in {place} now."
    return Diagnosis("calls", "look", told)


def _repaired(folder: Path) -> Diagnosis:
    closed = read_info(folder).closed
    result = repair(folder)
    if closed:
        told = f"The sound of {folder} was not packed, because the disk was full. All of it is packed now."
        return Diagnosis("calls", "look", told)
    kept = "sound and events" if result.recorded else "events"
    return Diagnosis(
        "calls", "look", f"{folder} broke off after {clock(result.duration_s)}. It is repaired now, with all {kept}."
    )

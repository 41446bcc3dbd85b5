"""Whether all calls came to their end; those that broke off are closed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from monitor.base import atomic
from monitor.base.clock import clock
from monitor.base.errors import CallFolderError
from monitor.call.info import read_info
from monitor.doctor.diagnosis import Diagnosis
from monitor.setup import profile
from monitor.upkeep.repair import broke_off, repair


def check(
    folders: Sequence[Path], now_s: float, *, repairs: bool, repaired: Callable[[Path], object] = lambda _: None
) -> Iterator[Diagnosis]:
    """Look for calls that broke off, whose sound is not packed, or in which something was left half written.

    Args:
        folders: of the calls.
        now_s: the time now, as files have it.
        repairs: whether to close, pack and remove it.
        repaired: told of each folder that was repaired.
    """
    fine = 0
    for folder in folders:
        try:
            if not broke_off(folder, now_s):
                fine += 1
            elif repairs:
                diagnosis = _repaired(folder)
                repaired(folder)
                yield diagnosis
            else:
                told = f"{folder} broke off or is not packed: run tone-monitor doctor without --no-repair to mend it."
                yield Diagnosis("calls", "look", told)
        except (CallFolderError, OSError) as error:
            yield Diagnosis("calls", "bad", str(error))
    if fine or not folders:
        yield Diagnosis("calls", "ok", f"Calls that came to their end, or go on: {fine}.")
    if repairs and (removed := _tidy({*folders, *(folder.parents[1] for folder in folders), profile.folder()})):
        yield Diagnosis(
            "calls", "ok", f"Files that were half written when a program was ended, now removed: {removed}."
        )


def _tidy(places: Iterable[Path]) -> int:
    """Remove what was left half written; return how much."""
    removed = 0
    for half in (half for place in places for half in atomic.leftovers(place)):
        with suppress(OSError):  # it does no harm, and the next time removes it
            half.unlink()
            removed += 1
    return removed


def _repaired(folder: Path) -> Diagnosis:
    closed = read_info(folder).closed
    result = repair(folder)
    if closed:
        told = f"The sound of {folder} had not been packed, as there was no room: it is now, all of it."
        return Diagnosis("calls", "look", told)
    kept = "sound and events" if result.recorded else "events"
    return Diagnosis(
        "calls", "look", f"{folder} broke off after {clock(result.duration_s)}: it is closed now, with all {kept}."
    )

"""Whether all calls came to their end; those that broke off are closed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor import catalogue
from monitor.calls import CallFolderError
from monitor.doctor.diagnosis import Diagnosis
from monitor.plain import clock
from monitor.repair import broke_off, repair


def check(folders: Sequence[Path], now_s: float, *, repairs: bool) -> Iterator[Diagnosis]:
    """Look for calls that broke off.

    Args:
        folders: of the calls.
        now_s: the time now, as files have it.
        repairs: whether to close them.
    """
    fine = 0
    for folder in folders:
        try:
            if not broke_off(folder, now_s):
                fine += 1
            elif repairs:
                yield _repaired(folder)
            else:
                told = f"{folder} broke off: run tone-monitor doctor without --no-repair to close it."
                yield Diagnosis("calls", "look", told)
        except (CallFolderError, OSError) as error:
            yield Diagnosis("calls", "bad", str(error))
    if fine or not folders:
        yield Diagnosis("calls", "ok", f"Calls that came to their end, or go on: {fine}.")


def _repaired(folder: Path) -> Diagnosis:
    repaired = repair(folder)
    catalogue.note_ended(folder)
    kept = "sound and events" if repaired.recorded else "events"
    return Diagnosis(
        "calls", "look", f"{folder} broke off after {clock(repaired.duration_s)}: it is closed now, with all {kept}."
    )

"""Whether card numbers are kept off the disk, and where sound and words wait until they are checked."""

from collections.abc import Iterator

from monitor.doctor.diagnosis import Diagnosis
from monitor.privacy.spool_folder import remove_spools_without_call, spool_folder


def check(*, on: bool, repairs: bool) -> Iterator[Diagnosis]:
    """Check whether the guard is on, and remove leftovers of deleted calls.

    Args:
        on: whether the settings turn the guard on.
        repairs: whether to remove it.
    """
    if not on:
        told = "Spoken card numbers are saved. To mask them, set card_guard = true under [privacy] in the settings."
        yield Diagnosis("cards", "look", told)
    elif place := spool_folder():
        told = f"Card numbers do not reach the disk. What may contain one waits in memory, in {place}."
        yield Diagnosis("cards", "ok", told)
    else:
        told = (
            "Card numbers do not reach the disk. What may contain one waits in the program's own memory. "
            "If the program is killed, the last 11 to 60 seconds are lost."
        )
        yield Diagnosis("cards", "ok", told)
    if repairs:
        remove_spools_without_call()

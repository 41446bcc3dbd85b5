"""Whether card numbers are kept from the disk, and where what may hold some waits."""

from collections.abc import Iterator

from monitor.doctor.diagnosis import Diagnosis
from monitor.privacy.spool_folder import spool_folder, spools_without_call


def check(*, on: bool, repairs: bool) -> Iterator[Diagnosis]:
    """Look whether the guard is on, and remove what waited of calls that are gone.

    Args:
        on: what the settings say.
        repairs: whether to remove it.
    """
    if not on:
        told = "Card numbers are written as they are spoken: set card_guard = true under [privacy] in the settings."
        yield Diagnosis("cards", "look", told)
    elif place := spool_folder():
        told = f"Card numbers do not reach the disk; what may hold one waits in memory, in {place}."
        yield Diagnosis("cards", "ok", told)
    else:
        told = (
            "Card numbers do not reach the disk; what may hold one waits in the program alone, and a program that is "
            "killed loses the last 11 to 60 seconds."
        )
        yield Diagnosis("cards", "ok", told)
    if repairs:
        for path in spools_without_call():
            path.unlink(missing_ok=True)

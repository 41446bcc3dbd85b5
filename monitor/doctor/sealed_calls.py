"""Whether calls are sealed on the disk, and can be opened again."""

from collections.abc import Iterator
from pathlib import Path

from monitor.base.counts import count
from monitor.call import files
from monitor.call.find import folders as call_folders
from monitor.doctor.diagnosis import Diagnosis
from monitor.sealed import call_key, keys
from monitor.sealed.errors import SealedError
from monitor.settings.config import Privacy


def check(root: Path, privacy: Privacy) -> Iterator[Diagnosis]:
    """Check the key, and whether calls are sealed as the settings say.

    Args:
        root: the folder of all calls.
        privacy: whether new calls are to be sealed, and where the key is.
    """
    folders = list(call_folders(root))
    sealed = sum(files.is_sealed(folder / files.ABOUT) for folder in folders)
    if not privacy.encrypt and not sealed:
        told = (
            "Calls are not sealed: anyone with the disk can read them. "
            "To seal new calls, set encrypt = true under [privacy] in the settings."
        )
        yield Diagnosis("sealing", "ok", told)
        return
    try:
        key, others = keys.in_use(), call_key.in_settings()
    except SealedError as error:
        yield Diagnosis("sealing", "bad", str(error))
        return
    plain = len(folders) - sealed
    if privacy.key_file and Path(privacy.key_file).resolve().is_relative_to(root.resolve()):
        told = (
            f"The key {privacy.key_file} is in the calls folder, so anyone with the calls has the key. "
            "Move it, and update key_file in the settings."
        )
        yield Diagnosis("sealing", "look", told)
    if not privacy.encrypt:
        told = f"{count(sealed, 'call')} sealed, but new calls are not. To unseal all, run tone-monitor key unseal."
        yield Diagnosis("sealing", "look", told)
    elif plain:
        told = f"{count(plain, 'earlier call')} not sealed. To seal all, run tone-monitor key seal."
        yield Diagnosis("sealing", "look", told)
    else:
        told = f"Calls are sealed with the key {key.name} in {keys.place()}. Keep a copy (tone-monitor key copy)."
        if others:
            told += f" {', '.join(one.shown for one in others)} can open new calls, too."
        yield Diagnosis("sealing", "ok", told)

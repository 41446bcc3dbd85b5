"""Whether calls are sealed on the disk, and can be opened again."""

from collections.abc import Iterator
from pathlib import Path

from monitor.base.counts import count
from monitor.call import files
from monitor.call.find import folders as call_folders
from monitor.doctor.diagnosis import Diagnosis
from monitor.sealed import keys
from monitor.sealed.errors import SealedError
from monitor.settings.config import Privacy


def check(root: Path, privacy: Privacy) -> Iterator[Diagnosis]:
    """Look for the key, and for calls that are not as the settings say.

    Args:
        root: the folder of all calls.
        privacy: whether new calls are to be sealed, and where the key is.
    """
    folders = list(call_folders(root))
    sealed = sum(files.is_sealed(folder / files.ABOUT) for folder in folders)
    if not privacy.encrypt and not sealed:
        told = "Calls are not sealed: who has the disk can read them; encrypt = true under [privacy] seals new ones."
        yield Diagnosis("sealing", "ok", told)
        return
    try:
        key = keys.in_use()
    except SealedError as error:
        yield Diagnosis("sealing", "bad", str(error))
        return
    plain = len(folders) - sealed
    if privacy.key_file and Path(privacy.key_file).resolve().is_relative_to(root.resolve()):
        told = f"The key {privacy.key_file} lies with the calls: who has them has it. Move it, and set key_file anew."
        yield Diagnosis("sealing", "look", told)
    if not privacy.encrypt:
        told = f"{count(sealed, 'call')} sealed, and new ones are not: `tone-monitor key unseal` makes all plain."
        yield Diagnosis("sealing", "look", told)
    elif plain:
        told = f"{count(plain, 'call')} of before kept plain: `tone-monitor key seal` seals them."
        yield Diagnosis("sealing", "look", told)
    else:
        told = f"Calls are sealed with the key {key.name} in {keys.place()}; keep a copy (tone-monitor key copy)."
        yield Diagnosis("sealing", "ok", told)

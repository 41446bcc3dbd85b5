"""The one way to the files of a call's folder, plain or sealed.

A call is sealed if `monitor.sealed.sealing` says so when it starts; whatever is written into its folder later is
sealed if its call.toml is. The first bytes of a file say whether it is sealed, so plain and sealed calls can be mixed.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from audio.files import storage
from monitor.base import atomic
from monitor.sealed import sealing
from monitor.sealed.layout import MAGIC, is_start

if TYPE_CHECKING:
    from monitor.settings.protection import Privacy

ABOUT = "call.toml"


def is_sealed(path: Path) -> bool:
    """Whether a file is sealed; a missing or empty file is not.

    Raises:
        OSError: it cannot be read.
    """
    with suppress(FileNotFoundError), path.open("rb") as file:
        begins = file.read(len(MAGIC))
        return bool(begins) and is_start(begins)
    return False


def read(path: Path) -> bytes:
    """Read a whole file.

    Raises:
        OSError: it cannot be read.
        SealedError: it is sealed, and cannot be opened.
    """
    with reading(path) as file:
        return file.read()


def reading(path: Path) -> BinaryIO:
    """Open a file to read it; raises as `read` does."""
    if not is_sealed(path):
        return storage.PLAIN.read(path)
    from monitor.sealed import call_key, file  # loads a library that most calls do without

    return file.open_to_read(path, call_key.of(path.parent))


def size(path: Path) -> int:
    """How many bytes a file holds; raises as `read` does."""
    with reading(path) as file:
        return file.seek(0, os.SEEK_END)


def creating(path: Path) -> BinaryIO:
    """Create a new file for unbuffered reading and writing.

    Raises:
        OSError: the disk does not take it, or it is there.
        SealedError: it is to be sealed, and there is no key.
        ConfigError: the settings do not say whether it is.
    """
    if not _to_be_sealed(path):
        return storage.PLAIN.create(path)
    from monitor.sealed import call_key, file

    return file.create(path, call_key.of(path.parent))


def appending(path: Path) -> BinaryIO:
    """Open a file for unbuffered reading and appending; raises as `creating` does if it is missing or empty."""
    if is_sealed(path) if path.exists() and path.stat().st_size else _to_be_sealed(path):
        from monitor.sealed import call_key, file

        return file.open_to_append(path, call_key.of(path.parent))
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | atomic.NO_LINK, 0o600), "r+b", buffering=0)


def append(path: Path, lines: bytes) -> None:
    """Append whole lines, which are on the disk when this returns; after a torn line they begin a new one.

    Raises:
        OSError: they cannot be written.
        SealedError: the file is sealed, or to be sealed, and there is no key.
    """
    with appending(path) as file:
        left = memoryview((b"\n" if _ends_torn(file) else b"") + lines)
        while left:
            left = left[file.write(left) :]
        os.fsync(file.fileno())


def write(path: Path, content: bytes) -> None:
    """Replace a file atomically; raises as `creating` does."""
    if _to_be_sealed(path):
        from monitor.sealed import call_key, file

        content = file.seal(content, call_key.of(path.parent))
    atomic.write(path, content)


def begin(folder: Path) -> None:
    """Get the folder of a new call ready for its files: if it is to be sealed for a team, give it a key of its own.

    Raises:
        OSError: the key can't be written.
        SealedError: there is no key, or a recipient in the settings is no public key.
        ConfigError: the settings cannot be used.
    """
    if sealing.in_use().encrypt:
        from monitor.sealed import call_key  # loads a library that most calls do without

        call_key.begin(folder)


def check_key(privacy: Privacy | None = None) -> None:
    """Check that new calls can be sealed, if the settings ask for it.

    Args:
        privacy: these settings; by default those in use.

    Raises:
        SealedError: there is no key, or a recipient in the settings is no public key.
        ConfigError: the settings cannot be used.
    """
    privacy = privacy or sealing.in_use()
    if privacy.encrypt:
        from monitor.sealed import keys, recipients  # loads a library that most calls do without

        keys.named(privacy.key_file)
        recipients.read_all(privacy.recipients)


STORAGE = storage.Storage(creating, reading, size)
"""How the sound of calls is opened."""


def _ends_torn(file: BinaryIO) -> bool:
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _to_be_sealed(path: Path) -> bool:
    about = path.with_name(ABOUT)
    if about.exists():
        return is_sealed(about)
    return sealing.in_use().encrypt


def sound_parts(folder: Path) -> tuple[Path, ...]:
    """Find the recording of a call: one FLAC, or the WAV parts of a call that is in progress or broke off."""
    flac = folder / "audio.flac"
    if flac.exists():
        return (flac,)
    first = folder / "audio.wav"
    numbered = sorted(folder.glob("audio.*.wav"), key=lambda path: int(path.suffixes[0][1:] or 0))
    return ((first,) if first.exists() else ()) + tuple(numbered)

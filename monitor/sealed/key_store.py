"""Where secret keys are kept: the system's keyring, or files that only their owner can read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base import atomic
from monitor.sealed.errors import SealedError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "tone-monitor"
OTHERS = 0o077


def read_file(path: Path, make: str) -> str:
    """The text of a key file.

    Args:
        path: the file.
        make: what to do if there is none.

    Raises:
        SealedError: it is missing, can't be read, or others can read it.
    """
    try:
        if sys.platform != "win32" and path.stat().st_mode & OTHERS:
            raise SealedError(f"Others on this machine can read the key file {path}. Run chmod 600 '{path}'.")
        return path.read_text("ascii")
    except FileNotFoundError as error:
        raise SealedError(f"There is no key file {path}. {make}") from error
    except UnicodeDecodeError as error:
        raise SealedError(f"{path} does not contain a key. Restore the key file from its copy.") from error
    except OSError as error:
        raise SealedError(
            f"Can't read the key file {path} ({error.strerror or error}). Fix its permissions or choose another file."
        ) from error


def make_file(path: Path, text: str) -> None:
    """Write a key file that only its owner can read.

    Raises:
        SealedError: it exists, or can't be written.
    """
    try:
        atomic.make_folder(path.parent)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if path.exists():
            raise SealedError(
                f"{path} already exists, and may be a key that you need. Choose another place."
            ) from error
        raise SealedError(
            f"Can't write the key file {path} ({error.strerror or error}). Fix the permissions or choose another place."
        ) from error


def in_keyring(account: str) -> str | None:
    """The text that the keyring has under a name; None if it has none.

    Raises:
        SealedError: it can't be used.
    """
    from keyring.errors import KeyringError  # only where calls are sealed

    try:
        return _keyring().get_password(SERVICE, account)
    except KeyringError as error:
        raise _no_keyring() from error


def into_keyring(account: str, text: str) -> None:
    """Put a key into the keyring.

    Raises:
        SealedError: it has one under this name, or can't be used.
    """
    from keyring.errors import KeyringError  # only where calls are sealed

    try:
        if _keyring().get_password(SERVICE, account) is not None:
            raise SealedError(
                "The system's keyring already has a key, and calls may be sealed with it. "
                "To replace it, save a copy with tone-monitor key copy, then delete it from the keyring."
            )
        _keyring().set_password(SERVICE, account, text)
    except KeyringError as error:
        raise _no_keyring() from error


def _keyring() -> KeyringBackend:
    import keyring  # only where calls are sealed

    return keyring.get_keyring()


def _no_keyring() -> SealedError:
    return SealedError(
        "Can't use the system's keyring. Unlock it, or keep the key in a file (key_file under [privacy] in the "
        "settings)."
    )

"""The key of all calls: made once, kept in the system's keyring or in a file, read when a call is opened."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base import atomic
from monitor.base.extras import has_encryption
from monitor.sealed import sealing
from monitor.sealed.errors import SealedError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from monitor.sealed.cipher import Key

SERVICE = "tone-monitor"
ACCOUNT = "calls"
"""Name of the key in the keyring."""
OTHERS = 0o077

_BEGINS = "tone-monitor-key-1:"


def in_use() -> Key:
    """The key that the settings name; looked up once.

    Raises:
        SealedError: there is none, it cannot be used, or the library that seals is not installed.
        ConfigError: the settings cannot be used.
    """
    if not has_encryption():
        raise SealedError("Sealed calls need two more packages. Install tone-monitor[encryption].")
    return _key(_key_file())


def forget() -> None:
    """Look the key up again when it is needed next, as another program would."""
    _key.cache_clear()


def place() -> str:
    """Where the key is, as part of a sentence; raises ConfigError if the settings cannot be used."""
    return f"the file {_key_file()}" if _key_file() else "the system's keyring"


def make() -> Key:
    """Make a key in the place that the settings name.

    Raises:
        SealedError: there is one already, or it cannot be saved there.
        ConfigError: the settings cannot be used.
    """
    return _keep(secrets.token_bytes(32))


def bring_back(copy: Path) -> Key:
    """Restore a key from a copy to the place that the settings name.

    Args:
        copy: a key file.

    Raises:
        SealedError: the copy holds no key, or there is one already.
        ConfigError: the settings cannot be used.
    """
    return _keep(_in_file(copy).secret)


def copy(to: Path) -> Key:
    """Write a copy of the key to a new file that only its owner can read.

    Raises:
        SealedError: there is no key, or the file cannot be made.
        ConfigError: the settings cannot be used.
    """
    key = in_use()
    _make_file(to, key.secret)
    return key


@lru_cache(maxsize=4)
def _key(file: str) -> Key:
    return _in_file(Path(file)) if file else _in_keyring()


def _key_file() -> str:
    return sealing.in_use().key_file


def _in_file(path: Path) -> Key:
    try:
        if sys.platform != "win32" and path.stat().st_mode & OTHERS:
            raise SealedError(f"Others on this machine can read the key file {path}. Run chmod 600 '{path}'.")
        text = path.read_text("ascii")
    except FileNotFoundError as error:
        raise SealedError(
            f"There is no key file {path}. Make a key with tone-monitor key make, or restore yours from its copy. "
            "Calls sealed with it can't be opened without it."
        ) from error
    except UnicodeDecodeError as error:
        raise SealedError(f"{path} does not contain a key. Restore the key file from its copy.") from error
    except OSError as error:
        raise SealedError(
            f"Can't read the key file {path} ({error.strerror or error}). Fix its permissions or choose another file."
        ) from error
    return _read(text, str(path))


def _in_keyring() -> Key:
    from keyring.errors import KeyringError  # only where calls are sealed

    try:
        text = _keyring().get_password(SERVICE, ACCOUNT)
    except KeyringError as error:
        raise _no_keyring() from error
    if text is None:
        raise SealedError(
            "There is no key in the system's keyring. Make one with tone-monitor key make, or restore yours from its "
            "copy. Calls sealed with it can't be opened without it."
        )
    return _read(text, "The system's keyring")


def _keep(secret: bytes) -> Key:
    if not has_encryption():
        raise SealedError("A key needs two more packages. Install tone-monitor[encryption].")
    file = _key_file()
    if file:
        _make_file(Path(file), secret)
    else:
        _into_keyring(secret)
    forget()
    return in_use()


def _into_keyring(secret: bytes) -> None:
    from keyring.errors import KeyringError  # only where calls are sealed

    try:
        if _keyring().get_password(SERVICE, ACCOUNT) is not None:
            raise SealedError(
                "The system's keyring already has a key, and calls may be sealed with it. "
                "To replace it, save a copy with tone-monitor key copy, then delete it from the keyring."
            )
        _keyring().set_password(SERVICE, ACCOUNT, _text(secret))
    except KeyringError as error:
        raise _no_keyring() from error


def _make_file(path: Path, secret: bytes) -> None:
    try:
        atomic.make_folder(path.parent)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(_text(secret) + "\n")
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


def _text(secret: bytes) -> str:
    return _BEGINS + base64.urlsafe_b64encode(secret).decode("ascii")


def _read(text: str, where: str) -> Key:
    from monitor.sealed.cipher import KEY_BYTES, Key  # only where calls are sealed

    begins, _, written = text.strip().rpartition(":")
    try:
        secret = base64.b64decode(written, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if begins + ":" != _BEGINS or len(secret) != KEY_BYTES:
        raise SealedError(f"{where} has no key of Tone Monitor. Restore the key from its copy.")
    return Key(secret)


def _keyring() -> KeyringBackend:
    import keyring  # only where calls are sealed

    return keyring.get_keyring()


def _no_keyring() -> SealedError:
    return SealedError(
        "Can't use the system's keyring. Unlock it, or keep the key in a file (key_file under [privacy] in the "
        "settings)."
    )

"""The key of this machine: made once, kept in the system's keyring or in a file, read when a call is opened."""

from __future__ import annotations

import base64
import binascii
import secrets
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.base.extras import has_encryption
from monitor.sealed import key_store, sealing
from monitor.sealed.errors import SealedError

if TYPE_CHECKING:
    from monitor.sealed.cipher import Key

ACCOUNT = "calls"
"""Name of the key in the keyring."""

_BEGINS = "tone-monitor-key-1:"
_MAKE = (
    "Make one with tone-monitor key make, or restore yours from its copy. Calls sealed with it can't be opened "
    "without it."
)


def in_use() -> Key:
    """The key that the settings name; looked up once.

    Raises:
        SealedError: there is none, it cannot be used, or the library that seals is not installed.
        ConfigError: the settings cannot be used.
    """
    return named(_key_file())


def named(file: str) -> Key:
    """The key in a file, or in the keyring if the name is empty; looked up once. Raises as `in_use` does."""
    if not has_encryption():
        raise SealedError("Sealed calls need two more packages. Install tone-monitor[encryption].")
    return _key(file)


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
    key_store.make_file(to, _text(key.secret) + "\n")
    return key


@lru_cache(maxsize=4)
def _key(file: str) -> Key:
    return _in_file(Path(file)) if file else _in_keyring()


def _key_file() -> str:
    return sealing.in_use().key_file


def _in_file(path: Path) -> Key:
    return _read(key_store.read_file(path, _MAKE), str(path))


def _in_keyring() -> Key:
    text = key_store.in_keyring(ACCOUNT)
    if text is None:
        raise SealedError(f"There is no key in the system's keyring. {_MAKE}")
    return _read(text, "The system's keyring")


def _keep(secret: bytes) -> Key:
    if not has_encryption():
        raise SealedError("A key needs two more packages. Install tone-monitor[encryption].")
    file = _key_file()
    if file:
        key_store.make_file(Path(file), _text(secret) + "\n")
    else:
        key_store.into_keyring(ACCOUNT, _text(secret))
    forget()
    return in_use()


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

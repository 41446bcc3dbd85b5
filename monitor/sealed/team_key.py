"""A supervisor's key pair: the private key opens what desks have sealed for the public one.

Both are those of age (age-encryption.org): `age` itself can use them. The private key is kept as the key of a machine
is, in the system's keyring or in a file; in a file, a passphrase can protect it.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import lru_cache
from getpass import getpass
from pathlib import Path
from threading import current_thread, main_thread
from typing import TYPE_CHECKING

from monitor.sealed import key_store, sealing
from monitor.sealed.errors import SealedError
from monitor.sealed.recipients import check_installed

if TYPE_CHECKING:
    from pyrage import x25519

ACCOUNT = "team"
"""Name of the private key in the keyring."""
PROTECTED = "-----BEGIN AGE ENCRYPTED FILE-----"
"""How a file begins that a passphrase protects."""

_MAKE = "Make one with tone-monitor key pair, or restore yours from its copy."


def make(passphrase: str = "") -> str:
    """Make a key pair in the place that the settings name; give its public key.

    Args:
        passphrase: protects the file; the keyring has its own.

    Raises:
        SealedError: there is one already, it cannot be saved, or a passphrase is to protect the keyring.
    """
    check_installed()
    from pyrage import passphrase as protection  # only for supervisors
    from pyrage import x25519

    file, pair = _file(), x25519.Identity.generate()
    if not file:
        if passphrase:
            raise SealedError(
                "A passphrase protects a file, and the key would be in the system's keyring, which has its own. "
                "Set private_key_file under [privacy] in the settings, or leave out --passphrase."
            )
        key_store.into_keyring(ACCOUNT, str(pair))
    elif passphrase:
        key_store.make_file(Path(file), protection.encrypt(str(pair).encode(), passphrase, armored=True).decode())
    else:
        key_store.make_file(Path(file), f"{pair}\n")
    forget()
    return str(pair.to_public())


def public_key() -> str:
    """The public key of this machine's supervisor.

    Raises:
        SealedError: there is no private key, or it can't be read.
    """
    return str(private_key().to_public())


def private_key() -> x25519.Identity:
    """The private key; looked up once. Raises as `public_key` does."""
    check_installed()
    return _private_key(_file())


def find_private_key() -> x25519.Identity | None:
    """The private key; None if there is none. Raises SealedError if it can't be read."""
    check_installed()
    return _found(_file())


def place() -> str:
    """Where the private key is, as part of a sentence."""
    return f"the file {_file()}" if _file() else "the system's keyring"


def unlock() -> None:
    """Ask for the passphrase if one protects the private key, before a screen opens that has no place for it.

    Raises:
        SealedError: the passphrase is wrong, or the file can't be read.
    """
    file = _file()
    if file and Path(file).exists() and key_store.read_file(Path(file), "").startswith(PROTECTED):
        private_key()


def forget() -> None:
    """Look the key up again when it is needed next, as another program would."""
    _private_key.cache_clear()
    _found.cache_clear()


@lru_cache(maxsize=4)
def _found(file: str) -> x25519.Identity | None:
    if file:
        return _private_key(file) if Path(file).exists() else None
    return _private_key("") if key_store.in_keyring(ACCOUNT) is not None else None


@lru_cache(maxsize=4)
def _private_key(file: str) -> x25519.Identity:
    from pyrage import IdentityError, x25519  # only for supervisors

    text = key_store.in_keyring(ACCOUNT) if not file else key_store.read_file(Path(file), _MAKE)
    if text is None:
        raise SealedError(f"There is no private key in the system's keyring. {_MAKE}")
    if text.startswith(PROTECTED):
        text = _unprotected(text, file)
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        (line,) = lines
        return x25519.Identity.from_str(line.strip())
    except (IdentityError, ValueError) as error:
        raise SealedError(f"There is no private key in {place()}. Restore it from its copy.") from error


def _unprotected(text: str, file: str) -> str:
    from pyrage import DecryptError  # only for supervisors
    from pyrage import passphrase as protection

    if not _can_ask():
        raise SealedError(
            f"A passphrase protects the private key in {file}, and there is no terminal to ask for it. Run the command "
            "in a terminal, or keep the key in the system's keyring."
        )
    try:
        private: bytes = protection.decrypt(text.encode(), getpass(f"Passphrase of {file}: "))
    except DecryptError as error:
        raise SealedError(
            f"The passphrase does not open {file}. Try again; if it is right, restore the file from its copy."
        ) from error
    return private.decode("ascii", "replace")


def _can_ask() -> bool:
    """Whether there is a terminal, and no screen has it."""
    import asyncio  # slow to load, and needed for a passphrase alone

    with suppress(RuntimeError):
        asyncio.get_running_loop()
        return False
    return current_thread() is main_thread() and sys.stdin is not None and sys.stdin.isatty()


def _file() -> str:
    return sealing.in_use().private_key_file

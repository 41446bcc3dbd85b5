"""The key of one call, where supervisors can open what a machine seals: in key.toml, beside the call's files.

The machine derives it from its own key and a random number, so it opens its calls as ever. For each recipient it is
wrapped in the format of age. Nothing in key.toml is secret. A call without the file is sealed with the machine's key.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeVar

import msgspec
import tomli_w

from monitor.base import atomic
from monitor.sealed import keys, sealing, team_key
from monitor.sealed.cipher import SALT_BYTES, Key
from monitor.sealed.errors import SealedError
from monitor.sealed.layout import KEY_FILE
from monitor.sealed.recipients import Recipient, check_installed, read_all

if TYPE_CHECKING:
    from pyrage import x25519

_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappedKey:
    """What key.toml says."""

    version: Literal[1] = 1
    key: str
    """Id of the call's key."""
    machine: str
    """Id of the key of the machine that seals the call."""
    salt: str
    """The random number from which that machine derives the call's key, in hexadecimal."""
    recipients: tuple[str, ...]
    """Public keys and names of those for whom it is wrapped."""
    wrapped: str
    """The call's key, encrypted for them with age, armored."""

    @classmethod
    def of(cls, key: Key, machine: str, salt: str, recipients: tuple[Recipient, ...]) -> Self:
        """Wrap a key; raises SealedError if a recipient is no public key."""
        from pyrage import encrypt  # only where calls are sealed for a team

        wrapped = encrypt(key.secret, [one.to_wrap_for() for one in recipients], armored=True).decode("ascii")
        return cls(
            key=key.name,
            machine=machine,
            salt=salt,
            recipients=tuple(one.text for one in recipients),
            wrapped=wrapped,
        )

    def to_toml(self) -> bytes:
        """The text of the file."""
        return tomli_w.dumps(asdict(self), multiline_strings=True).encode()


def begin(folder: Path) -> None:
    """Give a new call a key of its own, wrapped for the recipients in the settings, if there are any.

    Args:
        folder: of the call, still empty.

    Raises:
        SealedError: there is no key on this machine, or a recipient is no public key.
        ConfigError: the settings cannot be used.
        OSError: the file can't be written.
    """
    if recipients := in_settings():
        check_installed()
        machine, salt = keys.in_use(), os.urandom(SALT_BYTES)
        wrapped = WrappedKey.of(machine.of_call(salt), machine.name, salt.hex(), recipients)
        atomic.write(folder / KEY_FILE, wrapped.to_toml())


def of(folder: Path) -> Key:
    """The key of the files in a folder: that of the call, or else the machine's.

    Raises:
        SealedError: no key on this machine opens the call, or key.toml is damaged.
        ConfigError: the settings cannot be used.
        OSError: key.toml can't be read.
    """
    path = folder / KEY_FILE
    try:
        return _opened(path.read_bytes(), str(path), sealing.in_use().key_file, sealing.in_use().private_key_file)
    except FileNotFoundError:
        return keys.in_use()


def rewrap(folder: Path) -> bool:
    """Wrap the key of a call for the recipients in the settings and nobody else; return whether that changed anything.

    Raises:
        SealedError: the call has no key of its own, no key on this machine opens it, or a recipient is no public key.
        ConfigError: the settings cannot be used.
        OSError: key.toml can't be read or written.
    """
    path = folder / KEY_FILE
    if not path.exists():
        raise SealedError(
            f"{folder} is sealed with the key of one machine alone. To seal it for the recipients, too, run "
            "tone-monitor key unseal there, then tone-monitor key seal."
        )
    recipients, before = in_settings(), read(path)
    if set(before.recipients) == {one.text for one in recipients}:
        return False
    after = WrappedKey.of(of(folder), before.machine, before.salt, recipients)
    atomic.write(path, after.to_toml())
    return True


def read(path: Path) -> WrappedKey:
    """What a key.toml says; raises SealedError if it is damaged, OSError if it can't be read."""
    return _parsed(path.read_bytes(), str(path))


def in_settings() -> tuple[Recipient, ...]:
    """Who can open new calls besides this machine; raises SealedError if one of them is no public key."""
    return read_all(sealing.in_use().recipients)


def forget() -> None:
    """Open keys again when they are needed next."""
    _opened.cache_clear()


@lru_cache(maxsize=256)
def _opened(content: bytes, name: str, *_places: str) -> Key:
    """The key in a file; the places of the keys that may open it are part of what is remembered."""
    wrapped = _parsed(content, name)
    machine, no_machine = _or_why(keys.in_use)
    if machine and machine.name == wrapped.machine:
        key = machine.of_call(bytes.fromhex(wrapped.salt))
    else:
        private, no_private = _or_why(team_key.find_private_key)
        if private is None:
            raise _not_ours(wrapped, name, machine, f"{no_machine} {no_private}".strip())
        key = Key(_unwrapped(wrapped, private, name))
    if key.name != wrapped.key:
        raise _damaged(name)
    return key


def _or_why(find: Callable[[], _Found | None]) -> tuple[_Found | None, str]:
    """A key, or why there is none: a supervisor's machine has no key of its own, and a desk no private one."""
    try:
        return find(), ""
    except SealedError as error:
        return None, str(error)


def _not_ours(wrapped: WrappedKey, name: str, machine: Key | None, why: str) -> SealedError:
    own = f"this one has the key {machine.name}" if machine else "this one has no key"
    told = (
        f"{name} belongs to a call that the machine with the key {wrapped.machine} sealed; {own}, and no private key. "
        f"It can be opened there, and by {_listed(wrapped)}."
    )
    return SealedError(f"{told} {why}".strip())


def _unwrapped(wrapped: WrappedKey, private: x25519.Identity, name: str) -> bytes:
    from pyrage import DecryptError, decrypt  # only where calls are sealed for a team

    try:
        secret: bytes = decrypt(wrapped.wrapped.encode("ascii"), [private])
    except (DecryptError, UnicodeEncodeError) as error:
        own = str(private.to_public())
        if any(text.split(" ")[0] == own for text in wrapped.recipients):
            raise _damaged(name) from error
        raise SealedError(
            f"{name} was wrapped for {_listed(wrapped)}, not for the private key in {team_key.place()} ({own}). "
            "Ask one of them to add you as a recipient and to run tone-monitor key rewrap."
        ) from error
    return secret


def _parsed(content: bytes, name: str) -> WrappedKey:
    try:
        wrapped = msgspec.convert(tomllib.loads(content.decode("utf-8")), WrappedKey)
        bytes.fromhex(wrapped.salt)
    except (ValueError, RecursionError) as error:
        raise _damaged(name) from error
    return wrapped


def _listed(wrapped: WrappedKey) -> str:
    return ", ".join(text.partition(" ")[2] or text for text in wrapped.recipients)


def _damaged(name: str) -> SealedError:
    return SealedError(
        f"{name} was damaged or changed, so its call can't be opened. Restore it from a backup made since the call was "
        "sealed or last rewrapped."
    )

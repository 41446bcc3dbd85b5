"""Signatures of roll-outs: Ed25519 (RFC 8032). Who publishes has the private key; every desk pins the public one."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from monitor.rollout.errors import RolloutError
from monitor.sealed import key_store

ACCOUNT = "rollout"
"""Name of the private key in the keyring."""
KEY_BYTES = 32

_PRIVATE = "tone-monitor-signing-1:"
_PUBLIC = "tone-monitor-rollout-1:"
_MAKE = "Make one with tone-monitor rollout key --make, or restore yours from its copy."


def make(file: str) -> Ed25519PrivateKey:
    """Make a signing key.

    Args:
        file: for the key; in the system's keyring if empty.

    Raises:
        SealedError: there is one already, or it can't be saved.
    """
    key = Ed25519PrivateKey.generate()
    text = _PRIVATE + base64.urlsafe_b64encode(key.private_bytes_raw()).decode("ascii")
    if file:
        key_store.make_file(Path(file), text + "\n")
    else:
        key_store.into_keyring(ACCOUNT, text)
    return key


def private_key(file: str) -> Ed25519PrivateKey:
    """The signing key.

    Args:
        file: with the key; the system's keyring if empty.

    Raises:
        RolloutError: it is no signing key.
        SealedError: there is none, or it can't be read.
    """
    text = key_store.read_file(Path(file), _MAKE) if file else key_store.in_keyring(ACCOUNT)
    if text is None:
        raise RolloutError(f"There is no signing key in the system's keyring. {_MAKE}")
    raw = _raw(text, _PRIVATE)
    if raw is None:
        raise RolloutError(
            f"{file or 'The keyring'} has no signing key of Tone Monitor. Restore the key from its copy."
        )
    return Ed25519PrivateKey.from_private_bytes(raw)


def public_text(key: Ed25519PrivateKey) -> str:
    """The public key of a signing key, as the settings of desks have it."""
    return _PUBLIC + base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def public_key(text: str) -> Ed25519PublicKey:
    """A public key, as the settings have it.

    Raises:
        RolloutError: it is none.
    """
    raw = _raw(text, _PUBLIC)
    if raw is None:
        raise RolloutError(
            "rollout_key under [team] in the settings is not the public key of a team. "
            "tone-monitor rollout key shows it on the machine that publishes."
        )
    return Ed25519PublicKey.from_public_bytes(raw)


def is_signed(content: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether a signature of this content was made with the private key."""
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _raw(text: str, begins: str) -> bytes | None:
    text = text.strip()
    try:
        raw = base64.b64decode(text.removeprefix(begins), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if text.startswith(begins) and len(raw) == KEY_BYTES else None

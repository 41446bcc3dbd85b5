"""Keys, and what is sealed with it: AES-256 in Galois/counter mode (NIST SP 800-38D), keys by HKDF (RFC 5869)."""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
ID_BYTES = 8
"""Length of a key's id."""
SALT_BYTES = 16
"""Length of a file's own random number."""
NONCE_BYTES = 12
TAG_BYTES = 16
ADDED_BYTES = NONCE_BYTES + TAG_BYTES
"""Bytes by which a sealed piece is longer than its content."""


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a machine, or of one call."""

    secret: bytes = field(repr=False)
    """32 bytes."""

    @property
    def id(self) -> bytes:
        """Identifies the key, and reveals nothing else about it; 8 bytes."""
        return _derived(self.secret, b"", b"tone-monitor key id", ID_BYTES)

    @property
    def name(self) -> str:
        """The id in hexadecimal, for people."""
        return self.id.hex()

    def of_call(self, salt: bytes) -> "Key":
        """The key of one call, by a random number: who has it opens that call and no other."""
        return Key(_derived(self.secret, salt, b"tone-monitor call", KEY_BYTES))

    def of_file(self, salt: bytes) -> "FileKey":
        """The key of one file, by its random number: no two files share one."""
        return FileKey(AESGCM(_derived(self.secret, salt, b"tone-monitor file", KEY_BYTES)))


@dataclass(frozen=True, slots=True)
class FileKey:
    """Seals the pieces of one file; nonces are random, so a file may have 2³² pieces and no more."""

    _cipher: AESGCM = field(repr=False)

    def seal(self, content: bytes, place: bytes) -> bytes:
        """Seal a piece.

        Args:
            content: the secret.
            place: where it belongs; it opens nowhere else.
        """
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, place)

    def open(self, sealed: bytes, place: bytes) -> bytes | None:
        """Open a piece; None if it is not what was sealed there with this key."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except InvalidTag:
            return None


def _derived(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, purpose).derive(secret)

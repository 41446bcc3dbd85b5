"""Pseudonyms for agents: the same in every report on a calls folder, and nobody else can work them out."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path

from monitor.base import atomic
from monitor.base.errors import CallFolderError

KEY = "pseudonyms.key"
SHORTEST = 3
UNNAMED = "No name"


def key(root: Path) -> bytes:
    """Read the key of a calls folder; the first time, create it.

    Without it nobody can find out a name by trying names.

    Raises:
        CallFolderError: it can be neither read nor created.
    """
    path = root / KEY
    try:
        if not path.exists():
            atomic.write(path, secrets.token_bytes(32))
        return path.read_bytes()
    except OSError as error:
        raise CallFolderError(
            f"Can't read or create the pseudonym key {path}: {error.strerror}. Fix the permissions, or use --names."
        ) from error


def pseudonyms(names: Iterable[str], key: bytes) -> dict[str, str]:
    """Give each name a pseudonym such as "Agent K7Q", longer only where two would be the same.

    Args:
        names: as calls have them; an empty one stays without.
        key: of the calls folder.
    """
    codes = {name: _code(name, key) for name in set(names) if name}
    length = next(
        length for length in range(SHORTEST, 53) if len({code[:length] for code in codes.values()}) == len(codes)
    )
    return {"": UNNAMED} | {name: f"Agent {code[:length]}" for name, code in codes.items()}


def _code(name: str, key: bytes) -> str:
    return base64.b32encode(hmac.digest(key, name.encode("utf-8"), hashlib.sha256)).decode("ascii")

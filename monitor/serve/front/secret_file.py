"""The server's secrets: who may bring sound, change calls and watch."""

import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec
import tomli_w

from monitor.base.atomic import write
from monitor.serve.front.errors import ServeError

SHORTEST = 16
"""Characters of a token."""


class Secrets(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The content of the file. Nothing of it is ever logged, but the names of platforms and agents."""

    admin: str = ""
    """For `/calls` and `/metrics`."""
    platforms: dict[str, str] = {}
    """Tokens in the addresses of platforms, by a name of each."""
    audiohook: dict[str, str] = {}
    """AudioHook's API keys, and the secret of each in base64; empty for a key without signatures."""
    twilio_auth_token: str = ""
    """What Twilio signs its requests with."""
    agents: dict[str, str] = {}
    """The token of each agent's screen, by her name."""


def read_secrets(path: Path) -> Secrets:
    """Read the file, which nobody else may read.

    Raises:
        ServeError: it cannot be read, others may read it, or a token is too short.
    """
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            content = file.read()
        found = msgspec.toml.decode(content, type=Secrets)
    except FileNotFoundError as error:
        raise ServeError(f"There is no file of secrets: {path}. Make one with --new-secrets.") from error
    except OSError as error:
        raise ServeError(f"Can't read {path} ({error.strerror}). Change its permissions or choose another.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        where = str(error).partition("`")[2].partition("`")[0]
        raise ServeError(f"{path} is not a file of secrets{f' (at {where})' if where else ''}. Correct it.") from error
    if os.name == "posix" and stat.S_IMODE(about.st_mode) & 0o077:
        raise ServeError(f"Others may read {path}. Run: chmod 600 {path}")
    short = [name for name, token in _tokens(found) if len(token) < SHORTEST]
    if short:
        raise ServeError(f"In {path}, a token is shorter than {SHORTEST} characters: {', '.join(short)}. Lengthen it.")
    return found


def new_secrets(path: Path) -> Secrets:
    """Write a file with a token for the administrator and one for a platform called `pbx`.

    Raises:
        ServeError: there is one, or it cannot be written.
    """
    if path.exists():
        raise ServeError(f"There is a file of secrets already: {path}. Edit it, or choose another with --secrets.")
    made = Secrets(admin=secrets.token_urlsafe(32), platforms={"pbx": secrets.token_urlsafe(32)})
    content = tomli_w.dumps({"admin": made.admin, "platforms": made.platforms})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, content.encode())
        path.chmod(0o600)
    except OSError as error:
        raise ServeError(f"Can't write {path} ({error.strerror}). Choose another file with --secrets.") from error
    return made


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that says nothing about them; an empty one is like no other."""
    digests = (sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (one, other))
    return hmac.compare_digest(*digests) and bool(one)


def owner(tokens: Mapping[str, str], token: str) -> str:
    """Whose token it is, or empty; all of them are compared, so that the time says nothing."""
    matches = [name for name, known in tokens.items() if same(known, token)]
    return matches[0] if matches else ""


def _tokens(found: Secrets) -> list[tuple[str, str]]:
    single = [("admin", found.admin), ("twilio_auth_token", found.twilio_auth_token)]
    return [pair for pair in single if pair[1]] + [*found.platforms.items(), *found.agents.items()]

"""What a roll-out says, and how it is written down and signed.

tone-monitor rollout 1
the signature of the first line and of everything after the second, in Base64
TOML, with the fields of `Rollout`
"""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import tomli_w

from monitor.base.version import __version__
from monitor.rollout.errors import RolloutError, UntrustedError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

BEGINS = b"tone-monitor rollout 1\n"
LARGEST_BYTES = 1 << 20
NAME = re.compile(r"[\w-][\w.-]*\.toml|words/([a-z]{2,3}/)?[\w-][\w.-]*\.txt")
"""Of a rule file, or of a word list beside it; nothing that leads out of the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A rule file, or a word list."""

    name: Annotated[str, msgspec.Meta(pattern=f"^({NAME.pattern})$", max_length=100)]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """Rules and settings for all desks of a team."""

    version: Annotated[int, msgspec.Meta(ge=1, le=999_999)]
    """Each is higher than all before it."""
    team: str
    """The team's name; empty if it has none."""
    published: datetime
    by: str
    """Who published it."""
    note: str = ""
    """What has changed, for people."""
    program: str
    """Version of the program that checked it."""
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By table and name."""
    files: tuple[RuleFile, ...] = ()
    """Rule files in the order in which they are laid over the shipped rules, and word lists."""

    @property
    def rule_files(self) -> tuple[str, ...]:
        """The names of the rule files."""
        return tuple(file.name for file in self.files if not file.name.startswith("words/"))


def key_of(version: int) -> str:
    """The name of the object that holds a version."""
    return f"rollout/versions/{version:06}"


def version_of(key: str) -> int | None:
    """The version that an object holds, by its name; None if it holds none."""
    found = re.search(r"rollout/versions/(\d{6})$", key)
    return int(found[1]) if found else None


def signed(rollout: Rollout, key: Ed25519PrivateKey) -> bytes:
    """The bytes of the object.

    Raises:
        RolloutError: it is too large.
    """
    text = tomli_w.dumps(asdict(rollout), multiline_strings=True).encode()
    content = BEGINS + base64.b64encode(key.sign(BEGINS + text)) + b"\n" + text
    if len(content) > LARGEST_BYTES:
        raise RolloutError("The rules and settings are larger than 1 MB together. Shorten the word lists.")
    return content


def opened(content: bytes, version: int, key: Ed25519PublicKey) -> Rollout:
    """What an object says.

    Args:
        content: of the object.
        version: that it has, by its name.
        key: of the team.

    Raises:
        UntrustedError: it was not signed with the team's key, or for another version, or is in a newer format.
        RolloutError: it is signed, and needs another version of the program.
    """
    from monitor.rollout.signing import is_signed  # loads a library that most commands do without

    if re.match(rb"tone-monitor rollout (?!1\n)\d+\n", content):
        raise UntrustedError(
            f"Version {version} of the team's roll-out is in a format that Tone Monitor {__version__} does not know. "
            "Upgrade this machine."
        )
    begins, text = content[: len(BEGINS)], content[len(BEGINS) :]
    signature, _, text = text.partition(b"\n")
    try:
        valid = begins == BEGINS and is_signed(BEGINS + text, base64.b64decode(signature, validate=True), key)
    except (binascii.Error, ValueError):
        valid = False
    if not valid:
        raise UntrustedError(
            f"Version {version} of the team's roll-out is damaged, or was not signed with the team's key. "
            "Publish again, and find out who can write to the store."
        )
    try:
        rollout = msgspec.convert(tomllib.loads(text.decode("utf-8")), Rollout)
    except (ValueError, RecursionError) as error:
        raise RolloutError(
            f"Version {version} of the team's roll-out needs another version of Tone Monitor than {__version__}. "
            "Upgrade this machine."
        ) from error
    if rollout.version != version:
        raise UntrustedError(
            f"Version {version} of the team's roll-out is version {rollout.version} under another name. "
            "Publish again, and find out who can write to the store."
        )
    return rollout

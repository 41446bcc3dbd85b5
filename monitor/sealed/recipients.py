"""Who can open a call besides the machine that seals it: public keys of age (X25519), as the settings list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from monitor.sealed.errors import SealedError

if TYPE_CHECKING:
    from pyrage import x25519

_PUBLIC = "age1"
_PRIVATE = "AGE-SECRET-KEY-"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A supervisor who can open what is sealed for them."""

    public_key: str
    """Begins with age1."""
    name: str = ""

    @property
    def shown(self) -> str:
        """The name, or else the key."""
        return self.name or self.public_key

    @property
    def text(self) -> str:
        """As the settings have it: the key, then the name."""
        return f"{self.public_key} {self.name}".rstrip()

    def to_wrap_for(self) -> x25519.Recipient:
        """The public key, as the library takes it.

        Raises:
            SealedError: it is no public key.
        """
        check_installed()
        from pyrage import RecipientError, x25519  # only where calls are sealed for a team

        try:
            return x25519.Recipient.from_str(self.public_key)
        except RecipientError as error:
            raise _no_key(self.public_key) from error


def read(text: str) -> Recipient:
    """What one line says: a public key, and a name if one follows.

    Raises:
        SealedError: it has no public key, or it has a private one.
    """
    key, _, name = text.strip().partition(" ")
    recipient = Recipient(key, name.strip())
    recipient.to_wrap_for()
    return recipient


def read_all(texts: Sequence[str]) -> tuple[Recipient, ...]:
    """What a list says, each key once; raises as `read` does."""
    return tuple({one.public_key: one for one in map(read, texts)}.values())


def named(recipients: Sequence[Recipient], name: str) -> Recipient:
    """The one with a name or a public key.

    Raises:
        SealedError: there is none, or more than one.
    """
    found = [one for one in recipients if name.casefold() in {one.name.casefold(), one.public_key}]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(one.shown for one in recipients) or "none"
    if found:
        raise SealedError(f'{len(found)} recipients are called "{name}". Give the public key instead.')
    raise SealedError(f'No recipient is called "{name}". Recipients: {listed}.')


def check_installed() -> None:
    """Raises SealedError unless the library is installed."""
    if find_spec("pyrage") is None:
        raise SealedError("Sealing for a team needs pyrage. Install tone-monitor[encryption].")


def _no_key(text: str) -> SealedError:
    if text.upper().startswith(_PRIVATE):
        return SealedError(
            "A recipient is a public key, but this is a private one. Give what tone-monitor key public shows. "
            "If others saw the private key, make a new pair."
        )
    shown = text if len(text) <= len(_PUBLIC) + 60 else f"{text[:20]}…"
    return SealedError(
        f'"{shown}" is not a public key. One begins with {_PUBLIC} and has 62 characters: '
        "tone-monitor key public shows it."
    )

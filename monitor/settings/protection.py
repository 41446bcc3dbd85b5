"""Settings about what is kept of a call, for how long, and how it is protected."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from monitor.settings.settings_file import Place

Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Retention in days; `purge` deletes what is older."""

    audio_days: Days = 30
    """Days that the sound of a call is kept."""
    transcript_days: Days = 90
    """Days that its words are kept."""
    numbers_days: Days = 365
    """Days that everything else of a call is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """How calls are protected on disk."""

    card_guard: bool = True
    """Whether card numbers, security codes and phone keys are masked before they reach the disk."""
    encrypt: bool = False
    """Whether new calls are sealed, so that nobody can read them without the key."""
    key_file: Place = ""
    """The file with the key, readable by its owner alone; if empty, the key is in the system's keyring."""
    recipients: tuple[str, ...] = ()
    """Who else can open new sealed calls: a public key and a name each; `tone-monitor key add` writes them."""
    private_key_file: Place = ""
    """A supervisor's private key; if empty, it is in the system's keyring."""

"""Settings about what a machine shares with its team: its name, the object store and the wall."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from monitor.settings.settings_file import Place

BROKER = r"^(mqtts://[^/\s@]+|mqtt://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)?$"
"""And so does what goes to a broker: over TLS."""
LEVEL = r"^[^+#/\x00]*$"
"""A name that is part of an MQTT topic."""
STORE = r"^((s3|s3a|gs|az|azure|abfs|abfss|file)://.+|[/~].*|[A-Za-z]:[\\/].*)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """The team that this machine belongs to."""

    name: Annotated[str, msgspec.Meta(pattern=LEVEL, max_length=60, title="a name without +, # and / in quotes")] = ""
    """The team's name, such as "Support Berlin"; empty for none."""
    rollout_key: str = ""
    """The public key that signs the team's roll-outs; without it, this machine takes none."""
    signing_key_file: Place = ""
    """Of who publishes roll-outs: the private key; if empty, it is in the system's keyring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """The wall: calls in progress, as supervisors see them."""

    broker: Annotated[str, msgspec.Meta(pattern=BROKER, title='an address such as "mqtts://broker.example:8883"')] = ""
    """The MQTT broker: mqtts://HOST:PORT, or mqtt://localhost on this machine; nothing is published if empty."""
    user: Annotated[str, msgspec.Meta(pattern=LEVEL, max_length=60, title="a name without +, # and / in quotes")] = ""
    """The login at the broker: of this desk or server, or of the supervisor."""
    password_file: Place = ""
    """The file with its password, readable by its owner alone."""
    ca_file: Place = ""
    """The certificate of the authority that signed the broker's; the system's authorities if empty."""
    certificate_file: Place = ""
    """A certificate to log in with, where the broker asks for one."""
    certificate_key_file: Place = ""
    """Its key, readable by its owner alone."""
    words: bool = False
    """Whether who follows a call sees its words, too; only where the customer consented, and never of a sealed call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """The team's object store."""

    url: Annotated[str, msgspec.Meta(pattern=STORE, title="the address of a store, or the path of a folder")] = ""
    """Where calls are shipped when they are over: s3://, gs:// or az:// with a bucket and perhaps a folder in it, or
    the absolute path of a folder that is there; nothing is shipped if empty."""

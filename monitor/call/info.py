"""Who, when and with what: everything known about a call besides what was said in it, and the file it is kept in."""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec
import tomli_w

from audio.block import Speaker
from audio.engines import Engine
from monitor.base.errors import CallFolderError
from monitor.base.version import __version__
from monitor.call import consent, files
from monitor.call.consent import Consent

CallKind = Literal["live", "recording"]
"""Whether prompts could reach the agent while the call lasted, or the call was over before anything was measured."""

_FILE = re.compile(r"\.(?=\w*[A-Za-z])\w{2,5}$")
"""How the name of a recording ends, and that of a sound card does not."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """Another agent took the call over."""

    agent: str
    """Her name; empty if it is not known."""
    from_s: float
    """Since the start of the call."""


@dataclass(frozen=True, slots=True)
class CallInfo:
    """Who, when and with what: the content of call.toml."""

    started: datetime
    """With its offset from UTC."""
    source: str
    """Name of the file, of both files, or of the devices."""
    speakers: tuple[Speaker, ...]
    """The channels of the recording, in order."""
    model: str
    """The Whisper model; "none" for no words."""
    rules: str
    """Hash of the rulebook."""
    version: str
    """Of Tone Monitor."""
    agent: str = ""
    """Name of the agent, as the settings have it; the first of them if another one took the call over."""
    customer: str = ""
    """Who is called, as the customer software names them."""
    consent: Consent = field(default_factory=Consent)
    """Whether the customer agreed to be recorded."""
    closed: bool = False
    """Whether the call has ended; one that has not is in progress or broke off."""
    duration_s: float = 0.0
    """Length of the sound; 0 until the call is closed."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What else was known at the start, such as contacts_30d = "3"."""
    sound_deleted: str = ""
    """When its sound was deleted at the end of its retention period, ISO 8601."""
    words_deleted: str = ""
    """The same for its words."""
    kind: CallKind = "live"
    """A recording stays one when it is played as if it were live. Versions up to 0.3 left it out: there, a call whose
    `source` is a file is a recording."""
    agent_channel: Literal["", "left", "right", "mono"] = ""
    """The agent's channel in the recording that was analysed; empty for a call from sound cards."""
    mixed: bool = False
    """Whether two people are on the one track of a recording: then nothing is judged, and nobody has figures."""
    separated: bool = False
    """Whether two people on the one track of a recording were told apart by their voices: then all of it is estimated,
    and `agent_channel` is "left" if the voice that speaks first is the agent's, "right" if the other is."""
    sound_hash: str = ""
    """Of the sound that was analysed, by which the same recording is recognised; empty for a call from sound cards."""
    engine: Engine = "swift"
    """What measured its tone; versions up to 0.3 had no other one."""
    takeovers: tuple[Takeover, ...] = ()
    """Who took the call over, in order."""


@dataclass(frozen=True, slots=True)
class CallDetails:
    """What is known about a call when it starts; nothing, if it starts automatically."""

    customer: str = ""
    """Who is called, as the customer software names them."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    consent: Consent | None = None
    """Whether the customer agreed to be recorded; None to use the setting."""
    agent: str = ""
    """The agent's name; empty to use that of the session."""
    started: datetime | None = None
    """When it started, if not now: that of a recording."""


NOTHING_KNOWN = CallDetails()


@dataclass(frozen=True, slots=True)
class Identity:
    """Which call it is, and whose."""

    id: str
    """The day and the name of its folder, such as "2026-03-02/093000-a1b2c3"; empty if the call is not saved."""
    started: datetime
    """With its offset from UTC."""
    kind: CallKind
    """Whether it was monitored as it happened, or is a recording whose prompts nobody saw."""
    agent: str
    """Name of the agent."""
    customer: str
    """The customer, as the customer software names them."""
    attributes: Mapping[str, str]
    """What else was known at the start, such as contacts_30d = "3"."""
    channels: tuple[Speaker, ...]
    """Who is on each channel of the sound, in order."""


@dataclass(frozen=True, slots=True)
class Edited:
    """Somebody corrected what is known about a call."""

    field: str
    """What was corrected: a field of call.toml, `attribute.` and a name, or "hold"."""
    by: str
    """Name of the person."""
    made: str
    """Calendar time, ISO 8601."""
    was: str = ""
    """The value before; empty for names and other free text, which must be gone once they are corrected."""
    now: str = ""
    """The value since; empty as well."""


def new_info(source: str, speakers: tuple[Speaker, ...], model: str, rules: str, kind: CallKind = "live") -> CallInfo:
    """What call.toml says of a call that starts now; the arguments are fields of `CallInfo`."""
    return CallInfo(
        started=datetime.now().astimezone(),
        source=source,
        speakers=speakers,
        model=model,
        rules=rules,
        version=__version__,
        kind=kind,
    )


def write_info(folder: Path, info: CallInfo) -> None:
    """Write call.toml atomically."""
    files.write(folder / files.ABOUT, to_toml(info).encode())


def to_toml(info: CallInfo) -> str:
    """The text of call.toml; empty texts and tables are left out."""
    fields = {key: value for key, value in dataclasses.asdict(info).items() if value not in ("", {}, ())}
    fields["consent"] = {key: value for key, value in dataclasses.asdict(info.consent).items() if value}
    return tomli_w.dumps(fields)


def read_info(folder: Path) -> CallInfo:
    """Read call.toml; where a version up to 0.3 did not say the kind of the call, its source does.

    Raises:
        CallFolderError: it is missing or not what it should be.
    """
    try:
        found = tomllib.loads(files.read(folder / files.ABOUT).decode())
        consented = consent.as_written(found.get("consent", {}))
        return msgspec.convert({"kind": _kind(found)} | found | {"consent": consented}, CallInfo)
    except (OSError, ValueError, RecursionError) as error:  # no TOML, no text, brackets a thousand deep, or no call
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise CallFolderError(f"Can't read call.toml in {folder}: {reason}. Choose the folder of a call.") from error


def _kind(found: Mapping[str, object]) -> CallKind:
    return "recording" if _FILE.search(str(found.get("source", ""))) else "live"


def readable_info(folder: Path) -> CallInfo | None:
    """What call.toml says; None if it cannot be read."""
    try:
        return read_info(folder)
    except CallFolderError:
        return None


def identity(info: CallInfo, folder_name: str = "") -> Identity:
    """The identity of a call.

    Args:
        info: what is known of it.
        folder_name: of its folder; empty if it is not saved.
    """
    return Identity(
        id=f"{info.started:%Y-%m-%d}/{folder_name}" if folder_name else "",
        started=info.started,
        kind=info.kind,
        agent=info.agent,
        customer=info.customer,
        attributes=info.attributes,
        channels=info.speakers,
    )

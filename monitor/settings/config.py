"""Settings: what a TOML file says, and defaults for all it leaves out."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, get_type_hints

import msgspec
import platformdirs

from monitor.settings.consent import ConsentStatus
from monitor.settings.settings_file import ConfigError, Place, Value, read

HTTPS = r"^(https://.+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/.*)?)?$"
"""What leaves the machine goes by https."""

__all__ = ["ConfigError", "Setting", "Settings", "file", "in_force", "settings"]

Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who sits here."""

    name: str = ""
    """Stands in call.toml and in reports, and tells whose profile counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """Where the sound comes from."""

    agent: str = ""
    """The microphone: a piece of its name, or its index; the system's default if empty."""
    customer: str = ""
    """The other side: a piece of a name, an index, or "loopback"; none if empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Where calls are kept, and when they start and end by themselves."""

    folder: Place = ""
    """The folder of all calls; the platform's data folder if empty."""
    record: bool = True
    """Whether the sound is kept, too."""
    auto: bool = False
    """Whether speech of the customer starts a call."""
    end_after_s: Annotated[float, msgspec.Meta(ge=5, le=3600)] = 60.0
    """Seconds without any speech that end a call which started by itself."""
    catalogue: str = ""
    """SQLAlchemy URL of the catalogue; a SQLite file in the calls folder if empty."""
    consent: ConsentStatus = "unknown"
    """Whether customers agree to be recorded, where nothing else is said of a call: "refused" keeps no sound and no
    words."""
    consent_method: str = ""
    """How they do, such as "announcement"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How speech becomes words."""

    model: str = "default"
    """The built-in Whisper model, a faster-whisper name, a folder, or "none"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is judged beyond the shipped rules."""

    files: tuple[Place, ...] = ()
    """A team's rule files, laid over the shipped ones in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long things are kept; `purge` deletes what is older."""

    audio_days: Days = 30
    """The sound of a call."""
    transcript_days: Days = 90
    """Its words."""
    numbers_days: Days = 365
    """All that is left of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """How calls are protected on the disk."""

    card_guard: bool = True
    """Whether card numbers, security codes and telephone keys are masked before they reach the disk."""
    encrypt: bool = False
    """Whether new calls are sealed, so that nobody can read them without the key."""
    key_file: Place = ""
    """Holds the key, and may be read by its owner alone; the system's keyring has it if empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Whom to tell of prompts, escalations and flags."""

    url: Annotated[str, msgspec.Meta(pattern=HTTPS, title="an https address")] = ""
    """An https address, or an http one on this machine; nothing is sent if empty."""
    secret_file: Place = ""
    """Holds the key that signs what is sent."""
    transcript: bool = False
    """Whether the words go along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings in force."""

    agent: Agent = field(default_factory=Agent)
    devices: Devices = field(default_factory=Devices)
    calls: Calls = field(default_factory=Calls)
    words: Words = field(default_factory=Words)
    rules: Rules = field(default_factory=Rules)
    retention: Retention = field(default_factory=Retention)
    privacy: Privacy = field(default_factory=Privacy)
    webhook: Webhook = field(default_factory=Webhook)


TABLES: Mapping[str, type] = get_type_hints(Settings)
"""The tables of the file, and what each may hold."""
VARIABLES = {("calls", "folder"): "TONE_MONITOR_CALLS"}
"""Environment variables that go before the file, by table and field."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force."""

    table: str
    name: str
    value: Value
    source: str
    """What says so: the settings file, an environment variable by its name, or the default."""


def file() -> Path:
    """The settings file: as TONE_MONITOR_CONFIG says, else config.toml in the platform's folder for settings."""
    if named := os.environ.get("TONE_MONITOR_CONFIG"):
        return Path(named)
    return platformdirs.user_config_path("tone-monitor") / "config.toml"


def settings() -> Settings:
    """What is in force: the environment where it speaks, then the file, then the defaults.

    Raises:
        ConfigError: the file cannot be read, or says something that is no setting.
    """
    values: dict[str, dict[str, Value]] = {table: {} for table in TABLES}
    for setting in in_force():
        values[setting.table][setting.name] = setting.value
    return Settings(**{table: kind(**values[table]) for table, kind in TABLES.items()})


def in_force() -> Iterator[Setting]:
    """Every setting with what it comes from, in the order of the tables; raises as `settings` does."""
    written = read(file(), TABLES)
    for table, kind in TABLES.items():
        for name, default in asdict(kind()).items():
            key = table, name
            if named := os.environ.get(VARIABLES.get(key, "")):
                yield Setting(*key, named, VARIABLES[key])
            elif key in written:
                yield Setting(*key, written[key], "settings file")
            else:
                yield Setting(*key, default, "default")

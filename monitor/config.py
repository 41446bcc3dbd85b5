"""Settings: what a TOML file says, and defaults for all it leaves out."""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import platformdirs


class ConfigError(Exception):
    """The settings cannot be used; the message is a sentence that names the file and the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who sits here."""

    name: str = ""
    """Stands in call.toml and in reports."""


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

    folder: str = ""
    """The folder of all calls; the platform's data folder if empty."""
    record: bool = True
    """Whether the sound is kept, too."""
    auto: bool = False
    """Whether speech of the customer starts a call."""
    end_after_s: float = 60.0
    """Seconds without any speech that end a call which started by itself."""
    catalogue: str = ""
    """SQLAlchemy URL of the catalogue; a SQLite file in the calls folder if empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How speech becomes words."""

    model: str = "default"
    """The built-in Whisper model, a faster-whisper name, a folder, or "none"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is judged beyond the shipped rules."""

    files: tuple[str, ...] = ()
    """A team's rule files, laid over the shipped ones in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long things are kept; `purge` deletes what is older."""

    audio_days: int = 30
    transcript_days: int = 90
    numbers_days: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Whom to tell of prompts, escalations and flags."""

    url: str = ""
    """An https address; nothing is sent if empty."""
    secret_file: str = ""
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
    webhook: Webhook = field(default_factory=Webhook)


def file() -> Path:
    """The settings file: as TONE_MONITOR_CONFIG says, else config.toml in the platform's folder for settings."""
    if named := os.environ.get("TONE_MONITOR_CONFIG"):
        return Path(named)
    return platformdirs.user_config_path("tone-monitor") / "config.toml"


def settings() -> Settings:
    """What is in force: the file where it speaks, the defaults where it does not or is missing.

    Raises:
        ConfigError: the file cannot be read, or says something that is no setting.
    """
    path = file()
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Settings)
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"The settings file {path} cannot be used ({error}): correct it or move it away.") from error

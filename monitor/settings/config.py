"""Settings: the values of a TOML file, and defaults for everything it leaves out."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Literal, get_type_hints

import msgspec
import platformdirs

from audio.engines import Engine
from monitor.settings import team_settings
from monitor.settings.consent import ConsentStatus
from monitor.settings.protection import Privacy, Retention
from monitor.settings.settings_file import ConfigError, Place, Value, read
from monitor.settings.team_settings import TeamSettings
from monitor.settings.team_tables import Objects, Team, Wall
from rules.budget import Amount

LANGUAGE = "^(auto|[a-z]{2,3})$"
HTTPS = r"^(https://.+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/.*)?)?$"
"""Anything that leaves the machine goes over https."""

__all__ = [
    "ConfigError",
    "Objects",
    "Privacy",
    "Retention",
    "Setting",
    "Settings",
    "Team",
    "Wall",
    "file",
    "in_force",
    "settings",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The agent who uses this machine."""

    name: str = ""
    """The agent's name in calls and reports; it also selects the voice profile."""
    show_agreed: bool = False
    """Whether the screen shows after each call what you agreed on with a coach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """Where the sound comes from."""

    agent: str = ""
    """The microphone: part of its name, or its number; the system's default if empty."""
    customer: str = ""
    """The customer's device: part of its name, its number, or "loopback"; none if empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Where calls are saved, and when they start and end automatically."""

    folder: Place = ""
    """The folder of all calls; the platform's data folder if empty."""
    record: bool = True
    """Whether the sound is saved, too."""
    auto: bool = True
    """Whether the customer's speech starts a call, and silence ends it, where the customer has a device."""
    end_after_s: Annotated[float, msgspec.Meta(ge=5, le=3600)] = 60.0
    """Seconds without speech after which the agent is asked whether the call is over; without an answer, it ends a
    minute later. On hold it takes ten minutes."""
    catalogue: str = ""
    """SQLAlchemy URL of the catalogue; a SQLite file in the calls folder if empty."""
    consent: ConsentStatus = "unknown"
    """Whether customers agree to be recorded, unless a call says otherwise. With "refused", neither sound nor words are
    saved."""
    consent_method: str = ""
    """How they agree, such as "announcement"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordings:
    """How recordings that are analyzed tell who and when."""

    name_pattern: str = ""
    """How they are named: a pattern that `analyze --help` lists, or a regular expression with named groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How speech is transcribed."""

    model: str = "auto"
    """The Whisper model: "auto" for base where it is installed and keeps up, otherwise the built-in one; "default" for
    the built-in one; "base", another faster-whisper name, or a folder; or "none"."""
    device: Literal["cpu", "cuda", "auto"] = "cpu"
    """What runs it: "cpu", "cuda" for a GPU, or "auto" for a GPU where there is one."""
    compute_type: str = "int8"
    """How CTranslate2 calculates there, such as "int8", or "float16" on a GPU."""
    language: Annotated[str, msgspec.Meta(pattern=LANGUAGE, title='"auto" or a code such as "de"')] = "auto"
    """What is spoken: "auto" to find out in each call, or a code such as "en" or "de"."""
    second_pass: bool = True
    """Whether passages that Whisper heard badly, in recordings and in calls that are over, are transcribed once more in
    longer pieces, for a better transcript. Rules never judge it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """How volume, pitch and rate are measured."""

    engine: Engine = "swift"
    """What measures them: "swift", right on telephone sound, or "librosa", for microphones with a wide band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Rules beyond the shipped ones."""

    files: tuple[Place, ...] = ()
    """A team's rule files; they override the shipped rules in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Which prompts the agent gets; the key c on the agent's screen changes them, too."""

    off: tuple[str, ...] = ()
    """Kinds of prompts that are switched off, by their action, such as "slow_down". Safety can't be switched off."""
    amount: Amount = "usual"
    """How many prompts: "fewer" (40 s apart, 3 in 10 min), "usual" (20 s, 6) or "more" (12 s, 10)."""
    share_wrong: bool = False
    """Whether others see which prompts the agent marked as wrong with x, from now on."""
    experiment: bool = False
    """Whether the agent takes part when the team keeps some prompts silent to see whether prompts help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Prompts that are kept silent at random, to see whether prompts help; see docs/experiment.md."""

    silent: Annotated[float, msgspec.Meta(ge=0, le=0.5)] = 0.0
    """The share of prompts, 0 to 0.5, that is kept silent for agents who take part; none if 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where prompts, escalations and flags are sent."""

    url: Annotated[str, msgspec.Meta(pattern=HTTPS, title="an https address")] = ""
    """An https address, or an http one on this machine; nothing is sent if empty."""
    secret_file: Place = ""
    """The file with the key that signs what is sent."""
    transcript: bool = False
    """Whether the words are sent, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The numbers of recordings that `analyze --lake` has analyzed."""

    lakes: tuple[Place, ...] = ()
    """Lakes from which `forget` deletes, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serve:
    """Calls that come from the telephone system."""

    workers: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    """Processes that measure calls; as many as this machine has cores if 0."""
    max_calls: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    """Calls at the same time; as many as `tone-monitor doctor` measured, or else four a process, if 0."""
    wait_for_consent: bool = False
    """Whether neither sound nor words of a call are kept until its consent is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """The person who looks at saved calls on this machine."""

    name: str = ""
    """The name that signs marks, corrections and scorecards; the login name if empty."""
    form: str = "de-escalation"
    """The scorecard to fill in: a form that comes with the program, or the path of a .toml file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings in force."""

    agent: Agent = field(default_factory=Agent)
    devices: Devices = field(default_factory=Devices)
    calls: Calls = field(default_factory=Calls)
    recordings: Recordings = field(default_factory=Recordings)
    words: Words = field(default_factory=Words)
    tone: Tone = field(default_factory=Tone)
    rules: Rules = field(default_factory=Rules)
    prompts: Prompts = field(default_factory=Prompts)
    experiment: Experiment = field(default_factory=Experiment)
    retention: Retention = field(default_factory=Retention)
    privacy: Privacy = field(default_factory=Privacy)
    webhook: Webhook = field(default_factory=Webhook)
    team: Team = field(default_factory=Team)
    wall: Wall = field(default_factory=Wall)
    objects: Objects = field(default_factory=Objects)
    archive: Archive = field(default_factory=Archive)
    serve: Serve = field(default_factory=Serve)
    reviewer: Reviewer = field(default_factory=Reviewer)


TABLES: Mapping[str, type] = get_type_hints(Settings)
"""The tables of the file, and the settings of each."""
FROM_FILE = "settings file"
"""The source of what the file says."""
VARIABLES = {("calls", "folder"): "TONE_MONITOR_CALLS"}
"""Environment variables that override the file, by table and field."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force."""

    table: str
    name: str
    value: Value
    source: str
    """The source: the settings file, the name of an environment variable, or the default."""


def file() -> Path:
    """The settings file: TONE_MONITOR_CONFIG, otherwise config.toml in the platform's settings folder."""
    if named := os.environ.get("TONE_MONITOR_CONFIG"):
        return Path(named)
    return platformdirs.user_config_path("tone-monitor") / "config.toml"


def settings(team: TeamSettings | None = None) -> Settings:
    """The settings in force: environment variables first, then the file with what the team sets, then the defaults.

    Args:
        team: what the team sets, to try a roll-out; by default the one in force.

    Raises:
        ConfigError: the file cannot be read, or has something that is not a setting.
    """
    values: dict[str, dict[str, Value]] = {table: {} for table in TABLES}
    for setting in in_force(team):
        values[setting.table][setting.name] = setting.value
    return Settings(**{table: kind(**values[table]) for table, kind in TABLES.items()})


def in_force(team: TeamSettings | None = None) -> Iterator[Setting]:
    """Every setting with its source, in the order of the tables; takes and raises what `settings` does."""
    written = read(file(), TABLES)
    team = team or team_settings.in_force(file(), TABLES)
    for table, kind in TABLES.items():
        for name, default in asdict(kind()).items():
            key = table, name
            own = written.get(key)
            value = team.combined(key, own)
            if named := os.environ.get(VARIABLES.get(key, "")):
                yield Setting(*key, named, VARIABLES[key])
            elif value is None:
                yield Setting(*key, default, "default")
            else:
                yield Setting(*key, value, FROM_FILE if value == own else team.source)

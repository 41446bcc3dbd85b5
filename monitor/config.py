"""Settings: what a TOML file says, and defaults for all it leaves out."""

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import platformdirs

Place = Annotated[str, msgspec.Meta(title="path")]
"""A file or folder; a relative one counts from the folder of the settings file, "~" is the home folder."""
Days = Annotated[int, msgspec.Meta(ge=0, le=36_500)]


class ConfigError(Exception):
    """The settings cannot be used; the message is a sentence that names the file and the field."""


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
class Webhook:
    """Whom to tell of prompts, escalations and flags."""

    url: Annotated[str, msgspec.Meta(pattern="^(https://.+)?$", title="an https address")] = ""
    """An https address; nothing is sent if empty."""
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
    webhook: Webhook = field(default_factory=Webhook)


TABLES: Mapping[str, type] = get_type_hints(Settings)
"""The tables of the file, and what each may hold."""
VARIABLES = {("calls", "folder"): "TONE_MONITOR_CALLS"}
"""Environment variables that go before the file, by table and field."""

Value = str | bool | int | float | tuple[str, ...]


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
    written = _written(file())
    for table, kind in TABLES.items():
        for name, default in asdict(kind()).items():
            key = table, name
            if named := os.environ.get(VARIABLES.get(key, "")):
                yield Setting(*key, named, VARIABLES[key])
            elif key in written:
                yield Setting(*key, written[key], "settings file")
            else:
                yield Setting(*key, default, "default")


def _written(path: Path) -> dict[tuple[str, str], Value]:
    """What the file says, by table and field."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(
            f"The settings file {path} cannot be read ({error.strerror}): allow it, or move it away."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"The settings file {path} is not valid TOML ({error}): correct it there.") from error
    written: dict[tuple[str, str], Value] = {}
    for table, values in tables.items():
        if not isinstance(values, dict):
            raise ConfigError(f'In {path}, "{table}" stands outside any table{_instead(table, ())}')
        if table not in TABLES:
            raise ConfigError(f"In {path}, there is no table [{table}] to set{_instead(table, TABLES)}")
        hints = get_type_hints(TABLES[table], include_extras=True)
        for name, value in values.items():
            if name not in hints:
                raise ConfigError(f'In {path}, [{table}] has no setting "{name}"{_instead(name, hints)}')
            written[table, name] = _convert(value, hints[name], f"In {path}, [{table}] {name}", path.parent)
    return written


def _convert(value: object, kind: Any, where: str, base: Path) -> Value:  # noqa: ANN401 - types as annotations have them
    try:
        converted: Value = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where} is {value!r}, but must be {_in_words(kind)}: correct it there.") from error
    if kind == Place:
        return _located(str(converted), base)
    return tuple(_located(name, base) for name in converted) if isinstance(converted, tuple) else converted


def _located(name: str, base: Path) -> str:
    return str(base / Path(name).expanduser()) if name else ""


def _in_words(kind: Any) -> str:  # noqa: ANN401 - same
    """What a setting must be, in words."""
    limits = next((meta for meta in get_args(kind) if isinstance(meta, msgspec.Meta)), msgspec.Meta())
    if limits.pattern:
        return f"{limits.title} in quotes, or empty"
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}
    text = words.get(plain, "a list of texts in quotes, in brackets")
    return text if limits.ge is None else f"{text} from {limits.ge} to {limits.le}"


def _instead(name: str, known: Iterable[str]) -> str:
    """What to write instead of a name that is none, to end an error's sentence with."""
    homes = [table for table, kind in TABLES.items() if name in {known.name for known in fields(kind)}]
    if close := difflib.get_close_matches(name, list(known), n=1):
        return f'; did you mean "{close[0]}"?'
    if homes:
        return f"; it belongs under [{homes[0]}]."
    return f"; there is {', '.join(known)}." if known else "; move it under its [table]."

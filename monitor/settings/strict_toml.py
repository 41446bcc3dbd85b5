"""A TOML file of known tables and fields, read strictly: errors say in a sentence what is wrong."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from monitor.base.errors import MonitorError

Place = Annotated[str, msgspec.Meta(title="path")]
"""A file or folder; a relative one counts from the folder of the file that names it, "~" is the home folder."""
Value = str | bool | int | float | tuple[str, ...]


LARGEST_BYTES = 2**20
"""Largest settings file that is read."""


class ConfigError(MonitorError):
    """The settings cannot be used; the message is a sentence that names the file and the field."""


def read(path: Path, tables: Mapping[str, type]) -> dict[tuple[str, str], Value]:
    """The values of a file, by table and field; empty if there is no file.

    Args:
        path: the file.
        tables: what it may contain: dataclasses by the names of their tables. `msgspec.Meta` in an annotation bounds
            a value.

    Raises:
        ConfigError: it cannot be read, or contains something else.
    """
    try:
        found = tomllib.loads(_text(path))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(
            f"Can't read the settings file {path} ({error.strerror}). Change its permissions, or move it away."
        ) from error
    except (ValueError, RecursionError) as error:  # not TOML, not text, or brackets a thousand deep
        raise ConfigError(f"The settings file {path} is not valid TOML ({error}). Correct it.") from error
    written: dict[tuple[str, str], Value] = {}
    for table, values in found.items():
        if not isinstance(values, dict):
            raise ConfigError(f'In {path}, "{table}" is outside any table{_instead(table, (), tables)}')
        if table not in tables:
            raise ConfigError(f"In {path}, [{table}] is not a known table{_instead(table, tables, tables)}")
        hints = get_type_hints(tables[table], include_extras=True)
        for name, value in values.items():
            if name not in hints:
                raise ConfigError(f'In {path}, [{table}] has no setting "{name}"{_instead(name, hints, tables)}')
            written[table, name] = _convert(value, hints[name], f"In {path}, [{table}] {name}", path.parent)
    return written


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise ConfigError(
            f"The settings file {path} is larger than 1 MB, so it can't be a settings file. Correct or replace it."
        )
    return content.decode("utf-8-sig").replace("\r\n", "\n")


def _convert(value: object, kind: Any, where: str, base: Path) -> Value:  # noqa: ANN401 - types as annotations have them
    try:
        converted: Value = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where} is {value!r}, but must be {_in_words(kind)}. Correct it.") from error
    if kind == Place:
        return _located(str(converted), where, base)
    return tuple(_located(name, where, base) for name in converted) if isinstance(converted, tuple) else converted


def _located(name: str, where: str, base: Path) -> str:
    try:
        return str(base / Path(name).expanduser()) if name else ""
    except RuntimeError as error:
        raise ConfigError(f"{where} names an unknown user ({name}). Use an absolute path.") from error


def _in_words(kind: Any) -> str:  # noqa: ANN401 - same
    """What a setting must be, in words."""
    limits = next((meta for meta in get_args(kind) if isinstance(meta, msgspec.Meta)), msgspec.Meta())
    if limits.pattern:
        return f"{limits.title} in quotes, or empty"
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(kind) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(kind))
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes"}
    text = words.get(plain, "a list of quoted texts in brackets")
    return text if limits.ge is None else f"{text} from {limits.ge} to {limits.le}"


def _instead(name: str, known: Iterable[str], tables: Mapping[str, type]) -> str:
    """What to write instead of an unknown name, to end an error's sentence with."""
    homes = [table for table, kind in tables.items() if name in {one.name for one in fields(kind)}]
    if close := difflib.get_close_matches(name, list(known), n=1):
        return f'; did you mean "{close[0]}"?'
    if homes:
        return f"; it belongs under [{homes[0]}]."
    return f"; choose from {', '.join(known)}." if known else "; move it under its [table]."

"""What a settings file says, by table and field."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec

from monitor.base.errors import MonitorError
from rules import strict_toml

Place = Annotated[str, msgspec.Meta(title="path")]
"""A file or folder; a relative one counts from the folder of the file that names it, "~" is the home folder."""
Value = str | bool | int | float | tuple[str, ...]


class ConfigError(MonitorError):
    """The settings cannot be used; the message is a sentence that names the file and the field."""


def read(path: Path, tables: Mapping[str, type]) -> dict[tuple[str, str], Value]:
    """What a file says, by table and field; nothing if there is none.

    Args:
        path: the file.
        tables: what may stand in it: dataclasses by the names of their tables. `msgspec.Meta` in an annotation bounds
            a value.

    Raises:
        ConfigError: it cannot be read, or says something else.
    """
    written: dict[tuple[str, str], Value] = {}
    for table, values in strict_toml.read_toml(path, ConfigError, missing_ok=True).items():
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


def _convert(value: object, kind: Any, where: str, base: Path) -> Value:  # noqa: ANN401 - types as annotations have them
    converted: Value = strict_toml.convert(value, kind, where, ConfigError)
    if kind == Place:
        return _located(str(converted), where, base)
    if kind == tuple[Place, ...] and isinstance(converted, tuple):
        return tuple(_located(name, where, base) for name in converted)
    return converted


def _located(name: str, where: str, base: Path) -> str:
    try:
        return str(base / Path(name).expanduser()) if name else ""
    except RuntimeError as error:
        raise ConfigError(f"{where} names an unknown user ({name}). Use an absolute path.") from error


def _instead(name: str, known: Collection[str], tables: Mapping[str, type]) -> str:
    """What to write instead of an unknown name, to end an error's sentence with."""
    homes = [table for table, kind in tables.items() if name in {one.name for one in fields(kind)}]
    if homes:
        return f"; it belongs under [{homes[0]}]."
    return strict_toml.suggestion(name, known) if known else "; move it under its [table]."

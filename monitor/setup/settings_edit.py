"""A few settings changed in the text of a settings file; everything else, comments too, stays as it is."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import tomli_w

from monitor.base import atomic
from monitor.settings.config import ConfigError
from monitor.settings.settings_file import Value

Key = tuple[str, str]
"""A table and a name in it."""

HEADER = re.compile(r"\s*\[\s*([\w-]+)\s*\]\s*(#.*)?")
SETTING = re.compile(
    r"""(?P<before>\s*(?P<name>[\w-]+)\s*=\s*)("([^"\\]|\\.)*"|'[^']*'|\[[^][#]*\]|[\w.+-]+)(?P<after>\s*(#.*)?)"""
)
"""A text, a list without comments in it, or a plain value."""
LIST = re.compile(r"\s*[\w-]+\s*=\s*\[[^]]*")
"""A line that a list begins and does not end."""


def save(path: Path, values: Mapping[Key, Value]) -> None:
    """Change settings in a file in one step, or write the file if there is none.

    A link is followed, so that the file it leads to is changed.

    Raises:
        ConfigError: the file cannot be read or written, or sets one of them in a way that only a person can change;
            it is left as it was.
    """
    path = path.resolve()
    try:
        before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        after = changed(before, values)
        if after is None:
            raise ConfigError(
                f"Can't change {path}: it is not laid out one setting per line. Write this into it: {_lines(values)}."
            )
        if after != before:
            atomic.write(path, after.encode())
    except OSError as error:
        raise ConfigError(
            f"Can't write the settings file {path}: {error.strerror}. Change its permissions or make room."
        ) from error


def changed(text: str, values: Mapping[Key, Value]) -> str | None:
    """The text of a settings file with these values; None if it has one of them in a form that is not one line.

    A value that is there already is replaced in its line; a new one ends its table, and a new table
    the file. Line ends stay as they are.
    """
    try:
        wanted: dict[str, dict[str, object]] = tomllib.loads(text)
        for (table, name), value in values.items():
            wanted.setdefault(table, {})[name] = list(value) if isinstance(value, tuple) else value
        end = "\r\n" if "\r\n" in text else "\n"
        lines = re.split("\r?\n", text.removesuffix(end)) if text else []
        for key, value in values.items():
            _change(lines, key, toml(value))
        after = "".join(f"{line}{end}" for line in lines)
        return after if tomllib.loads(after) == wanted else None
    except (tomllib.TOMLDecodeError, RecursionError, TypeError, AttributeError):  # such as a table written as a value
        return None


def _change(lines: list[str], key: Key, value: str) -> None:
    """Put a setting's line, such as `name = "Kim"`, into its table."""
    current, last = "", None
    for number, line in enumerate(lines):
        end = _end_of_list(lines, number)
        if title := HEADER.fullmatch(line):
            current = title[1]
        elif (found := SETTING.fullmatch("\n".join(lines[number:end]))) and (current, found["name"]) == key:
            lines[number:end] = [found["before"] + value + found["after"]]
            return
        if current == key[0] and line.strip() and not line.lstrip().startswith("#"):
            last = number
    setting = f"{key[1]} = {value}"
    if last is None:
        lines += ["", f"[{key[0]}]", setting] if lines else [f"[{key[0]}]", setting]
    else:
        lines.insert(last + 1, setting)


def _end_of_list(lines: list[str], number: int) -> int:
    """The line after a setting: the next one, unless it is a list over several lines."""
    if LIST.fullmatch(lines[number]):
        for end in range(number + 1, len(lines)):
            if "]" in lines[end]:
                return end + 1
    return number + 1


def toml(value: Value) -> str:
    """A value as TOML writes it after the =, on one line."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    return tomli_w.dumps({"value": value}).partition(" = ")[2].rstrip("\n")


def _lines(values: Mapping[Key, Value]) -> str:
    return "; ".join(f"{name} = {toml(value)} under [{table}]" for (table, name), value in values.items())

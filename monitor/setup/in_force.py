"""What `tone-monitor where` says: every folder and every setting in force, as a settings file."""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from monitor.call.folder import root_folder
from monitor.settings import config
from monitor.settings.config import Setting
from monitor.setup import profile
from monitor.setup.settings_edit import toml


def lines() -> Iterator[str]:
    """The folders and the settings in force, in lines of TOML that can be saved as the settings file.

    Raises:
        ConfigError: the settings cannot be used.
    """
    in_force = list(config.in_force())
    yield "# The settings in force, each with its source. You can save this output as the settings file."
    yield "#"
    for what, place in _places(in_force):
        yield f"# {what:<13}  {place}"
    table = ""
    abouts = _abouts()
    for setting in in_force:
        if setting.table != table:
            table = setting.table
            yield f"\n[{table}]"
        yield f"# {abouts[table, setting.name]}"
        yield f"{f'{setting.name} = {toml(setting.value)}':<32}  # {setting.source}"


def _places(in_force: list[Setting]) -> Iterator[tuple[str, str]]:
    values = {(setting.table, setting.name): setting.value for setting in in_force}
    calls = root_folder(Path(str(values["calls", "folder"])) if values["calls", "folder"] else None)
    yield (
        "settings file",
        f"{config.file()}{'' if config.file().exists() else ' (missing: all settings are the default)'}",
    )
    yield "calls", str(calls)
    yield "catalogue", str(values["calls", "catalogue"] or calls / "catalogue.sqlite")
    yield "profiles", str(profile.folder())


def _abouts() -> dict[tuple[str, str], str]:
    """What each setting is about: the docstring under its field in one line."""
    abouts: dict[tuple[str, str], str] = {}
    for table, kind in config.TABLES.items():
        (definition,) = ast.parse(inspect.getsource(kind)).body
        statements = definition.body if isinstance(definition, ast.ClassDef) else []
        for known, about in pairwise(statements):
            match known, about:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    abouts[table, name] = " ".join(text.split())
    return abouts

"""Files of how a language is written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rules.errors import RuleError
from rules.language.tokens import Spelling
from rules.strict_toml import convert, read_toml, suggestion


def table(folders: Sequence[Path], name: str) -> dict[str, Any]:
    """What the files of this name in some folders say; later ones override earlier ones."""
    values: dict[str, Any] = {}
    for folder in folders:
        values |= read_toml(folder / name, RuleError, missing_ok=True)
    return values


def read_spelling(values: Mapping[str, Any], where: str) -> Spelling:
    """The spelling of a table; `where`, the file, begins the sentence of an error."""
    known = Spelling.__dataclass_fields__
    for name in values:
        if name not in known:
            raise RuleError(f'{where}, there is an unknown field "{name}"{suggestion(name, known)}')
    taken: dict[str, Any] = {}
    for name, value in values.items():
        here = f'{where}, field "{name}"'
        if name in {"fillers", "is_after"}:
            taken[name] = frozenset(convert(value, str, here, RuleError).split())
        elif name == "suffixes":
            pairs = convert(value, dict[str, str], here, RuleError)
            taken[name] = tuple(pairs.items())
        elif name in {"written_out", "endings"}:
            taken[name] = convert(value, dict[str, str], here, RuleError)
        else:
            taken[name] = convert(value, bool if name == "nouns_have_capitals" else str, here, RuleError)
    return Spelling(**taken)

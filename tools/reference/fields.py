"""The fields of a dataclass as its source documents them: the sentence that stands under each."""

import ast
import inspect
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

NO_DEFAULT = object()

PLAIN = {
    "id": "Its name in files.",
    "rule": "Id of the rule.",
    "speaker": "Whose.",
    "start_s": "Where it begins.",
    "end_s": "Where it ends.",
    "at_s": "When.",
}
"""What a field of this name means where its class says nothing else."""

_WORDS: Mapping[object, str] = {
    bool: "true or false",
    float: "number",
    int: "integer",
    str: "text",
    NoneType: "null",
    date: "date",
    datetime: "date and time",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field."""

    name: str
    type: Any
    default: Any
    """NO_DEFAULT if it has to be given."""
    meaning: str
    """One or more sentences, on one line."""

    @property
    def is_optional(self) -> bool:
        """Whether it may be left out."""
        return self.default is not NO_DEFAULT


def documented(kind: type) -> tuple[Field, ...]:
    """The fields of a dataclass, in their order.

    Raises:
        ValueError: a field says nowhere what it means.
    """
    said = _said_under(kind)
    hints = get_type_hints(kind)
    return tuple(
        Field(
            field.name,
            hints[field.name],
            _default(field.default, field.default_factory),
            _meaning(kind, field.name, said),
        )
        for field in fields(kind)
    )


def meanings(kind: type) -> dict[str, str]:
    """What the fields of a class mean, where it or one that it is based on says so."""
    said: dict[str, str] = {name: text for name, text in PLAIN.items() if name in get_type_hints(kind)}
    for base in reversed(kind.__mro__):
        if base.__module__.partition(".")[0] in {"audio", "monitor", "rules"}:
            said |= _said_under(base)
    return said


def first_line(kind: type) -> str:
    """The first sentence of a class's docstring."""
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())


def type_words(hint: object) -> str:
    """A type as a reader of JSON or TOML knows it."""
    if hint in _WORDS:
        return _WORDS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " or ".join(f'`"{value}"`' for value in arguments)
    if origin in {Union, UnionType}:
        return " or ".join(type_words(argument) for argument in arguments)
    if origin is tuple:
        return f"list of {_several(arguments[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"table of {_several(arguments[1])}"
    name = getattr(hint, "__name__", str(hint))
    return f"[{_spaced(name)}](#{_spaced(name).replace(' ', '-')})"


def _several(hint: object) -> str:
    """What a list holds."""
    words = type_words(hint)
    return f"{words}s" if words in {"number", "integer", "text"} else words


def _spaced(name: str) -> str:
    """MetricCondition: metric condition."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _default(value: object, factory: object) -> object:
    if value is not MISSING:
        return value
    return NO_DEFAULT if factory is MISSING else factory()  # type: ignore[operator]  # MISSING is all that cannot be called


def _meaning(kind: type, name: str, said: Mapping[str, str]) -> str:
    if meaning := said.get(name) or PLAIN.get(name):
        return meaning
    raise ValueError(f"{kind.__module__}.{kind.__name__}.{name} has no docstring: write one under the field.")


def _said_under(kind: type) -> dict[str, str]:
    """The docstring under each field of a class."""
    body = _classes(inspect.getsourcefile(kind) or "")[kind.__name__]
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }


@cache
def _classes(path: str) -> dict[str, list[ast.stmt]]:
    """The bodies of a module's classes, by name."""
    tree = ast.parse(Path(path).read_text("utf-8"))
    return {node.name: node.body for node in tree.body if isinstance(node, ast.ClassDef)}

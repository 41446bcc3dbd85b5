"""Forms as TOML files, read strictly: the shipped ones by name, a team's own by their path."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from monitor.scorecards.errors import FormError
from monitor.scorecards.form import Auto, Form, Item, Section
from monitor.scorecards.known import Known
from rules.policy import feelings
from rules.strict_toml import convert, read_toml, suggestion

FORMS = Path(str(files("monitor.scorecards").joinpath("forms")))
TEMPLATE = FORMS / "template.toml"
SHIPPED = ("de-escalation", "service-basics")

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SOURCES = ("said", "flags", "step", "measure")
_Value = TypeVar("_Value")


def named(name: str, known: Known) -> Form:
    """Read a form.

    Args:
        name: of a shipped form, or the path of a file.
        known: what it may name.

    Raises:
        FormError: there is no such form, or it is wrong; the message names the file, the item and the field.
    """
    if name in SHIPPED:
        return read(FORMS / f"{name}.toml", known)
    if Path(name).suffix.lower() != ".toml":
        raise FormError(f'There is no form "{name}"{suggestion(name, SHIPPED)} Or give the path of a .toml file.')
    return read(Path(name), known)


def read(path: Path, known: Known) -> Form:
    """Read the file of a form; raises as `named` does."""
    written, where = read_toml(path, FormError), f"In {path},"
    content = path.read_bytes()
    sections = tuple(_sections(written.pop("sections", None), where, known))
    values = _values(written, {"title": str, "about": str}, where)
    if not str(values.get("title", "")).strip():
        raise FormError(f'{where} the title is missing. Write title = "…" in the first line.')
    form = Form(
        id=re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "form",
        title=values["title"],
        about=values.get("about", ""),
        hash=hashlib.sha256(content).hexdigest()[:12],
        sections=sections,
    )
    _check(form, where)
    return form


def _sections(written: object, where: str, known: Known) -> Iterator[Section]:
    for number, table in enumerate(_tables(written, f"{where} [[sections]]"), start=1):
        at = f"{where} section {number}"
        items = tuple(_items(table.pop("items", None), at, known))
        yield _filled(Section, table, at, items=items)


def _items(written: object, where: str, known: Known) -> Iterator[Item]:
    for number, table in enumerate(_tables(written, f"{where}: [[sections.items]]"), start=1):
        at = f'{where}, item "{table["id"]}"' if isinstance(table.get("id"), str) else f"{where}, item {number}"
        auto = table.pop("auto", None)
        if auto is not None and not isinstance(auto, dict):
            raise FormError(f'{at}: auto must be a table, such as auto = {{ said = ["apology"] }}. Correct it.')
        yield _filled(Item, table, at, auto=None if auto is None else _auto(auto, f"{at}, auto", known))


def _auto(table: dict[str, Any], where: str, known: Known) -> Auto:
    auto: Auto = _filled(Auto, table, where)
    named = [source for source in _SOURCES if getattr(auto, source)]
    if len(named) != 1:
        raise FormError(f"{where} must name one of {', '.join(_SOURCES)}, and no more. Choose one.")
    for names, what, there in (
        ((*auto.said, *auto.if_heard), "report item", known.items),
        (auto.flags, "rule", known.rules),
        ((auto.step,), "step of a checklist", known.steps),
        ((auto.measure,), "measure", known.measures),
    ):
        for name in filter(None, names):
            if name not in there:
                raise FormError(f'{where} names an unknown {what} "{name}"{suggestion(name, sorted(there))}')
    if auto.flags and auto.yes_from is None and auto.yes_to is None:
        auto = replace(auto, yes_to=0.0)
    _check_limits(auto, where)
    return auto


def _check_limits(auto: Auto, where: str) -> None:
    rising, falling = (auto.yes_from, auto.partly_from), (auto.yes_to, auto.partly_to)
    if any(limit is not None for limit in rising) and any(limit is not None for limit in falling):
        raise FormError(f"{where} has limits in both directions. Keep those that end in _from, or those in _to.")
    if auto.last_s is not None and (not auto.said or auto.last_s <= 0):
        raise FormError(f"{where} has last_s, which counts what was said in the last seconds. Add said, or remove it.")
    if auto.measure and auto.yes_from is None and auto.yes_to is None:
        raise FormError(f"{where} has a measure without a limit. Add yes_from or yes_to.")
    if auto.partly_to is not None and (auto.yes_to is None or auto.partly_to < auto.yes_to):
        raise FormError(f"{where}: partly_to needs a lower yes_to. Correct it.")
    yes_from = 1.0 if auto.yes_from is None else auto.yes_from
    if auto.partly_from is not None and auto.partly_from > yes_from:
        raise FormError(f"{where}: partly_from needs a higher yes_from. Correct it.")


def _check(form: Form, where: str) -> None:
    ids = [item.id for _, item in form.items()]
    for section, item in form.items():
        if not _ID.fullmatch(item.id):
            raise FormError(f'{where} the id "{item.id}" must be lower-case words joined by hyphens. Correct it.')
        if ids.count(item.id) > 1:
            raise FormError(f'{where} two items have the id "{item.id}". Give each its own.')
        if not (0 < section.weight < math.inf and 0 < item.weight < math.inf):
            raise FormError(f'{where} item "{item.id}" has no positive weight. Set it above 0, or leave the item out.')
    for word in feelings(
        [form.title, *(text for section, item in form.items() for text in (section.title, item.title))]
    ):
        raise FormError(
            f'{where} "{word}" says what somebody feels, which nobody can score. Write what can be heard instead.'
        )


def _tables(written: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(written, list) or not written or not all(isinstance(one, dict) for one in written):
        raise FormError(f"{where} is missing. Write at least one such table.")
    return [dict(one) for one in written]


def _filled(kind: type[_Value], table: Mapping[str, Any], where: str, **made: object) -> _Value:
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name not in made}
    values = _values(table, hints, where)
    needed = [one.name for one in fields(kind) if one.default is MISSING and one.name in hints]  # type: ignore[arg-type]
    for name in needed:
        if not values.get(name):
            raise FormError(f'{where}: {name} is missing. Write {name} = "…".')
    return kind(**values, **made)


def _values(table: Mapping[str, Any], hints: Mapping[str, Any], where: str) -> dict[str, Any]:
    for name in table:
        if name not in hints:
            raise FormError(f'{where}: unknown field "{name}"{suggestion(name, hints)}')
    return {name: convert(value, hints[name], f"{where}: {name}", FormError) for name, value in table.items()}

"""Loads TOML files into one rulebook: the shipped library, overridden by a team's files."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from rules.budget import Budget
from rules.check import check, check_outcome, check_part
from rules.conditions import MetricCondition, PhraseCondition, TalkCondition, VoicesCondition
from rules.errors import RuleError
from rules.language.language import read_all
from rules.language.phrase_files import ENGLISH_CODE
from rules.model import SPEAKERS
from rules.outcomes.expected import OutcomeTest, SpeechTest, ToneTest
from rules.rulebook import (
    Answer,
    ChecklistPlan,
    Item,
    Repeat,
    Rule,
    Rulebook,
    StepPlan,
)
from rules.strict_toml import convert, read_toml, suggestion
from rules.understanding.classifier import classifiers

LIBRARY = Path(__file__).with_name("library")
ALWAYS = ("agent-first-words", "backchannels", "disputes", "negators", "others", "past", "reported", "stop-words")
"""Lists that are read whether or not a rule names them."""

_CONDITIONS = {"metric": MetricCondition, "phrases": PhraseCondition, "talked_for_s": TalkCondition}
_TESTS: dict[str, type[OutcomeTest]] = {"metric": ToneTest, "said": SpeechTest}
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ACTION = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Table:
    """One rule as written, after inheritance."""

    path: Path
    values: Mapping[str, Any]


def load(paths: Sequence[Path] = (), *, metrics: Collection[str], damage_ok: bool = False) -> Rulebook:
    """Read the shipped rules and lay a team's files over them, in order.

    A table of a team's file replaces the rule of that id; with `extends = "id"` it inherits all fields of an earlier
    rule and changes only the given ones. The same goes for report items, [items.id], checklists, [checklists.id], and
    tests of what the agent does after a prompt, [outcomes.action]; [budget], [meaning], [understood] and [one_track]
    change single lines. Its list `words/complaint.txt`, beside the file, replaces the shipped English list of that
    name, `words/de/complaint.txt` the German one; a name of its own counts in every language that has no list of that
    name.

    Args:
        paths: the team's files.
        metrics: the names that conditions may use.
        damage_ok: whether damaged phrase lists are only noted, so that a call can do without the words they are for.

    Raises:
        RuleError: a rule is wrong; the message names the file, the rule and the field.
    """
    tables: dict[str, dict[str, _Table]] = {"rule": {}, "items": {}, "checklists": {}, "outcomes": {}}
    budget: dict[str, Any] = {}
    one_track: dict[str, Any] = {}
    limits: dict[str, dict[str, float]] = {"meaning": {}, "understood": {}}
    budget_path = one_track_path = LIBRARY
    for path in [*sorted(LIBRARY.glob("*.toml")), *paths]:
        for name, values in read_toml(path, RuleError).items():
            if not isinstance(values, dict):
                raise RuleError(f'In {path}, "{name}" is outside any rule. Move it under the [id] of its rule.')
            if name == "budget":
                budget, budget_path = budget | values, path
            elif name == "one_track":
                one_track, one_track_path = one_track | values, path
            elif name in limits:
                limits[name] |= _limits(values, f"In {path}, [{name}]")
            elif name in tables:
                for own, fields_of_it in values.items():
                    tables[name][own] = _inherited(path, own, fields_of_it, tables[name], is_action=name == "outcomes")
            else:
                tables["rule"][name] = _inherited(path, name, values, tables["rule"])
    rules = {_where(table, name): _rule(name, table) for name, table in tables["rule"].items()}
    items = {_where(table, name, "item"): _item(name, table) for name, table in tables["items"].items()}
    checklists = {
        _where(table, name, "checklist"): _checklist(name, table) for name, table in tables["checklists"].items()
    }
    outcomes = {action: _outcome(action, table) for action, table in tables["outcomes"].items()}
    tests = {_where(tables["outcomes"][action], action, "outcome"): test for action, test in outcomes.items()}
    _check_all(rules, {**items, **checklists}, metrics)
    for where, action in zip(tests, outcomes, strict=True):
        check_outcome(action, outcomes[action], where, metrics, rules.values())
    parts: dict[str, Rule | Item | ChecklistPlan | OutcomeTest] = {**rules, **items, **checklists, **tests}
    named = {name: where for where, part in parts.items() for name, _ in part.listened_for}
    where_budget = f"In {budget_path}, [budget]"
    filled = _fill(Budget, budget, where_budget)
    named |= dict.fromkeys(filled.goodbye, where_budget)
    named |= dict.fromkeys(ALWAYS, "The program")
    words, languages = read_all(
        named,
        [path.parent / "words" for path in paths],
        _keeping_their_advice(tables["rule"]),
        damage_ok=damage_ok,
    )
    return Rulebook(
        tuple(rules.values()),
        filled,
        words,
        tuple(items.values()),
        tuple(checklists.values()),
        limits["meaning"],
        outcomes,
        _fill(VoicesCondition, one_track, f"In {one_track_path}, [one_track]"),
        languages,
        limits["understood"],
    )


def _keeping_their_advice(rules: Mapping[str, _Table]) -> dict[str, bool]:
    """Of each rule, whether its advice is as shipped: only then a language may put it in its own words."""
    tables = [table for path in LIBRARY.glob("*.toml") for table in read_toml(path, RuleError).items()]
    shipped = {name: values["advice"] for name, values in tables if isinstance(values, dict) and "advice" in values}
    return {
        name: table.values.get("advice") == shipped.get(name, table.values.get("advice"))
        for name, table in rules.items()
    }


def _check_all(rules: Mapping[str, Rule], parts: Mapping[str, Item | ChecklistPlan], metrics: Collection[str]) -> None:
    for where, rule in rules.items():
        check(rule, where, metrics)
    for where, part in parts.items():
        check_part(part, where, metrics)


def _where(table: _Table, name: str, kind: str = "rule") -> str:
    return f'In {table.path}, {kind} "{name}"'


def _limits(values: Mapping[str, Any], where: str) -> dict[str, float]:
    there_are = sorted(name for speaker in SPEAKERS for name in classifiers(ENGLISH_CODE, speaker))
    for name in values:
        if name not in there_are:
            raise RuleError(f'{where} has no classifier for "{name}"{suggestion(name, there_are)}')
    return {name: convert(limit, float, f'{where}, field "{name}"', RuleError) for name, limit in values.items()}


def _inherited(
    path: Path, name: str, values: Mapping[str, Any], tables: Mapping[str, _Table], *, is_action: bool = False
) -> _Table:
    if is_action and not _ACTION.fullmatch(name):
        raise RuleError(f'In {path}, "{name}" is not a valid action. Use lower-case words joined by underscores.')
    if not is_action and not _ID.fullmatch(name):
        raise RuleError(f'In {path}, "{name}" is not a valid rule id. Use lower-case words joined by hyphens.')
    if not isinstance(values, dict):
        raise RuleError(f'In {path}, "{name}" is not a table. Move it under the [id] of its rule.')
    if "extends" not in values:
        return _Table(path, values)
    base = str(values["extends"])
    if base not in tables:
        raise RuleError(
            f'In {path}, rule "{name}" extends "{base}", which was not defined before{suggestion(base, tables)}'
        )
    own = {key: value for key, value in values.items() if key != "extends"}
    return _Table(path, {**tables[base].values, **own})


def _rule(name: str, table: _Table) -> Rule:
    where = _where(table, name)
    values = dict(table.values)
    speaker = {"speaker": values["speaker"]} if "speaker" in values else {}
    for key in ("conditions", "unless", "heeded_by"):
        if key in values:
            values[key] = _conditions(values[key], speaker, where, key)
    if "conditions" in values:
        values.setdefault("need", len(values["conditions"]))
    for key, kind in (("repeat", Repeat), ("answer", Answer)):
        if key in values:
            values[key] = _fill(kind, values[key], f"{where}, {key}")
    return _fill(Rule, {**values, "id": name}, where)


def _item(name: str, table: _Table) -> Item:
    return _fill(Item, {**table.values, "id": name}, _where(table, name, "item"))


def _checklist(name: str, table: _Table) -> ChecklistPlan:
    where, values = _where(table, name, "checklist"), dict(table.values)
    if "opened_by" in values:
        values["opened_by"] = _conditions(values["opened_by"], {"speaker": "agent"}, where, "opened_by")
    steps = values.get("steps")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise RuleError(f"{where} has steps that are not a list of tables. Write [[checklists.{name}.steps]].")
    values["steps"] = tuple(
        _step(step, f"{where}, number {number} of its steps,") for number, step in enumerate(steps, start=1)
    )
    return _fill(ChecklistPlan, {**values, "id": name}, where)


def _step(written: Mapping[str, Any], where: str) -> StepPlan:
    values = dict(written)
    if "conditions" in values:
        values["conditions"] = _conditions(values["conditions"], {"speaker": "agent"}, where, "conditions")
    return _fill(StepPlan, values, where)


def _outcome(action: str, table: _Table) -> OutcomeTest:
    where = _where(table, action, "outcome")
    kinds = [kind for name, kind in _TESTS.items() if name in table.values]
    if len(kinds) != 1:
        raise RuleError(f"{where} must name one of {', '.join(_TESTS)}.")
    return _fill(kinds[0], table.values, where)


def _conditions(written: object, speaker: Mapping[str, Any], where: str, key: str) -> tuple[object, ...]:
    if not isinstance(written, list) or not all(isinstance(values, dict) for values in written):
        raise RuleError(f"{where} has {key} that are not a list of tables. Write {key} = [{{ … }}].")
    conditions: list[object] = []
    for number, values in enumerate(written, start=1):
        kinds = [kind for name, kind in _CONDITIONS.items() if name in values]
        here = f"{where}, number {number} of its {key},"
        if len(kinds) != 1:
            raise RuleError(f"{here} must name one of {', '.join(_CONDITIONS)}.")
        conditions.append(_fill(kinds[0], {**speaker, **values}, here))
    return tuple(conditions)


def _fill(kind: type[_Value], values: Mapping[str, Any], where: str) -> _Value:
    if not isinstance(values, Mapping):
        raise RuleError(f"{where} must be a table. Write {{ field = value }}.")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # all kinds are dataclasses
    for name in values:
        if name not in known:
            raise RuleError(f'{where} has an unknown field "{name}"{suggestion(name, known)}')
    for name, field in known.items():
        if name not in values and field.default is MISSING:
            raise RuleError(f'{where} is missing the field "{name}". Add it.')
    hints = get_type_hints(kind)
    return kind(**{name: _convert(value, hints[name], f'{where}, field "{name}"') for name, value in values.items()})


def _convert(value: object, kind: Any, where: str) -> Any:  # noqa: ANN401 - a field's type as its annotation has it
    if isinstance(value, (tuple, Answer, Repeat)):  # made from its own table before
        return value
    return convert(value, kind, where, RuleError)

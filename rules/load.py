"""TOML files to one rulebook: the shipped library, overridden by a team's files."""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from rules.check import check, check_outcome, check_part
from rules.conditions import MetricCondition, PhraseCondition, TalkCondition
from rules.errors import RuleError
from rules.rulebook import (
    Answer,
    Budget,
    ChecklistPlan,
    Item,
    OutcomeTest,
    Repeat,
    Rule,
    Rulebook,
    SpeechTest,
    StepPlan,
    ToneTest,
)

LIBRARY = Path(__file__).with_name("library")
WORDS = Path(__file__).with_name("words")
MEANINGS = Path(__file__).with_name("meanings")
"""A folder a speaker, a file of example sentences a meaning."""
ORDINARY = "ordinary"
"""Examples of what means none of these."""
ALWAYS = ("backchannels", "negators", "stop-words")
"""Lists that are read whether or not a rule names them."""

LARGEST_BYTES = 2**20
"""Of a file of rules or phrases; all of ours together are smaller."""

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


def load(paths: Sequence[Path] = (), *, metrics: Collection[str]) -> Rulebook:
    """Read the shipped rules and lay a team's files over them, in order.

    A table of a team's file replaces the rule of that id; with `extends = "id"` it takes over all fields of a rule
    that was read before and changes only the given ones. The same goes for report items, [items.id], checklists,
    [checklists.id], and what judges the agent's next speech, [outcomes.action]; [budget] and [meaning] change single
    lines. Its list `words/complaint.txt`, beside the file, replaces the shipped list of that name.

    Args:
        paths: the team's files.
        metrics: the names that conditions may use.

    Raises:
        RuleError: with a sentence that names file, rule and field.
    """
    tables: dict[str, dict[str, _Table]] = {"rule": {}, "items": {}, "checklists": {}, "outcomes": {}}
    budget: dict[str, Any] = {}
    meanings: dict[str, float] = {}
    budget_path = LIBRARY
    for path in [*sorted(LIBRARY.glob("*.toml")), *paths]:
        for name, values in read_toml(path).items():
            if not isinstance(values, dict):
                raise RuleError(f'In {path}, "{name}" stands outside any rule; move it under the [id] of its rule.')
            if name == "budget":
                budget, budget_path = budget | values, path
            elif name == "meaning":
                meanings |= _meanings(values, f"In {path}, [meaning]")
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
    folders = [WORDS, *(path.parent / "words" for path in paths)]
    parts: dict[str, Rule | Item | ChecklistPlan | OutcomeTest] = {**rules, **items, **checklists, **tests}
    named = {name: where for where, part in parts.items() for name, _ in part.listened_for}
    words = {name: read_list(name, folders, where) for name, where in sorted(named.items())}
    words |= {name: read_list(name, folders, "The program") for name in ALWAYS}
    budget_filled = _fill(Budget, budget, f"In {budget_path}, [budget]")
    return Rulebook(
        tuple(rules.values()),
        budget_filled,
        words,
        tuple(items.values()),
        tuple(checklists.values()),
        meanings,
        outcomes,
    )


def _check_all(rules: Mapping[str, Rule], parts: Mapping[str, Item | ChecklistPlan], metrics: Collection[str]) -> None:
    for where, rule in rules.items():
        check(rule, where, metrics)
    for where, part in parts.items():
        check_part(part, where, metrics)


def read_list(name: str, folders: Sequence[Path], where: str) -> tuple[str, ...]:
    """The lines of a phrase list, from the last of the folders that has it.

    Args:
        name: of the file, without ".txt".
        folders: where to look.
        where: who asks, to begin an error's sentence with.

    Raises:
        RuleError: no folder has it, it is no text, or a line is not closed.
    """
    for path in (folder / f"{name}.txt" for folder in reversed(folders)):
        if path.is_file():
            try:
                lines = [line.partition("#")[0].strip() for line in _text(path).splitlines()]
            except (OSError, UnicodeDecodeError) as error:
                raise RuleError(
                    f"The phrase list {path} cannot be read ({error}); save it as text in UTF-8."
                ) from error
            for number, line in enumerate(lines, start=1):
                if not re.fullmatch(r"([^()|]|\([^()]*\))*", line):
                    raise RuleError(f"In {path}, line {number} has a bracket or bar out of place; write (this|that).")
            return tuple(line for line in lines if line)
    there_are = {path.stem for folder in folders for path in folder.glob("*.txt")}
    raise RuleError(f'{where} names the phrase list "{name}", which no words folder has{_instead(name, there_are)}')


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file; RuleError if it cannot be read."""
    try:
        return tomllib.loads(_text(path))
    except OSError as error:
        raise RuleError(f"Cannot read {path} ({error.strerror}); check the path.") from error
    except (ValueError, RecursionError) as error:  # no TOML, no text, or brackets a thousand deep
        raise RuleError(f"The file {path} is not valid TOML ({error}); correct it there.") from error


def _text(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    if len(content) > LARGEST_BYTES:
        raise RuleError(f"The file {path} is larger than 1 MB, which no rules or phrases are: name another.")
    return content.decode("utf-8").replace("\r\n", "\n")


def _where(table: _Table, name: str, kind: str = "rule") -> str:
    return f'In {table.path}, {kind} "{name}"'


def _meanings(values: Mapping[str, Any], where: str) -> dict[str, float]:
    there_are = {path.stem for path in MEANINGS.glob("*/*.txt")} - {ORDINARY}
    for name in values:
        if name not in there_are:
            raise RuleError(f'{where} has no examples for "{name}"{_instead(name, there_are)}')
    return {name: _convert(limit, float, f'{where}, field "{name}"') for name, limit in values.items()}


def _inherited(
    path: Path, name: str, values: Mapping[str, Any], tables: Mapping[str, _Table], *, is_action: bool = False
) -> _Table:
    if is_action and not _ACTION.fullmatch(name):
        raise RuleError(f'In {path}, "{name}" is no action; use lower-case words joined by underscores.')
    if not is_action and not _ID.fullmatch(name):
        raise RuleError(f'In {path}, "{name}" is no id of a rule; use lower-case words joined by hyphens.')
    if not isinstance(values, dict):
        raise RuleError(f'In {path}, "{name}" is not a table; move it under the [id] of its rule.')
    if "extends" not in values:
        return _Table(path, values)
    base = str(values["extends"])
    if base not in tables:
        raise RuleError(f'In {path}, rule "{name}" extends "{base}", which was not read before{_instead(base, tables)}')
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
        raise RuleError(f"{where} has steps that are not a list of tables; write [[checklists.{name}.steps]].")
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
        raise RuleError(f"{where} has {key} that are not a list of tables; write {key} = [{{ … }}].")
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
        raise RuleError(f"{where} must be a table; write {{ field = value }}.")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # all kinds are dataclasses
    for name in values:
        if name not in known:
            raise RuleError(f'{where} has an unknown field "{name}"{_instead(name, known)}')
    for name, field in known.items():
        if name not in values and field.default is MISSING:
            raise RuleError(f'{where} lacks the field "{name}"; add it.')
    hints = get_type_hints(kind)
    return kind(**{name: _convert(value, hints[name], f'{where}, field "{name}"') for name, value in values.items()})


def _convert(value: Any, kind: Any, where: str) -> Any:  # noqa: ANN401 # whatever TOML holds becomes whatever the field is
    if get_origin(kind) is Literal and value not in get_args(kind):
        raise RuleError(f'{where} cannot be "{value}"{_instead(str(value), get_args(kind))}')
    if isinstance(value, (tuple, Answer, Repeat)):
        return value
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise RuleError(f"{where} has a value of the wrong kind ({error}); correct it.") from error


def _instead(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f'; did you mean "{close[0]}"?' if close else f"; there are {', '.join(sorted(known))}."

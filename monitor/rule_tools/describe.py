"""What `tone-monitor rules` says of the rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from monitor.base.extras import has_meaning
from monitor.pipeline.metrics import BY_NAME
from rules.cases import CASES, CaseResult, run
from rules.load import load
from rules.rulebook import Rule

HEADINGS = (
    "These prompt:",
    "These are on trial, they are noted for the report and never prompt:",
    "These are switched off:",
)


def lines(files: Sequence[Path]) -> Iterator[str]:
    """A line for each rule: its action, its name, whose behaviour it is about, and what it does.

    Those that prompt stand first, then the trials, then what is switched off; in each group by action.

    Raises:
        RuleError: a file is wrong.
    """
    rulebook = load(files, metrics=BY_NAME)
    widths = [max(len(rule.action) for rule in rulebook.rules), max(len(rule.id) for rule in rulebook.rules)]
    for heading, rules in groupby(sorted(rulebook.rules, key=_place), key=lambda rule: HEADINGS[_place(rule)[0]]):
        yield heading
        for rule in rules:
            yield f"  {rule.action:<{widths[0]}}  {rule.id:<{widths[1]}}  {rule.speaker:<8}  {rule.about}"
    yield f"Beside them: {len(rulebook.items)} report items and {len(rulebook.checklists)} checklists."


def _place(rule: Rule) -> tuple[int, str]:
    if not rule.enabled:
        return 2, rule.action
    return int(rule.maturity == "trial" or rule.severity == "note"), rule.action


def check(files: Sequence[Path]) -> str:
    """Read rule files as a call would, and say so.

    Raises:
        RuleError: a file is wrong.
    """
    rulebook = load(files, metrics=BY_NAME)
    told = f"{len(rulebook.rules)} rules are fine; this rulebook is {rulebook.fingerprint}."
    if rulebook.meanings and not has_meaning():
        told += " What sentences mean is not counted, only their phrases: the extra `meaning` is not installed."
    return told


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of the cases."""

    lines: tuple[str, ...]
    failed: bool


def test(cases: Sequence[Path], files: Sequence[Path]) -> Tested:
    """Run cases, the shipped ones if none are named.

    Raises:
        RuleError: a file is wrong.
    """
    results = list(run(load(files, metrics=BY_NAME), cases or sorted(CASES.glob("*.toml"))))
    failed = [result for result in results if not result.passed]
    told = [_failure(result) for result in failed]
    told.append(f"{len(results) - len(failed)} of {len(results)} cases passed.")
    return Tested(tuple(told), bool(failed))


def _failure(result: CaseResult) -> str:
    return (
        f"{result.path.name}, {result.rule}, “{result.name}”: "
        f"should fire at {_times(result.expected_s)}, fired at {_times(result.fired_s)}."
    )


def _times(times_s: Sequence[float]) -> str:
    return ", ".join(f"{time_s:.1f} s" for time_s in times_s) or "no time"

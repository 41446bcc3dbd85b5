"""What `tone-monitor rules` says about the rules."""

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
    "These are on trial: they appear in the report and never prompt:",
    "These are switched off:",
)


def lines(files: Sequence[Path]) -> Iterator[str]:
    """A line for each rule: its action, its name, the speaker it is about, and what it does.

    Rules that prompt come first, then trials, then rules that are switched off; each group is sorted by action.

    Raises:
        RuleError: a file is wrong.
    """
    rulebook = load(files, metrics=BY_NAME)
    widths = [max(len(rule.action) for rule in rulebook.rules), max(len(rule.id) for rule in rulebook.rules)]
    for heading, rules in groupby(sorted(rulebook.rules, key=_place), key=lambda rule: HEADINGS[_place(rule)[0]]):
        yield heading
        for rule in rules:
            yield f"  {rule.action:<{widths[0]}}  {rule.id:<{widths[1]}}  {rule.speaker:<8}  {rule.about}"
    yield f"There are also {len(rulebook.items)} report items and {len(rulebook.checklists)} checklists."


def _place(rule: Rule) -> tuple[int, str]:
    if not rule.enabled:
        return 2, rule.action
    return int(rule.maturity == "trial" or rule.severity == "note"), rule.action


def check(files: Sequence[Path]) -> str:
    """Read rule files as a call would, and report the result.

    Raises:
        RuleError: a file is wrong.
    """
    rulebook = load(files, metrics=BY_NAME)
    result = f"{len(rulebook.rules)} rules are fine; this rulebook is {rulebook.fingerprint}."
    if rulebook.meanings and not has_meaning():
        result += " Only phrases count, not meanings: install tone-monitor[meaning] to check what sentences mean."
    return result


@dataclass(frozen=True, slots=True)
class Tested:
    """Results of the test cases."""

    lines: tuple[str, ...]
    failed: bool


def test(cases: Sequence[Path], files: Sequence[Path]) -> Tested:
    """Run test cases; without any, the shipped ones.

    Raises:
        RuleError: a file is wrong.
    """
    results = list(run(load(files, metrics=BY_NAME), cases or sorted(CASES.glob("*.toml"))))
    failed = [result for result in results if not result.passed]
    report = [_failure(result) for result in failed]
    report.append(f"{len(results) - len(failed)} of {len(results)} cases passed.")
    return Tested(tuple(report), bool(failed))


def _failure(result: CaseResult) -> str:
    return (
        f"{result.path.name}, {result.rule}, “{result.name}”: "
        f"{_times(result.fired_s)}; expected: {_times(result.expected_s)}."
    )


def _times(times_s: Sequence[float]) -> str:
    return "fires at " + ", ".join(f"{time_s:.1f} s" for time_s in times_s) if times_s else "never fires"

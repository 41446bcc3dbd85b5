"""What `tone-monitor rules` says of the rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.metrics import BY_NAME
from rules.cases import CASES, CaseResult, run
from rules.load import load


def lines(files: Sequence[Path]) -> Iterator[str]:
    """A line for each rule: its name, its action, whether it prompts, and what it does.

    Raises:
        RuleError: a file is wrong.
    """
    rules = load(files, metrics=BY_NAME).rules
    widths = [max(len(rule.id) for rule in rules), max(len(rule.action) for rule in rules)]
    for rule in rules:
        yield f"{rule.id:<{widths[0]}}  {rule.action:<{widths[1]}}  {rule.maturity:<6}  {rule.about}"


def check(files: Sequence[Path]) -> str:
    """Read rule files as a call would, and say so.

    Raises:
        RuleError: a file is wrong.
    """
    rulebook = load(files, metrics=BY_NAME)
    return f"{len(rulebook.rules)} rules are fine; this rulebook is {rulebook.fingerprint}."


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

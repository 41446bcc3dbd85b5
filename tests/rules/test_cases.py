"""The shipped cases pass, and every shipped rule has enough of them."""

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from monitor.pipeline.metrics import BY_NAME
from rules.cases import CASES, CaseResult, run
from rules.errors import RuleError
from rules.load import load

RULEBOOK = load(metrics=BY_NAME)
TABLES = {path: tomllib.loads(path.read_text()) for path in sorted(CASES.glob("*.toml"))}


@cache
def results(path: Path) -> list[CaseResult]:
    return list(run(RULEBOOK, [path]))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        pytest.param(path, place, id=f"{table['rule']}: {case['name']}")
        for path, table in TABLES.items()
        for place, case in enumerate(table["case"])
    ],
)
def test_case(path: Path, place: int) -> None:
    result = results(path)[place]
    assert result.fired_s == pytest.approx(result.expected_s, abs=0.06)
    assert result.passed


def test_every_rule_has_cases_that_fire_and_cases_that_do_not_and_two_of_each_if_it_prompts() -> None:
    count = Counter((table["rule"], bool(case["fires_s"])) for table in TABLES.values() for case in table["case"])
    for rule in RULEBOOK.rules:
        least = 2 if rule.maturity == "stable" else 1
        assert count[rule.id, True] >= least, rule.id
        assert count[rule.id, False] >= least, rule.id


def test_a_case_that_fires_at_another_time_does_not_pass(tmp_path: Path) -> None:
    path = tmp_path / "late.toml"
    path.write_text(
        'rule = "escalate-request"\n[[case]]\nname = "late"\nfires_s = [3.0]\n'
        'script = [{ speaker = "customer", from_s = 0, says = "Get me your manager." }]\n'
    )
    (result,) = run(RULEBOOK, [path])
    assert not result.passed
    assert result.fired_s == (1.2,)


def test_a_case_of_an_unknown_rule_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "strange.toml"
    path.write_text('rule = "dance"\ncase = []\n')
    with pytest.raises(RuleError, match=r"strange\.toml, 'dance' is missing or is not a rule"):
        list(run(RULEBOOK, [path]))

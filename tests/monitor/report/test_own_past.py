"""What is usual for an agent and a team, from earlier calls: each is compared with the own past alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor.call.info import CallInfo
from monitor.report import page
from monitor.report.stored_call import read
from monitor.report.team.earlier_calls import compared, earlier, unusual, usual_of
from monitor.report.team.estimates import OneCall
from monitor.report.team.numbers import MEASURES, CallNumbers
from monitor.report.team.own_past import own_past
from monitor.report.team.practice_tables import practise_next
from monitor.report.team.team_facts import of_calls
from monitor.report.titles import BY_ID
from monitor.report.usual import FEWEST, Range
from tests.report_calls import INFO, folder

DAY = date(2026, 3, 2)


def counted(interruptions: float = 1.0, items: dict[str, int] | None = None, **values: float) -> CallNumbers:
    known: dict[str, float | None] = dict.fromkeys(measure.name for measure in MEASURES)
    known |= {"interruptions_per_10_min": interruptions, **values}
    return CallNumbers(600.0, 120.0, known, (), (), 0, items or {}, {})


def test_what_is_outside_all_earlier_calls_is_unusual() -> None:
    usual = usual_of([counted(float(n % 3), {"apology": n % 3}) for n in range(FEWEST)])
    assert usual.measures["interruptions_per_10_min"] == Range(0.0, 2.0)
    rows = list(unusual(counted(6.0, {"apology": 2, "refusal": 4}), usual, BY_ID))
    assert rows == [
        ("Interruptions", "6.0 in 10 min", "0.0 to 2.0 in 10 min"),
        ("Refusal", "4.0 in 10 min", "0.0 to 0.0 in 10 min"),
    ]


def test_a_few_calls_make_no_usual() -> None:
    usual = usual_of([counted() for _ in range(FEWEST - 1)])
    assert (usual.calls, usual.measures, usual.items) == (FEWEST - 1, {}, {})
    assert not list(unusual(counted(50.0, {"refusal": 40}), usual, BY_ID))


def about(minutes: int, agent: str = "Ada") -> CallInfo:
    return replace(INFO, started=INFO.started + timedelta(minutes=minutes), agent=agent)


def test_only_the_agent_s_own_earlier_calls_are_looked_at(tmp_path: Path) -> None:
    folder(tmp_path, "090000-aaaaaa", about(-30))
    folder(tmp_path, "090100-bbbbbb", about(-20, "Bob"))
    folder(tmp_path, "100000-cccccc", about(30))
    here = folder(tmp_path)
    assert len(earlier(here, INFO)) == 1
    assert not earlier(here, replace(INFO, agent=""))
    facts = compared(here, read(here), BY_ID)
    assert facts.earlier_calls == 1
    assert "need 10 earlier calls of this agent, and there is 1." in page.call(facts, "<svg></svg>")


def calls(agent: str, before: Sequence[float], since: Sequence[float], item: str = "apology") -> list[OneCall]:
    return [
        OneCall(agent, DAY + timedelta(days=days + n % 20), counted(value, {item: round(value)}))
        for days, values in ((0, before), (40, since))
        for n, value in enumerate(values)
    ]


def test_what_is_behind_the_own_past_is_to_be_practised_whoever_has_more_of_it() -> None:
    rng = np.random.default_rng(4)
    low, high = ([*map(float, rng.integers(base, base + 3, 30))] for base in (1, 6))
    found = own_past([*calls("A", low, [value + 3 for value in low]), *calls("B", high, high)], BY_ID)
    assert found.since == DAY + timedelta(days=40 + 19 - 27)
    assert [one.title for one in found.behind] == ["Interruptions"], "more apologies are nothing to practise"
    (more,) = found.behind
    assert more.stands
    assert more.difference.value == pytest.approx(1.5, abs=0.5), "half of the calls are of an agent without a change"
    better = own_past(calls("A", [value + 3 for value in low], low), BY_ID)
    assert [one.title for one in better.behind] == ["Apology"]


def test_without_a_past_there_is_nothing_to_compare_with() -> None:
    facts = of_calls(calls("A", [], [1.0, 2.0] * 10), "Calls of A")
    assert list(practise_next(facts)) == ["To compare with, it takes calls from before 3 April 2026; there are none."]


def test_what_only_varies_is_not_practised() -> None:
    rng = np.random.default_rng(7)
    draws = [float(value) for value in rng.integers(0, 9, 60)]
    facts = of_calls(calls("A", draws[:30], draws[30:]), "Calls of A")
    assert list(practise_next(facts))[-1] == "None of them is behind the agents’ own past by more than chance."

"""Reports over many calls say what is more than chance, name nothing that is not, and show nothing that nobody saw."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from monitor.report import page, text
from monitor.report.team.estimates import OneCall
from monitor.report.team.numbers import MEASURES, CallNumbers, PromptNumbers
from monitor.report.team.team_facts import TeamFacts, of_calls
from monitor.report.team.team_figures import scale
from monitor.report.team.team_tables import in_short, trends
from rules.model import Outcome
from tests.monitor.base.made_numbers import calls

FIRST, CHANGE_AT = date(2026, 1, 5), date(2026, 2, 16)
CHANGED = "prompts_per_10_min"


def made(count: int, seed: int, *, halved: bool = False, agents: int = 5) -> Iterator[OneCall]:
    """Calls of twelve weeks and some agents, drawn at random; from the middle on with half the prompts, if wanted."""
    numbers, weights = calls(count)
    rng = np.random.default_rng(seed)
    for values, weight, day, agent in zip(
        numbers.T, weights, rng.integers(0, 84, count), rng.integers(0, agents, count), strict=True
    ):
        at = FIRST + timedelta(days=int(day))
        of_call: dict[str, float | None] = {
            measure.name: float(values[place % 4]) for place, measure in enumerate(MEASURES)
        }
        of_call[CHANGED] = float(values[0]) * (0.5 if halved and at >= CHANGE_AT else 1.0)
        yield OneCall(f"Agent {agent}", at, CallNumbers(float(weight) * 2, float(weight), of_call, (), (), 0, {}, {}))


def report(*own: OneCall) -> TeamFacts:
    return of_calls(own, "Calls of the team", change_at=CHANGE_AT)


def test_of_calls_drawn_at_random_no_change_is_named() -> None:
    named = [report(*made(120, seed)).standing for seed in range(4)]
    assert named == [()] * 4
    facts = report(*made(120, 3))
    told = list(in_short(facts))
    assert told[-1] == "No measure differs from 16 February 2026 on by more than chance."
    assert "within chance" in "\n".join(text.team(facts))


def test_half_as_many_prompts_are_named_with_their_range() -> None:
    facts = report(*made(240, 3, halved=True))
    assert ("change", CHANGED) in [(one.what, one.name) for one in facts.standing]
    (told,) = [
        sentence for sentence in in_short(facts) if sentence.startswith("Since 16 February 2026: prompts due down")
    ]
    assert re.search(r" by \d\.\d in 10 min \(95 % range \d\.\d to \d\.\d\)\.$", told)


def test_what_changes_week_by_week_is_named_where_no_periods_are_compared() -> None:
    rising = [
        replace(
            call, numbers=replace(call.numbers, values={**call.numbers.values, CHANGED: (call.day - FIRST).days / 7})
        )
        for call in made(120, 3)
    ]
    facts = of_calls(rising, "Calls of the team")
    assert "Week by week: prompts due up by 1.00 in 10 min (95 % range 1.00 to 1.00) a week." in list(in_short(facts))
    assert report(*rising).trends == {}
    (row,) = [row for row in trends(facts).rows if row[0] == "Prompts due"]
    assert row[2:] == ("120", "+1.00 (+1.00 to +1.00)", "more than chance")


def test_a_side_without_calls_is_said() -> None:
    facts = of_calls(made(60, 3), "Calls of the team", change_at=date(2025, 12, 1))
    assert "There are no calls before 1 December 2025 to compare with those from that day." in list(in_short(facts))
    assert "no calls" in "\n".join(text.team(facts))


def test_averages_weeks_and_agents_carry_their_number_and_range() -> None:
    facts = report(*made(240, 3))
    written = page.team(facts, "<svg></svg>", "<svg></svg>")
    assert len(re.findall(r"<td>\d+\.\d \(\d+\.\d–\d+\.\d\)</td>", written)) > 60
    assert [row.averages[CHANGED].calls for row in facts.agents] == [row.calls for row in facts.agents]
    assert "Differences between agents" in written
    for source in ("Efron and Tibshirani 1993", "Phipson and Smyth 2010", "Holm 1979", "Kish 1965", "scipy"):
        assert source in written


def test_a_call_of_a_minute_weighs_less_than_one_of_an_hour() -> None:
    def call(day: int, talk_s: float, prompts: float) -> OneCall:
        values: dict[str, float | None] = {measure.name: prompts for measure in MEASURES}
        return OneCall("A", FIRST + timedelta(days=day), CallNumbers(2 * talk_s, talk_s, values, (), (), 0, {}, {}))

    facts = of_calls([call(day, *of) for day in range(20) for of in ((1800.0, 1.0), (27.0, 11.0))], "Calls of A")
    assert facts.averages[CHANGED].value == pytest.approx(1.15, abs=0.01)
    assert facts.spreads[CHANGED].middle == 6.0


@pytest.mark.parametrize("recording", [True, False], ids=["recordings", "live calls"])
def test_prompts_that_nobody_saw_are_not_shown(recording: bool) -> None:  # noqa: FBT001 - a case of the test
    def call(day: int, after: Outcome) -> OneCall:
        prompts = (PromptNumbers("slow-down", not recording, after, "time"),)
        values: dict[str, float | None] = {measure.name: 1.0 for measure in MEASURES}
        numbers = CallNumbers(120.0, 60.0, values, prompts, (), 0, {}, {})
        return OneCall("A", FIRST + timedelta(days=day), numbers, recording=recording)

    facts = of_calls([call(day, "followed" if day % 2 else "no_change") for day in range(12)], "Calls of A")
    (prompt,) = facts.prompts
    counted = (prompt.shown, prompt.followed, prompt.unseen, prompt.effect.seen_pct, prompt.effect.unseen_pct)
    assert counted == ((0, 0, 12, None, 50.0) if recording else (12, 6, 0, 50.0, None))
    told = " ".join(in_short(facts))
    assert ("12 prompts would have come up" in told) is recording
    assert ("shown" not in told and "all recordings" in told) is recording


@pytest.mark.parametrize(("values", "digits"), [([0.0, 0.0], 0), ([0.0], 1), ([4.5, 4.5], 1), ([99.0, 100.0], 0)])
def test_the_axis_of_a_constant_measure_is_wide_enough_to_look_constant(values: list[float], digits: int) -> None:
    low, high = scale(values, digits)
    assert 0 <= low <= min(values) <= max(values) <= high
    assert high - low >= 10 ** (1 - digits) - 1e-9

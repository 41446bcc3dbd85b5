"""Before and since: how rarely a change is reported where there is none, and that a known one is covered."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from monitor.base.chance import Estimate
from monitor.call.coaching.agreed import Action
from monitor.follow_up.change import FEWEST, Change, change
from monitor.follow_up.follow_up_text import agreed, result
from monitor.follow_up.measures import MeasureError, Watched, watched
from monitor.follow_up.watch import AgreedAfter, FollowUp, OneCall, follow_up

DRAWS = 100
SINCE = date(2026, 3, 2)
ACTION = Action(
    "4f2a91",
    "Sam Porter",
    "Kim Lee",
    "Pause between sentences",
    "rate_after_complaints_pct",
    SINCE,
    date(2026, 3, 29),
    "2026-03-01T16:30:00+00:00",
)
AGREED = AgreedAfter("2026-03-01/093000-aaaaaa", ACTION)
LATER = date(2026, 4, 1)


def calls(values: list[float | None], first: date, name: str = "rate_after_complaints_pct") -> list[OneCall]:
    return [
        OneCall(f"{first + timedelta(days=place)}/093000-{place}", first + timedelta(days=place), {name: value})
        for place, value in enumerate(values)
    ]


def watch(before: list[float | None], since: list[float | None], today: date = LATER) -> FollowUp:
    return follow_up(AGREED, [*calls(before, SINCE - timedelta(weeks=6)), *calls(since, SINCE)], today)


def test_a_change_is_rarely_reported_where_there_is_none_and_a_known_one_is_covered() -> None:
    """With few draws; the part `coaching` of the bench has 1,000 of each kind."""
    rng = np.random.default_rng(1)
    nothing = [change(rng.normal(18, 8, 24), rng.normal(18, 8, 14)).difference for _ in range(DRAWS)]
    known = [change(rng.normal(18, 8, 24), rng.normal(6, 8, 14)).difference for _ in range(DRAWS // 2)]
    assert sum(one.beyond_chance for one in nothing) <= 0.07 * DRAWS
    assert sum(
        one.low is not None and one.high is not None and one.low <= -12 <= one.high for one in known
    ) >= 0.93 * len(known)
    assert sum(one.beyond_chance for one in known) >= 0.98 * len(known)


def test_the_interval_is_welchs() -> None:
    before, since = [float(value) for value in range(10)], [float(2 * value) for value in range(12)]
    found = change(before, since).difference
    assert (found.value, found.low, found.high) == pytest.approx((6.5, 1.6248, 11.3752), abs=1e-3)


def test_calls_that_do_not_vary_give_no_interval_unless_nothing_differs() -> None:
    assert change([0.0] * FEWEST, [0.0] * FEWEST).difference == Estimate(20, 0.0, 0.0, 0.0)
    assert change([2.0] * FEWEST, [0.0] * FEWEST).difference == Estimate(20)


def test_the_call_that_was_picked_is_on_neither_side() -> None:
    picked = OneCall(AGREED.call, SINCE - timedelta(days=1), {"rate_after_complaints_pct": 90.0})
    found = follow_up(AGREED, [picked, *calls([10.0], SINCE - timedelta(days=9))], LATER)
    assert found.change.before == (10.0,)


def test_a_call_without_the_measure_is_not_counted_and_days_bound_both_sides() -> None:
    days = [SINCE - timedelta(weeks=8, days=1), SINCE - timedelta(weeks=8), SINCE, ACTION.until, LATER]
    found = follow_up(AGREED, [call for day in days for call in calls([1.0], day)], LATER)
    assert (len(found.change.before), len(found.change.since)) == (1, 2)
    assert watch([None, 4.0], [None]).change == Change((4.0,), (), Estimate(1))


def test_a_closed_action_is_over_on_that_day() -> None:
    closed = AgreedAfter(AGREED.call, replace(ACTION, closed="2026-03-05T09:00:00+00:00"))
    found = follow_up(closed, calls([1.0] * 10, SINCE), date(2026, 3, 5))
    assert (found.until, found.over, len(found.change.since)) == (date(2026, 3, 5), True, 4)


def test_it_is_said_whether_chance_gives_as_much_and_only_once_it_is_over() -> None:
    before = [18.0 + place % 3 for place in range(20)]
    since = [6.0 + place % 3 for place in range(14)]
    assert list(result(watch(before, since))) == [
        "Rate in the 20 s after a complaint, over the usual: +19 % before, +7 % since (20 calls before, 14 since).",
        "Difference −12 points (95 % interval −13 to −11): more than chance.",
    ]
    assert list(result(watch(before, since, SINCE + timedelta(days=20))))[1] == (
        "Whether that is more than chance is judged once, after 29 March 2026."
    )
    assert list(result(watch(before, [18.0, 19.0, 20.0] * 4)))[1].endswith("within chance.")


def test_with_too_few_calls_it_is_said_how_many_more() -> None:
    ten = [18.0 + place % 3 for place in range(10)]
    assert list(result(watch(ten, [6.0, 7.0])))[1] == "That is too few calls to say: 8 more were needed."
    assert list(result(watch(ten, [6.0] * 9, SINCE)))[1].startswith("1 more call is needed. ")
    assert "10 are needed" in list(result(watch([1.0], ten)))[1]
    assert next(result(watch(ten, []))).startswith("No call since 2 March 2026 has this measure yet")


def test_an_action_in_a_sentence_names_what_is_known() -> None:
    assert agreed(ACTION) == ("Pause between sentences: agreed with Kim Lee, from 2 March 2026 until 29 March 2026.")
    assert agreed(replace(ACTION, behaviour="", coach="")) == (
        "An action: agreed, from 2 March 2026 until 29 March 2026."
    )


def test_a_measure_is_one_of_the_list_or_counts_a_rule_or_what_is_said() -> None:
    assert watched("patience_s").unit == "s"
    assert watched("rule:slow-down", ["slow-down"]) == Watched("rule:slow-down", "flags of “slow-down”", "in 10 min", 1)
    assert watched("said:paraphrase", items=["paraphrase"]).title == "times of “paraphrase”"
    for name in ("patience", "rule:slow-dwon", "rule:", "said:slow-down"):
        with pytest.raises(MeasureError, match=f"^No measure is named {name}"):
            watched(name, ["slow-down"], ["paraphrase"])

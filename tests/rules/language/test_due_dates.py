from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.language.due_dates import Due, find, resolve
from rules.language.tokens import as_said, tokens
from rules.model import Noticed
from rules.promises import Entry, ledger
from tests.made_rules import spoken

WEDNESDAY = datetime(2026, 3, 4, 14, 30)  # noqa: DTZ001 # calls are dated by the clock on the wall


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("I will call you tomorrow by five.", "tomorrow by five"),
        ("I'll call you back tomorrow morning at ten, okay?", "tomorrow morning at ten"),
        ("You will have it by Friday.", "by Friday"),
        ("We'll email you within 24 hours.", "within 24 hours"),
        ("I'll have it sent in the next two business days.", "in the next two business days"),
        ("I will ring you by 5 p.m. today.", "by 5 p.m today"),
        ("I'll let you know on Monday morning.", "on Monday morning"),
        ("It ships next week.", "next week"),
        ("I'll do it by the end of the day.", "by the end of the day"),
        ("Expect it in three to five working days.", "in three to five working days"),
        ("We will write on March 3rd.", "on March 3rd"),
        ("I'll call you first thing tomorrow.", "first thing tomorrow"),
        ("I will send you two forms.", ""),
        ("I will do that for you.", ""),
        ("I'll refund you by five percent.", ""),
        ("I can see that at one glance.", ""),
    ],
)
def test_the_words_that_say_when(said: str, due: str) -> None:
    words = tokens(spoken("agent", 0.0, said).words)
    assert as_said(words[find(words)]) == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("today", Due(date(2026, 3, 4))),
        ("by the end of the day", Due(date(2026, 3, 4))),
        ("tomorrow", Due(date(2026, 3, 5))),
        ("tomorrow by five", Due(date(2026, 3, 5), time(17))),
        ("tomorrow morning at ten", Due(date(2026, 3, 5), time(10))),
        ("by 5 p.m. today", Due(date(2026, 3, 4), time(17))),
        ("by five", Due(date(2026, 3, 4), time(17))),
        ("the day after tomorrow", Due(date(2026, 3, 6))),
        ("by Friday", Due(date(2026, 3, 6))),
        ("on Monday morning", Due(date(2026, 3, 9))),
        ("next Monday", Due(date(2026, 3, 9))),
        ("within 24 hours", Due(date(2026, 3, 5), time(14, 30))),
        ("in an hour", Due(date(2026, 3, 4), time(15, 30))),
        ("in two days", Due(date(2026, 3, 6))),
        ("in three to five working days", Due(date(2026, 3, 11))),
        ("in the next two business days", Due(date(2026, 3, 6))),
        ("in two weeks", Due(date(2026, 3, 18))),
        ("within a month", Due(date(2026, 4, 4))),
        ("this week", Due(date(2026, 3, 6))),
        ("next week", Due(date(2026, 3, 13))),
        ("by the end of the month", Due(date(2026, 3, 31))),
        ("on March 10th", Due(date(2026, 3, 10))),
        ("on March 3rd", Due(date(2027, 3, 3))),
        ("the 31st", Due(date(2026, 3, 31))),
        ("the 2nd", Due(date(2026, 4, 2))),
    ],
)
def test_words_become_a_day(text: str, due: Due) -> None:
    assert resolve(text, WEDNESDAY) == due


@pytest.mark.parametrize("text", ["soon", "on Wednesday", "next Friday", "in a few days", "by two", ""])
def test_what_can_mean_several_days_stays_text(text: str) -> None:
    assert resolve(text, WEDNESDAY) is None


@given(st.text(max_size=30), st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_any_words_can_be_asked(text: str, said: datetime) -> None:
    due = resolve(text, said)
    assert due is None or due.day >= said.date()


@given(
    st.sampled_from(["today", "tomorrow", "by Friday", "in two days", "next week", "the 31st", "on February 29th"]),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
)
def test_no_promise_is_due_in_the_past(text: str, said: datetime) -> None:
    due = resolve(text, said)
    assert due is None or due.day >= said.date()


def test_the_ledger_lists_promises_with_their_days() -> None:
    noticed = [
        Noticed("follow-up", "agent", 90.0, 92.0, "I will email you next week", "next week"),
        Noticed("promise", "agent", 60.0, 62.0, "I will refund you"),
        Noticed("apology", "agent", 1.0, 2.0, "I am sorry"),
        Noticed("promise", "agent", 99.0, 99.5, "I will refund you"),
    ]
    assert ledger(noticed, WEDNESDAY) == [
        Entry("promise", 60.0, "I will refund you", "", None),
        Entry("follow-up", 90.0, "I will email you next week", "next week", Due(date(2026, 3, 13))),
    ]


def test_a_promise_to_be_in_touch_stands_once_as_a_follow_up() -> None:
    noticed = [
        Noticed("promise", "agent", 60.0, 63.0, "I will call you tomorrow", "tomorrow"),
        Noticed("follow-up", "agent", 60.3, 63.0, "will call you tomorrow", "tomorrow"),
    ]
    assert [(entry.item, entry.due) for entry in ledger(noticed, WEDNESDAY)] == [("follow-up", Due(date(2026, 3, 5)))]


def test_midnight_passes_within_a_call() -> None:
    noticed = [Noticed("promise", "agent", 3600.0, 3601.0, "I will call tomorrow", "tomorrow")]
    late = datetime(2026, 3, 4, 23, 30)  # noqa: DTZ001
    (entry,) = ledger(noticed, late)
    assert entry.due == Due(date(2026, 3, 6))

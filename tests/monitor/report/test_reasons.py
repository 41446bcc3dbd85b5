"""Why a flag was raised: the fact of its rule, and what decided, with numbers masked as in all that was said."""

import pytest

from monitor.report import tables
from monitor.report.facts import of_call
from monitor.report.stored_call import kept
from monitor.report.titles import shipped
from rules.model import Firing
from tests.report_calls import INFO


def test_a_flag_says_which_words_decided_and_no_card_number_among_them() -> None:
    card = "four one one one one one one one one one one one one one one one"
    found = Firing("x", "agent", 5.0, None, None, None, "note", "x", ("it flips …",), because=("flips back", card))
    (row,) = tables.flags(of_call(kept("a/b", INFO, [found]))).rows
    assert row[3].startswith("“it flips …”, because of “flips back”, “")
    assert "one one" not in row[3]


@pytest.mark.parametrize(
    ("rule", "metric", "value", "words", "told"),
    [
        ("venting", "talked_s", 20.0, (), "Customer has talked for 20 s"),
        ("flat-pitch", "pitch_range_st", 1.1, (), "Almost one note for a minute (1.1 semitones)"),
        ("rephrase", "", None, ("calm down",), "The agent said: “calm down”"),
    ],
)
def test_evidence_is_the_fact_of_the_rule_told_of_the_agent(
    rule: str, metric: str, value: float | None, words: tuple[str, ...], told: str
) -> None:
    fired = Firing(rule, "agent", 5.0, value, None, 1.5, "note", "x", words, metric=metric)
    assert tables.flags(of_call(kept("a/b", INFO, [fired]), shipped())).rows[0][3] == told

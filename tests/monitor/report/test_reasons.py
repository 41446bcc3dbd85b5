"""A flag that a classifier raised shows what decided, with numbers masked as in all that was said."""

from monitor.report import tables
from monitor.report.facts import of_call
from monitor.report.stored_call import kept
from rules.model import Firing
from tests.report_calls import INFO


def test_a_flag_says_which_words_decided_and_no_card_number_among_them() -> None:
    card = "four one one one one one one one one one one one one one one one"
    found = Firing("x", "agent", 5.0, None, None, None, "note", "x", ("it flips …",), because=("flips back", card))
    (row,) = tables.flags(of_call(kept("a/b", INFO, [found]))).rows
    assert row[3].startswith("“it flips …”, because of “flips back”, “")
    assert "one one" not in row[3]

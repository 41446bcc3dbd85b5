"""Numbers in words, as page and terminal have them."""

import pytest

from monitor.report.wording import number, over, unbroken


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("–", number(None)),
        ("−3.2 dB", number(-3.2, 1, "dB")),
        ("0.0 dB", over(-0.04, "dB")),
        ("+2 %", over(2.4, "%", 0)),
    ],
)
def test_numbers_are_written_as_people_read_them(written: str, value: str) -> None:
    assert written == value


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    assert unbroken("62 % in 10 s, 8 dB, 3 silences") == "62\xa0% in 10\xa0s, 8\xa0dB, 3 silences"

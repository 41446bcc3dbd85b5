from datetime import UTC, datetime, timedelta

import pytest

from monitor.base.start_time import read_started
from monitor.call.consent import Consent
from monitor.recordings.known import Known, field_name, from_fields, merged


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-01T09:30:15+01:00", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        ("2026-03-01T08:30:15Z", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        ("1772353815", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        ("1772353815000", datetime(2026, 3, 1, 8, 30, 15, tzinfo=UTC)),
        (" 2026-03-01 09:30 ", datetime(2026, 3, 1, 9, 30).astimezone()),
        ("2026-03-01", datetime(2026, 3, 1).astimezone()),
        ("20260301T093015", datetime(2026, 3, 1, 9, 30, 15).astimezone()),
    ],
)
def test_a_start_is_read_as_written_and_without_an_offset_in_the_zone_of_this_machine(
    written: str, read: datetime
) -> None:
    started = read_started(written)
    assert started == read
    assert started.tzinfo


def test_a_start_keeps_the_offset_that_it_has() -> None:
    assert read_started("2026-03-01T00:30:00+09:00").utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("yesterday", "is not a date and time"),
        ("03/04/2026", "is not a date and time"),
        ("2026-02-30T10:00", "is not a date and time"),
        ("2026-03-01T09:30+25:00", "is not a date and time"),
        ("1904-01-01T00:00:00Z", "before 1970"),
        ("0001-01-01", "is not a date and time|before 1970"),
        ("9999-01-01T00:00:00Z", "in the future"),
    ],
)
def test_what_is_no_start_of_a_call_is_refused_in_a_sentence(written: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_started(written)


def test_fields_are_read_by_the_names_of_options_and_columns() -> None:
    written = {
        "Agent-Name": "Sam",
        "customer id": " C4 ",
        "Consent": "Given",
        "consent_method": "spoken",
        "consent_at": "2026-03-01T08:00:00Z",
        "agent_channel": "Right",
        "attribute.queue": "billing",
        "Attribute.Team": "",
    }
    known = from_fields({field_name(name): value for name, value in written.items()})
    assert (known.agent, known.customer, known.agent_channel) == ("Sam", "C4", "right")
    assert known.consent == Consent("given", "2026-03-01T08:00:00+00:00", "spoken")
    assert known.attributes == {"queue": "billing"}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"agent": "a\nb"}, "agent: .* one line of at most 256"),
        ({"customer": "c" * 257}, "customer: "),
        ({"consent": "maybe"}, "consent: maybe is not an answer"),
        ({"consent_method": "spoken"}, "consent is missing"),
        ({"consent": "given", "consent_at": "noon"}, "consent_at: "),
        ({"agent_channel": "up"}, "agent_channel: up is not a channel"),
        ({"started": "noon"}, 'started: "noon" is not'),
        ({"attribute.a b": "x"}, "attribute: .* letters, digits"),
        ({f"attribute.a{number}": "x" for number in range(33)}, "33 attributes"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_its_field(fields: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        from_fields(fields)


def test_what_stands_first_counts_and_attributes_come_together() -> None:
    first = Known(agent="Sam", attributes={"queue": "a"})
    second = Known(agent="Alex", customer="C1", attributes={"queue": "b", "team": "c"})
    known = merged([first, second])
    assert (known.agent, known.customer) == ("Sam", "C1")
    assert known.attributes == {"queue": "a", "team": "c"}

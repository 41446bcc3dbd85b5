from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.recordings.errors import MetadataError
from monitor.recordings.known import Known
from monitor.recordings.names import Vendor, name_pattern, not_found, vendors

EXAMPLES = [(vendor, example) for vendor in vendors().values() for example in vendor.examples]


@pytest.mark.parametrize(
    ("vendor", "example"), EXAMPLES, ids=[f"{one.pattern.name}-{e['file']}" for one, e in EXAMPLES]
)
def test_each_vendors_example_is_read_as_it_says(vendor: Vendor, example: Mapping[str, Any]) -> None:
    started = datetime.fromisoformat(example["started"])
    assert vendor.pattern.read(Path(example["file"])) == Known(
        agent=example.get("agent", ""),
        customer=example.get("customer", ""),
        started=started if started.tzinfo else started.astimezone(),
        attributes=example.get("attributes", {}),
        agent_channel=example.get("agent_channel"),
    )


def test_every_vendor_has_a_public_source_and_an_example_and_no_other_pattern_is_shipped() -> None:
    assert all(vendor.source.startswith("https://") and vendor.examples for vendor in vendors().values())
    listed = " ".join([*(vendor.vendor for vendor in vendors().values()), *not_found()])
    for wanted in (
        "FreePBX",
        "MixMonitor",
        "Monitor:",
        "Genesys",
        "Amazon Connect",
        "3CX",
        "Zoom",
        "RingCentral",
        "NICE",
        "AWS",
    ):
        assert wanted in listed


def test_a_name_that_is_built_otherwise_says_nothing() -> None:
    assert name_pattern("freepbx").read(Path("holiday.wav")) is None


def test_a_pattern_of_ones_own_names_fields_attributes_and_parts_of_the_time() -> None:
    pattern = name_pattern(r"(?P<agent>\w+)_(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)_(?P<time>\d{4})_(?P<queue>\w+)")
    assert pattern.read(Path("x/Sam_260301_0930_billing.mp3")) == Known(
        agent="Sam", started=datetime(2026, 3, 1, 9, 30).astimezone(), attributes={"queue": "billing"}
    )


def test_a_pattern_with_a_slash_is_looked_for_in_the_whole_path() -> None:
    found = name_pattern(r"(?P<agent>[a-z]+)/(?P<date>\d{4}-\d\d-\d\d)/").read(Path("/rec/sam/2026-03-01/7.wav"))
    assert found == Known(agent="sam", started=datetime(2026, 3, 1).astimezone())


def test_the_name_of_one_side_of_a_call_is_read_without_the_side() -> None:
    found = name_pattern(r"^(?P<customer>\d+)-(?P<date>\d{8})\.wav$").read(Path("4711-20260301-in.wav"))
    assert found
    assert found.customer == "4711"


def test_a_date_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-13-45-9-30-15 is not a date"):
        name_pattern("asterisk-queue").read(Path("20261345-093015-1772353815.42.wav"))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("freepxb", 'did you mean "freepbx"'),
        ("(?P<agent", "is not a regular expression"),
        (r"\d+.wav", "has no named group"),
    ],
)
def test_what_is_no_pattern_is_refused_in_a_sentence(written: str, why: str) -> None:
    with pytest.raises(MetadataError, match=why):
        name_pattern(written)

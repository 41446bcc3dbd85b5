"""Calls are found in parts without reading them again for each."""

from pathlib import Path

from monitor.archive.packed_calls import DIGITS, may_hold
from monitor.archive.packing import compact
from tests.monitor.archive.made_rows import call_id, filled


def test_every_call_of_a_part_is_found_and_no_other(tmp_path: Path) -> None:
    lake = filled(tmp_path, calls=2)  # both in March
    compact(lake)
    (part,) = lake.packed()
    assert all(may_hold(part, call_id(lake, f"call {number}")) for number in range(2))
    assert not may_hold(part, call_id(lake, "call 2"))


def test_a_call_that_only_looks_like_one_of_a_part_has_no_row(tmp_path: Path) -> None:
    lake = filled(tmp_path, calls=1)
    compact(lake)
    alike = call_id(lake, "call 0")[:DIGITS] + "00000000"
    assert may_hold(lake.packed()[0], alike)
    assert lake.row(alike) is None

"""docs/faults.md names a test for every fault, and every test of a fault is named."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "faults.md").read_text("utf-8")
ROWS = [line for line in DOC.splitlines() if line.startswith("| ") and not line.startswith("| Fault")]


def test_every_row_says_what_is_seen_what_is_kept_and_which_test_shows_it() -> None:
    assert len(ROWS) > 15
    for row in ROWS:
        *said, test = (cell.strip() for cell in row.strip("|").split("|"))
        assert len(said) == 3
        assert all(said), row
        named = re.fullmatch(r"\[(\w+)\]\(\.\./(tests/(?:\w+/)+(\w+)\.py)\)", test)
        assert named, row
        assert named[1] == named[3]
        assert "def test_" in (ROOT / named[2]).read_text("utf-8")


def test_every_test_of_a_fault_has_a_row_and_says_what_happens() -> None:
    for path in (ROOT / "tests" / "faults").glob("test_*.py"):
        assert f"[{path.stem}](" in DOC, path.stem
        assert path.read_text("utf-8").startswith('"""'), path.stem

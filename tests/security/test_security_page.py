"""SECURITY.md names modules and tests that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`((?:audio|audit|docs|fuzz|monitor|rules|tests)/[^`]+)`", PAGE)))


@pytest.mark.parametrize("named", NAMED)
def test_what_the_page_names_is_there(named: str) -> None:
    path, _, test = named.partition("::")
    assert (ROOT / path).exists()
    if test:
        assert re.search(rf"^(async )?def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)


def test_every_measure_names_a_module_and_a_test() -> None:
    done = PAGE.partition("## What is done")[2].partition("## What is not done")[0]
    rows = [line for line in done.splitlines() if line.startswith("| ") and not line.startswith("| what |")]
    assert len(rows) > 20
    for row in rows:
        _, _, where, shown, _ = re.split(r"(?<!\\)\|", row)
        assert re.search(r"`[^`]+\.(py|md)`", where), row
        assert "`tests/" in shown, row


def test_every_test_of_this_folder_has_its_place_on_the_page() -> None:
    modules = {path.name for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}
    assert {name for name in modules if name in PAGE} == modules

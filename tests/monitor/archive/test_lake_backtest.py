"""`rules try --lake`: other rules on the logs of a lake."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.archive.lake_backtest import logged_calls
from monitor.archive.packing import compact
from monitor.cli import main
from tests.monitor.archive.made_rows import filled, row


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "team.toml"
    path.write_text('[lower-volume]\nextends = "lower-volume"\ntitle = "Softer"\n', "utf-8")
    return path


def tried(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["rules", "try", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_every_call_is_judged_once_wherever_its_row_is(tmp_path: Path, rules: Path) -> None:
    lake = filled(tmp_path / "lake")
    first = tried(rules, "--lake", lake.folder)
    assert first[0] == 0
    assert first[1].startswith("6 calls, 0.2 hours of sound.\n")
    assert "slow-down" in first[1]
    compact(lake)
    assert tried(rules, "--lake", lake.folder) == first
    lake.put(row(lake, "call 1", 1))
    assert tried(rules, "--lake", lake.folder) == first


def test_rules_that_read_words_are_left_out(tmp_path: Path, rules: Path) -> None:
    lake = filled(tmp_path / "lake", calls=1)
    lake.put(row(lake, "call 0", model="tiny.en"))
    found = json.loads(tried(rules, "--lake", lake.folder, "--json")[1])
    assert (found["calls"], found["wordless"]) == (1, 1)


def test_only_calls_from_a_day_on_are_judged(tmp_path: Path) -> None:
    lake = filled(tmp_path)
    compact(lake)
    assert len(list(logged_calls(lake, date(2026, 4, 2)))) == 3


def test_calls_and_a_lake_together_are_refused(tmp_path: Path, rules: Path) -> None:
    code, _, err = tried(rules, tmp_path, "--lake", tmp_path)
    assert code == 2
    assert "Give calls, or --lake DIR." in err

"""A back-test over many calls: `rules try --jobs --summary --table`."""

import csv
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest
from click.testing import CliRunner

from audio.values import ToneSample
from monitor.call.info import read_info, write_info
from monitor.cli import main
from monitor.rule_tools.backtest_figures import ALL, MOST_GROUPS, BacktestTotals
from monitor.rule_tools.backtest_run import CallTried, RuleCounts, in_order
from tests.made_calls import START, info, make, prompted

OFF = "".join(f'[{rule}]\nextends = "{rule}"\nenabled = false\n' for rule in ("lower-volume", "lower-volume-strong"))
LOUD_S = 3.0


def loud() -> Iterator[ToneSample]:
    """Three seconds of a raised voice, after those that every made call has."""
    for step in range(20, 20 + int(LOUD_S * 10)):
        yield ToneSample("agent", step / 10, (step + 1) / 10, speaking=True, level_over_baseline_db=11.0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Six calls: in each, the agent raises his voice, and was prompted."""
    calls = tmp_path / "calls"
    for number in range(6):
        about = info(START + timedelta(days=number), f"Agent {number % 2}")
        make(calls, [*loud(), *prompted("lower-volume-strong", 2.5)], about, name=f"aaaaa{number}")
    return calls


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "team.toml"
    path.write_text(OFF, "utf-8")
    return path


def tried(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["rules", "try", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.slow
def test_two_jobs_print_what_one_does(root: Path, rules: Path) -> None:
    assert tried(rules, root, "--jobs", 2) == tried(rules, root)


def test_the_summary_tells_each_rule_before_and_after_with_a_range(root: Path, rules: Path) -> None:
    code, out, _ = tried(rules, root, "--summary", "--json")
    found = json.loads(out)
    everything, strong = found["rules"]
    assert (code, found["calls"], everything["rule"], strong["rule"]) == (0, 6, ALL, "lower-volume-strong")
    assert strong["counts"] == {"before": 6, "after": 0, "same": 0}
    assert strong["difference"]["value"] == pytest.approx(-5.0)  # a prompt in each call of two minutes


def test_a_call_that_cannot_be_read_is_reported_and_the_others_are_judged(root: Path, rules: Path) -> None:
    (root / "2026-03-03" / "093015-aaaaa1" / "events.jsonl").unlink()
    code, out, err = tried(rules, root, "--summary")
    assert code == 1
    assert out.startswith("5 calls, ")
    assert err.count("\n") == 1
    assert "093015-aaaaa1" in err


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_table_has_a_row_for_each_call_and_rule(root: Path, rules: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tried.{suffix}"
    assert tried(rules, root, "--summary", "--table", path)[0] == 0
    rows = duckdb.sql(f"SELECT call, rule, before, after, same FROM '{path}' ORDER BY call").fetchall()  # noqa: S608
    assert len(rows) == 6
    assert rows[0] == ("2026-03-02/093015-aaaaa0", "lower-volume-strong", 1, 0, 0)


def test_a_table_of_another_kind_is_a_sentence_and_nothing_is_written(root: Path, rules: Path, tmp_path: Path) -> None:
    code, _, err = tried(rules, root, "--table", tmp_path / "tried.xls")
    assert (code, err) == (1, f"{tmp_path}/tried.xls is no table. Choose a file that ends in .csv or .parquet.\n")
    assert not list(tmp_path.glob("tried*"))


def test_rules_that_read_words_are_left_out_where_the_words_are_deleted(root: Path, rules: Path) -> None:
    folder = make(root, prompted("escalate-request", 30.0), replace(info(START), words_deleted="2026-06-01"))
    assert read_info(folder).words_deleted
    code, out, _ = tried(rules, folder, "--summary")
    assert code == 0
    assert "The words of 1 are deleted" in out
    assert "escalate-request" not in out
    write_info(folder, replace(read_info(folder), words_deleted=""))
    assert "escalate-request" in tried(rules, folder, "--summary")[1]


def test_no_difference_is_never_beyond_chance() -> None:
    totals = made(np.random.default_rng(1).integers(0, 3, 200), calls=200, agents=20)
    assert not totals.figures()[0].difference.beyond_chance


def test_many_calls_are_drawn_in_groups_with_the_range_of_single_calls() -> None:
    calls = 3 * MOST_GROUPS
    prompts = np.random.default_rng(2).integers(0, 3, calls)
    (figures, *_) = made(prompts, calls=calls, agents=2).figures()
    expected = 10 / 3 * prompts.mean()
    error = 10 / 3 * prompts.std() / calls**0.5
    assert figures.before.value == pytest.approx(expected)
    assert figures.before.low == pytest.approx(expected - 1.96 * error, abs=0.35 * error)
    assert figures.before.high == pytest.approx(expected + 1.96 * error, abs=0.35 * error)
    assert figures.before.calls == calls


def made(prompts: "np.ndarray[tuple[int], np.dtype[np.int64]]", *, calls: int, agents: int) -> BacktestTotals:
    """Calls of three minutes in which nothing changes."""
    totals = BacktestTotals()
    for call in range(calls):
        own = int(prompts[call])
        totals.add(CallTried(str(call), str(call % agents), 180.0, {"rule": RuleCounts(own, own, own)}))
    return totals


def judged_or_killed(call: str) -> CallTried:
    if call == "poison":
        os.kill(os.getpid(), signal.SIGKILL)
    return CallTried(call)


@pytest.mark.slow
def test_a_call_that_kills_its_process_is_reported_and_the_others_are_judged_in_order() -> None:
    calls = ["a", "poison", "b", "c"]
    found = list(in_order(judged_or_killed, calls, str, 2))
    assert [one.call for one in found] == calls
    assert [one.sentence for one in found if one.sentence] == [
        "Can't judge poison again: its process died twice (SIGKILL). Leave it out, or use fewer --jobs."
    ]


def test_csv_is_read_by_other_programs(root: Path, rules: Path, tmp_path: Path) -> None:
    tried(rules, root, "--table", tmp_path / "tried.csv")
    with (tmp_path / "tried.csv").open(encoding="utf-8", newline="") as file:
        assert [row["before"] for row in csv.DictReader(file)] == ["1"] * 6

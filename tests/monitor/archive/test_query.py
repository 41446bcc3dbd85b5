"""Questions to the lake."""

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from monitor.archive import query as queries
from monitor.archive.columns import NESTED
from monitor.archive.errors import LakeError
from monitor.archive.key import pseudonym
from monitor.archive.lake import Lake
from monitor.archive.packing import compact
from monitor.archive.query import About, ask
from monitor.archive.questions import QUESTIONS
from monitor.cli import main
from tests.monitor.archive.made_rows import filled, row

ABOUT = About(agent="Sam Porter", month="2026-03", rules="ab")


def asked(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["lake", "query", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_ready_questions_are_answered_from_single_files_parts_and_both(tmp_path: Path) -> None:
    lake = filled(tmp_path)
    expected = {name: ask(lake, question.sql, ABOUT) for name, question in QUESTIONS.items()}
    assert all(answer.rows for answer in expected.values())
    compact(lake)
    assert {name: ask(lake, question.sql, ABOUT) for name, question in QUESTIONS.items()} == expected
    lake.put(row(lake, "call 1", 1))
    assert {name: ask(lake, question.sql, ABOUT) for name, question in QUESTIONS.items()} == expected


def test_an_empty_lake_answers_without_rows(tmp_path: Path) -> None:
    assert [ask(Lake(tmp_path), question.sql, ABOUT).rows for question in QUESTIONS.values()] == [[]] * len(QUESTIONS)


def test_figures_are_those_of_the_calls(tmp_path: Path) -> None:
    code, out, _ = asked("weeks", "--lake", filled(tmp_path).folder, "--json")
    (week,) = json.loads(out)
    assert code == 0
    assert (week["week"], week["calls"], week["agent_rate_sps"]) == ("2026-03-30", 6, 6.5)
    assert (week["prompts_per_10_min"], week["followed_pct"]) == (5.0, 50.0)


def test_an_agent_is_found_by_name_and_by_pseudonym(tmp_path: Path) -> None:
    lake = filled(tmp_path)
    by_name, by_pseudonym = (
        asked("agent", "--agent", agent, "--month", "2026-03", "--lake", tmp_path)
        for agent in ("Sam Porter", pseudonym(lake.secret, "Sam Porter"))
    )
    assert by_name == by_pseudonym
    assert "2026-03-31" in by_name[1]


def test_sql_sees_every_table(tmp_path: Path) -> None:
    lake = filled(tmp_path)
    rows = {table: len(ask(lake, f'FROM "{table}"').rows) for table in ("calls", *NESTED)}
    assert rows == dict.fromkeys(NESTED, 0) | {"calls": 6, "outcomes": 6, "flags": 6}


def test_csv_has_a_heading_and_leaves_out_what_is_unknown(tmp_path: Path) -> None:
    out = asked("SELECT day, customer FROM calls ORDER BY day LIMIT 1", "--lake", filled(tmp_path).folder, "--csv")[1]
    assert list(csv.reader(io.StringIO(out))) == [["day", "customer"], ["2026-03-30", ""]]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}')",
        "COPY calls TO '{outside}'",
        "ATTACH '{outside}'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_a_question_reads_the_lake_and_writes_nowhere(tmp_path: Path, sql: str) -> None:
    lake = filled(tmp_path / "lake", calls=1)
    outside = tmp_path / "outside.csv"
    outside.write_text("secret\n", encoding="utf-8")
    with pytest.raises(LakeError, match=r"DuckDB can't answer this|This is not one SELECT"):
        ask(lake, sql.format(outside=outside))
    assert outside.read_text(encoding="utf-8") == "secret\n"


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{row}' (FORMAT parquet)",
        "WITH written AS (COPY (SELECT 1) TO '{row}' (FORMAT parquet)) SELECT 1",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{row}' (FORMAT parquet)",
        "SELECT 1; COPY (SELECT 1) TO '{row}' (FORMAT parquet)",
        "SELECT 1) WHERE 1 IN (SELECT 1",
        "ATTACH '{row}.db' AS other",
        "-- nothing",
    ],
)
def test_a_question_changes_nothing_in_the_lake_either(tmp_path: Path, sql: str) -> None:
    lake = filled(tmp_path, calls=1)
    (row_of_call,) = lake.calls.glob("??/*.parquet")
    before = row_of_call.read_bytes()
    with pytest.raises(LakeError):
        ask(lake, sql.format(row=row_of_call))
    assert row_of_call.read_bytes() == before
    assert list(lake.calls.glob("??/*")) == [row_of_call]


@pytest.mark.parametrize("sql", ["SELECT 1 AS one;", "FROM (SELECT 1 AS one)", "WITH x AS (SELECT 1 AS one) FROM x"])
def test_one_question_may_be_written_in_any_way_that_only_reads(tmp_path: Path, sql: str) -> None:
    assert ask(filled(tmp_path, calls=1), sql).rows == [(1,)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["monthly"], 'There is no question "monthly". Choose from weeks, agents'),
        (["agent", "--agent", "Sam", "--month", "March"], '"March" is no month. Write it as 2026-03.'),
        (["agent", "--month", "2026-03"], "The question agent needs --agent."),
        (["SELECT nothing FROM calls"], "DuckDB can't answer this: "),
    ],
)
def test_a_wrong_question_is_a_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    code, _, err = asked(*arguments, "--lake", filled(tmp_path, calls=1).folder)
    assert code in {1, 2}
    assert sentence in err


def test_a_part_that_a_compaction_deletes_meanwhile_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = filled(tmp_path)
    connected = vars(queries)["_connected"]
    times = []

    def compacted_first(*arguments: object) -> object:
        times.append(1)
        found = connected(*arguments)  # type: ignore[arg-type]
        if len(times) == 1:
            found.__enter__()
            compact(lake)
            raise duckdb.IOException("No files found that match the pattern")
        return found

    monkeypatch.setattr(queries, "_connected", compacted_first)
    assert ask(lake, "SELECT count(*) FROM calls").rows == [(6,)]
    assert len(times) == 2


def test_without_a_question_the_ready_ones_are_listed(tmp_path: Path) -> None:
    code, out, _ = asked("--lake", filled(tmp_path, calls=1).folder)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(QUESTIONS)

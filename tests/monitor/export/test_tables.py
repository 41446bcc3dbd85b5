"""The tables of an export, read by programs that had no part in writing them: polars, duckdb, pyarrow and csv."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from audio.values import Utterance, Word
from monitor.access import entries
from monitor.access.entries import Access
from monitor.call import hold, marks
from monitor.call.coaching.agreed import ActionAgreed
from monitor.call.consent import Consent
from monitor.call.events import CallEvent, Mark
from monitor.call.hold import Hold
from monitor.call.scorecard import card_files
from monitor.cli import main
from monitor.commands import export as command
from monitor.export.tables.all_tables import IDENTITY, SHORT, TABLES, columns
from monitor.export.tables.column import UNITS
from monitor.pipeline.metrics import BY_NAME
from rules.load import load
from tests.monitor.scorecards.made_cards import card
from tests.report_calls import INFO, events, folder

STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=1)))
ABOUT = replace(
    INFO,
    started=STARTED,
    kind="recording",
    agent="Jörg Weiß",
    customer="=2+3",
    attributes={"queue": "billing", "contacts_30d": "3"},
    consent=Consent("given", "2026-03-02T09:30:00+01:00", "spoken"),
)
SAID: list[CallEvent] = [
    *events(),
    Utterance("customer", 63.0, 64.0, (Word(63.0, 63.5, "+1", 0.9), Word(63.5, 64.0, "again", 0.9)), 64.5),
]
AFTERWARDS = (
    Mark(31.0, "dismiss", "by mistake", "Sue", "2026-03-03T08:02:00+00:00"),
    Mark(0.0, "tag", "router", "Sue", "2026-03-03T08:02:00+00:00"),
    Mark(0.0, "reviewed", "", "Sue", "2026-03-03T08:03:00+00:00"),
)
AGREED = ActionAgreed(
    *("4f2a91", "Jörg Weiß", "Sue", "Pause between sentences", "fast_per_10_min"),
    *(date(2026, 3, 3), date(2026, 3, 29), "2026-03-03T08:10:00+00:00"),
)
NO_UNIT = {"value", "baseline", "limit", "weight"}
"""Numbers whose unit is that of the rule's metric, and shares of a score."""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("calls")
    call = folder(root, info=ABOUT, said=SAID)
    for mark in AFTERWARDS:
        marks.add(call, mark)
    entries.add(call, Access("played", "=Kim", "2026-03-03T09:00:00+01:00", 1.0, 2.5))
    marks.add_action(call, AGREED)
    card_files.save(call, card("Sue", "no", None, note="not hers", noted_s=3.0))
    to = root / "tables"
    own = root / "config.toml"
    own.write_text(f'[agent]\nname = "{ABOUT.agent}"\n')  # whose export is no access to be noted
    for kind in ("csv", "parquet"):
        arguments = ["export", str(call), "--to", kind, "-o", str(to)]
        done = CliRunner(env={"TONE_MONITOR_CONFIG": str(own)}).invoke(main, arguments)
        assert done.exit_code == 0, done.output
        assert len(done.stdout.splitlines()) == len(TABLES)
    return to


def written(tables: Path, name: str) -> list[dict[str, str]]:
    with (tables / f"{name}.csv").open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_a_hold_is_in_the_calls(tmp_path: Path) -> None:
    call = folder(tmp_path, info=ABOUT, said=[])
    to = tmp_path / "tables"
    CliRunner().invoke(main, ["export", str(call), "--to", "csv", "-o", str(to)])
    (row,) = written(to, "calls")
    assert (row["hold_until"], row["hold_reason"], row["hold_by"]) == ("", "", "")
    hold.put(call, Hold(date(2999, 1, 2), "complaint 4711", "Sue", "2026-03-03T08:02:00+00:00"))
    for kind in ("csv", "parquet"):
        CliRunner().invoke(main, ["export", str(call), "--to", kind, "-o", str(to)])
    (row,) = written(to, "calls")
    assert (row["hold_until"], row["hold_reason"], row["hold_by"]) == ("2999-01-02", "complaint 4711", "Sue")
    assert pl.read_parquet(to / "calls.parquet")["hold_until"].to_list() == [date(2999, 1, 2)]


def rows(tables: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(tables / f"{name}.parquet").to_pylist()
    return found


@pytest.mark.parametrize("name", TABLES)
def test_csv_and_parquet_hold_the_same(tables: Path, name: str) -> None:
    assert rows(tables, name), "the call has everything"
    shown = [{key: _cell(value) for key, value in row.items()} for row in rows(tables, name)]
    assert [{key: _instant(cell) for key, cell in row.items()} for row in written(tables, name)] == shown


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(int(value))
        case str() if value.startswith(("=", "+")):
            return f"'{value}"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case _:
            return str(value)


def _instant(cell: str) -> str:
    return datetime.fromisoformat(cell).astimezone(UTC).isoformat() if re.match(r"\d{4}-\d\d-\d\dT", cell) else cell


@pytest.mark.parametrize("name", TABLES)
def test_polars_reads_both(tables: Path, name: str) -> None:
    one, other = pl.read_parquet(tables / f"{name}.parquet"), pl.read_csv(tables / f"{name}.csv")
    assert one.columns == other.columns == [column.name for column in columns(name)], "no mark stuck to the first name"
    assert one.height == other.height == len(rows(tables, name))


def test_times_are_times_to_polars_and_duckdb(tables: Path) -> None:
    (call,) = pl.read_parquet(tables / "calls.parquet").to_dicts()
    assert (call["started"], call["utc_offset_min"], call["day"]) == (STARTED, 60, date(2026, 3, 2))
    assert call["consent_at"] == STARTED
    assert call["reviewed_at"] == datetime(2026, 3, 3, 8, 3, tzinfo=UTC)
    kinds = dict(duckdb.sql(f"select column_name, column_type from (describe '{tables}/calls.parquet')").fetchall())  # noqa: S608
    assert {kinds[name] for name in ("started", "consent_at", "reviewed_at")} == {"TIMESTAMP WITH TIME ZONE"}
    assert kinds["day"] == "DATE"


def test_flags_that_somebody_confirmed_are_counted_by_week(tables: Path) -> None:
    asked = f"""select date_trunc('week', started)::date, count(*) from '{tables}/flags.parquet'
        where verdict = 'confirm' and verdict_by = 'Sue' group by 1"""  # noqa: S608
    assert duckdb.sql(asked).fetchall() == [(date(2026, 3, 2), 1)]


def test_the_agents_bookmark_and_what_became_of_it_are_in_the_flags(tables: Path) -> None:
    found = [(row["at_s"], row["set_by"], row["rule"], row["verdict"]) for row in rows(tables, "flags")]
    assert found == [
        (31.0, "agent", None, "dismiss"),
        (42.0, "rule", "lower-volume", "confirm"),
        (60.0, "rule", "escalate-request", None),
        (78.0, "rule", "monologue", None),
    ]


def test_what_was_promised_has_its_day(tables: Path) -> None:
    found = [(row["text"], row["due_day"], row["due_at"]) for row in rows(tables, "promises")]
    assert found == [
        ("I will send it again", None, None),
        ("call you tomorrow by five", date(2026, 3, 3), datetime(2026, 3, 3, 16, tzinfo=UTC)),
    ]


def test_shares_are_per_cent(tables: Path) -> None:
    (call,) = rows(tables, "calls")
    assert call["agent_talk_share_pct"] + call["customer_talk_share_pct"] == pytest.approx(100.0)


@pytest.mark.parametrize("name", TABLES)
def test_each_table_says_whose_call_it_is(tables: Path, name: str) -> None:
    row = rows(tables, name)[0]
    assert row["call"] == "2026-03-02/093000-aaaaaa"
    if name not in SHORT:
        assert {column.name: row[column.name] for column in IDENTITY[1:]} == {
            "started": STARTED,
            "kind": "recording",
            "agent": "Jörg Weiß",
            "customer": "=2+3",
            "channels": "agent customer",
            "attributes": '{"queue":"billing","contacts_30d":"3"}',
        }


def test_the_files_begin_as_excel_wants_them(tables: Path) -> None:
    for path in tables.glob("*.csv"):
        assert path.read_bytes().startswith("\ufeffcall,".encode()), path.name


def test_only_what_people_said_is_guarded_from_spreadsheets(tables: Path) -> None:
    said = written(tables, "utterances")
    assert said[-1]["text"] == "'+1 again"
    assert said[-1]["customer"] == "'=2+3"
    assert rows(tables, "utterances")[-1]["text"] == "+1 again", "only CSV is opened by spreadsheets"
    levels = [row["level_dbfs"] for row in written(tables, "tone") if row["level_dbfs"]]
    assert all(level.startswith("-") for level in levels), "a negative number is a number"


def _facts() -> Iterator[str]:
    return (rule.fact for rule in load(metrics=BY_NAME).rules if rule.fact)


def test_no_shipped_fact_begins_like_a_formula() -> None:
    assert [fact for fact in _facts() if re.match(r"[=+@\t\r-]|\{[^}]*:\+", fact)] == []


@pytest.mark.parametrize("name", TABLES)
def test_the_schema_of_parquet_says_what_each_column_means(tables: Path, name: str) -> None:
    schema = pq.read_schema(tables / f"{name}.parquet")
    said = {field.name: field.metadata[b"description"].decode() for field in schema}
    assert said == {column.name: column.meaning for column in columns(name)}
    assert json.loads(schema.metadata[b"column_meanings"]) == said
    asked = f"select value from parquet_kv_metadata('{tables}/{name}.parquet') where key = 'column_meanings'"  # noqa: S608
    ((found,),) = duckdb.sql(asked).fetchall()
    assert json.loads(found) == said


def test_the_unit_of_a_number_ends_its_name() -> None:
    numbers = {column.name for name in TABLES for column in columns(name) if column.type in {"number", "integer"}}
    assert {name for name in numbers if not name.endswith(tuple(UNITS))} == NO_UNIT


def test_the_command_knows_every_table() -> None:
    assert tuple(TABLES) == command.TABLES


def test_the_dictionary_has_every_column_of_what_was_written(tables: Path) -> None:
    page = CliRunner().invoke(main, ["export", "--dictionary"]).stdout
    table = CliRunner().invoke(main, ["export", "--dictionary", "--to", "csv"]).stdout
    listed = [(row["table"], row["column"]) for row in csv.DictReader(io.StringIO(table))]
    for name in TABLES:
        found = pq.read_schema(tables / f"{name}.parquet").names
        assert [column for where, column in listed if where == name] == found
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == found[1 if name in SHORT else len(IDENTITY) :]


def test_the_query_on_the_page_gives_each_call_as_it_was_exported_last(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/exports.md").read_text("utf-8")
    (query,) = re.findall(r"```sql\n(.+?)```", page, re.DOTALL)
    call = folder(tmp_path / "calls", info=ABOUT, said=SAID)
    export = ["export", "--calls", str(tmp_path / "calls"), "--to", "parquet", "--new", "-o", str(tmp_path / "tables")]
    for verdict in ("dismiss", "confirm"):
        marks.add(call, Mark(42.0, "confirm" if verdict == "confirm" else "dismiss", rule="lower-volume"))
        assert CliRunner().invoke(main, export).exit_code == 0
    assert len(list((tmp_path / "tables").glob("flags-*.parquet"))) == 2
    found = duckdb.sql(query.replace("'tables/", f"'{tmp_path}/tables/")).pl()
    assert found.filter(pl.col("rule") == "lower-volume")["verdict"].to_list() == ["confirm"]

"""Reports and exports of calls that are not as they should be, and of several at once."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import jsonschema
import pyarrow.parquet as pq
import pytest
import webvtt
from click.testing import CliRunner

from monitor.call.events import CallEvent, Ended
from monitor.call.info import CallInfo
from monitor.cli import main
from monitor.export.formats import FORMATS
from monitor.export.tables.all_tables import TABLES
from tests.report_calls import INFO, STARTED, events, folder, spoken

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "vcon.schema.json").read_text("utf-8"))
BROKEN_OFF = replace(INFO, closed=False, duration_s=0.0)
ODD: dict[str, tuple[CallInfo, Sequence[CallEvent]]] = {
    "empty": (replace(INFO, duration_s=0.0), ()),
    "ended at once": (replace(INFO, duration_s=0.0), (Ended(0.0, "stopped"),)),
    "broken off": (BROKEN_OFF, events()[:-1]),
    "broken off at once": (BROKEN_OFF, ()),
    "without words": (replace(INFO, model="none"), [event for event in events() if not hasattr(event, "words")]),
    "mono": (replace(INFO, speakers=("agent",)), [e for e in events() if getattr(e, "speaker", "agent") == "agent"]),
}


def exported(to: Path, *arguments: str | Path) -> list[Path]:
    done = CliRunner().invoke(main, ["export", *map(str, arguments), "-o", str(to)])
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return [Path(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("name", ODD)
def test_every_report_and_format_takes_an_odd_call(name: str, tmp_path: Path) -> None:
    info, said = ODD[name]
    place = folder(tmp_path, info=info, said=list(said))
    to = tmp_path / "out"
    to.mkdir()
    made = {
        path.name.partition("aaaaaa")[2] or path.name: path
        for kind in FORMATS
        for path in exported(to, place, "--to", kind)
    }
    jsonschema.validate(json.loads(made[".vcon.json"].read_bytes()), SCHEMA)
    assert len(webvtt.read(made[".vtt"])) == len(json.loads(made[".json"].read_bytes())["utterances"])
    assert json.loads(made[".contact-lens.json"].read_bytes())["JobStatus"] == "COMPLETED"
    for table in TABLES.keys() - {"accesses"}:  # each export is one more
        with made[f"{table}.csv"].open(newline="", encoding="utf-8-sig") as file:
            assert len(list(csv.DictReader(file))) == pq.read_metadata(made[f"{table}.parquet"]).num_rows
    for how in (("--text",), ("-o", str(tmp_path / "page.html")), ("--team", "--text", "--calls", str(tmp_path))):
        report = CliRunner().invoke(main, ["report", *([] if "--team" in how else [str(place)]), *how])
        assert report.exit_code == 0, report.output
    assert ("The call broke off" in (tmp_path / "page.html").read_text("utf-8")) is name.startswith("broken off")


def test_a_call_that_broke_off_has_its_curves(tmp_path: Path) -> None:
    place = folder(tmp_path, info=BROKEN_OFF, said=events()[:-1])
    (made,) = exported(tmp_path / "call.json", place, "--to", "json")
    call = json.loads(made.read_bytes())
    assert call["call"]["duration_s"] == 79.0
    assert len(call["tone"]["agent"]["speaking"]) == 790


SPOKEN = "Grüße aus Łódź, 你好, مرحبا, नमस्ते, it’s 20 °C 👍 <v Agent> --> & “done”"


def test_words_of_every_language_come_through(tmp_path: Path) -> None:
    info = replace(INFO, agent="Zoë Ωmega", customer="顧客")
    place = folder(tmp_path, info=info, said=[spoken("customer", 1.0, 5.0, SPOKEN), Ended(80.0, "end of sound")])
    to = tmp_path / "out"
    to.mkdir()
    made = {path.name: path for kind in FORMATS for path in exported(to, place, "--to", kind)}
    name = f"2026-03-02-{place.name}"
    assert json.loads(made[f"{name}.json"].read_bytes())["utterances"][0]["text"] == SPOKEN
    assert json.loads(made[f"{name}.contact-lens.json"].read_bytes())["Transcript"][0]["Content"] == SPOKEN
    vcon = json.loads(made[f"{name}.vcon.json"].read_bytes())
    assert vcon["analysis"][0]["body"]["segments"][0]["text"] == SPOKEN
    assert [party["name"] for party in vcon["parties"]] == ["Zoë Ωmega", "顧客"]
    (cue,) = webvtt.read(made[f"{name}.vtt"])
    assert cue.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == SPOKEN
    with av.open(made[f"{name}.srt"]) as captions:
        assert [bytes(packet).decode() for packet in captions.demux() if packet.size] == [
            f"Customer: {SPOKEN.replace('-->', '->')}"
        ]
    assert pq.read_table(made["utterances.parquet"]).to_pylist()[0]["text"] == SPOKEN
    with made["utterances.csv"].open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))["text"] == SPOKEN


def test_nothing_that_was_said_is_a_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    said = [spoken("agent", n, n + 0.5, f"{sign}A+B") for n, sign in enumerate("=+-@")]
    place = folder(tmp_path, info=replace(INFO, agent="=cmd|' /C calc'!A0"), said=[*events(), *said])
    exported(tmp_path / "out", place, "--to", "csv")
    cells = []
    for path in (tmp_path / "out").glob("*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            cells += [cell for row in csv.DictReader(file) for cell in row.values()]
    risky = [cell for cell in cells if cell.startswith(("=", "+", "@", "-"))]
    assert all(float(cell) < 0 for cell in risky), "numbers below zero stay numbers"
    assert {"'=A+B", "'+A+B", "'-A+B", "'@A+B", "'=cmd|' /C calc'!A0"} <= set(cells)


def test_calls_of_one_name_from_different_days_stay_apart(tmp_path: Path) -> None:
    places = [folder(tmp_path, info=replace(INFO, started=STARTED + timedelta(days=day))) for day in range(2)]
    assert len({place.name for place in places}) == 1
    names = [path.name for path in exported(tmp_path / "out", *places, "--to", "srt")]
    assert names == ["2026-03-02-093000-aaaaaa.srt", "2026-03-03-093000-aaaaaa.srt"]
    exported(tmp_path / "out", *places, "--to", "parquet")
    calls = pq.read_table(tmp_path / "out" / "calls.parquet").to_pylist()
    assert [call["call"] for call in calls] == ["2026-03-02/093000-aaaaaa", "2026-03-03/093000-aaaaaa"]

"""Whose call it is, and what people said of it, in every export."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from monitor.call import marks
from monitor.call.events import Mark
from monitor.cli import main
from tests.report_calls import INFO, events, folder

IDENTITY = {
    "id": "2026-03-02/093000-aaaaaa",
    "started": "2026-03-02T09:30:00Z",
    "kind": "recording",
    "agent": "Ada",
    "customer": "C-17",
    "attributes": {"queue": "billing"},
    "channels": ["agent", "customer"],
}
AFTERWARDS = (
    Mark(0.0, "tag", "router", "Sue", "2026-03-03T08:02:00+00:00"),
    Mark(0.0, "reviewed", "", "Sue", "2026-03-03T08:03:00+00:00"),
    Mark(3.0, "note", "The card is 4111 1111 1111 1111", "Sue", "2026-03-03T08:04:00+00:00"),
)


@pytest.fixture
def call(tmp_path: Path) -> Path:
    place = folder(tmp_path, info=replace(INFO, kind="recording", attributes={"queue": "billing"}))
    for mark in AFTERWARDS:
        marks.add(place, mark)
    return place


def exported(call: Path, kind: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["export", str(call), "--to", kind])
    assert done.exit_code == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def test_the_json_says_whose_call_it_is(call: Path) -> None:
    about = exported(call, "json")["call"]
    assert {name: about[name] for name in IDENTITY} == IDENTITY


def test_the_json_has_what_people_said_of_the_call(call: Path) -> None:
    made = exported(call, "json")
    assert made["review"] == {
        "reviewed": True,
        "reviewer": "Sue",
        "reviewed_at": "2026-03-03T08:03:00+00:00",
        "tags": ["router"],
    }
    assert [(row["rule"], row["verdict"]) for row in made["firings"]] == [
        ("lower-volume", "confirm"),
        ("escalate-request", None),
        ("monologue", None),
    ]
    assert [mark["kind"] for mark in made["marks"]] == ["flag", "confirm", "note", "tag", "reviewed", "note"]
    assert made["marks"][-1]["text"] == "The card is •••• •••• •••• ••••", "masked like everything that leaves"


def test_the_captions_begin_with_a_note_that_says_whose_call_it_is(call: Path, tmp_path: Path) -> None:
    CliRunner().invoke(main, ["export", str(call), "--to", "vtt", "-o", str(tmp_path / "call.vtt")])
    for name in ("call.vtt", "call.prompts.vtt"):
        note = re.search(r"^NOTE call (.+)$", (tmp_path / name).read_text("utf-8"), re.MULTILINE)
        assert note
        assert json.loads(note[1]) == IDENTITY


@pytest.mark.parametrize("kind", ["json", "contact-lens", "vcon"])
def test_every_json_says_whose_call_it_is(call: Path, kind: str) -> None:
    made = json.dumps(exported(call, kind))
    assert all(json.dumps(value) in made for value in IDENTITY.values())


def test_where_two_people_are_on_one_track_no_export_says_who_spoke(tmp_path: Path) -> None:
    said = [event for event in events() if getattr(event, "speaker", "agent") == "agent"]
    mixed = folder(tmp_path, info=replace(INFO, speakers=("agent",), mixed=True), said=said)
    for kind, name in (("vtt", "call.vtt"), ("srt", "call.srt"), ("vcon", "call.json"), ("csv", "tables")):
        done = CliRunner().invoke(main, ["export", str(mixed), "--to", kind, "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    assert "<v " not in (tmp_path / "call.vtt").read_text("utf-8")
    assert "Agent:" not in (tmp_path / "call.srt").read_text("utf-8")
    with (tmp_path / "tables/utterances.csv").open(newline="", encoding="utf-8-sig") as file:
        assert {row["speaker"] for row in csv.DictReader(file)} == {""}
    lens = exported(mixed, "contact-lens")
    assert lens["ToneMonitor"]["Mixed"] is True
    assert lens["ConversationCharacteristics"]["TalkTime"]["TotalTimeMillis"] == 0
    assert all(score is None for turn in lens["Transcript"] for score in turn["LoudnessScore"])

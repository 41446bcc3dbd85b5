"""The reference pages say what the code says, and the schemas take what the program writes."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import jsonschema
import pytest

from monitor.call.events import KINDS, CallEvent, from_lines, to_line
from monitor.call.info import read_info
from tests.made_calls import fired, info, make, prompted, said
from tools.reference.__main__ import DOCS, PAGES
from tools.reference.events_page import ABOUT, PARTS, since
from tools.reference.examples import EVENTS, INFO, MARKS
from tools.reference.fields import documented

ROOT = DOCS.parent
EVENT = jsonschema.Draft202012Validator(json.loads((DOCS / "events.schema.json").read_text("utf-8")))
CALL = jsonschema.Draft202012Validator(json.loads((DOCS / "call.schema.json").read_text("utf-8")))
PAGE = (DOCS / "events.md").read_text("utf-8")


def sections(page: str) -> Iterator[tuple[str, str]]:
    _, *parts = re.split(r"^### ", page, flags=re.MULTILINE)
    return ((part.partition("\n")[0], part) for part in parts)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says_now(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_every_kind_of_event_has_a_section_with_all_its_fields_and_a_line() -> None:
    found = dict(sections(PAGE))
    for name, kind in KINDS.items():
        rows = re.findall(r"^\| `(\w+)` \|", found[name], re.MULTILINE)
        assert rows == [field.name for field in fields(kind)]
        assert f'{{"event":"{name}",' in found[name]


def test_every_line_on_the_page_is_read_as_an_event_and_fits_the_schema() -> None:
    lines = re.findall(r'^\{"event".+$', PAGE, re.MULTILINE)
    events = list(from_lines(line.encode() for line in lines))
    assert events == [*EVENTS, *MARKS]
    for line in lines:
        EVENT.validate(json.loads(line))


def test_a_made_call_fits_the_schemas(tmp_path: Path) -> None:
    events: list[CallEvent] = [said("nothing works"), fired("slow-down", 9.0), *prompted("slow-down", 9.0)]
    folder = make(tmp_path, events, info(agent=""))
    for line in (folder / "events.jsonl").read_bytes().splitlines():
        EVENT.validate(json.loads(line))
    found = tomllib.loads((folder / "call.toml").read_text("utf-8"))
    CALL.validate(found | {"started": found["started"].isoformat()})


def test_a_line_written_later_than_it_was_said_fits_the_schema() -> None:
    EVENT.validate(json.loads(to_line(EVENTS[0], place=3)))


@pytest.mark.parametrize(
    "line",
    [
        {"event": "ended", "at_s": 120.0},
        {"event": "ended", "at_s": "120", "why": "stopped"},
        {"event": "ended", "at_s": 120.0, "why": "bored"},
        {"event": "unheard of", "at_s": 120.0},
    ],
)
def test_the_schema_refuses_what_is_no_event(line: dict[str, object]) -> None:
    assert not EVENT.is_valid(line)


def test_the_call_toml_on_the_page_is_read_as_what_it_was_made_from(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.+?)```", PAGE, re.DOTALL)
    (tmp_path / "call.toml").write_text(shown, "utf-8")
    assert read_info(tmp_path) == INFO


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_a_log_of_the_version_that_brought_a_kind_is_still_read(event: CallEvent) -> None:
    line = json.loads(to_line(event))
    first = min(since(line["event"], field.name) for field in fields(event))
    old = {key: value for key, value in line.items() if key == "event" or since(line["event"], key) == first}
    (read,) = from_lines([json.dumps(old).encode()])
    assert all(getattr(read, key) == getattr(event, key) for key in old if key != "event")


def test_a_call_toml_of_the_first_version_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "call.toml").write_text(
        'started = 2026-11-22T14:30:05+01:00\nsource = "call.flac"\nspeakers = ["agent"]\nmodel = "none"\n'
        'rules = "0123456789ab"\nversion = "0.1.0"\nconsent = "given"\n',
        "utf-8",
    )
    assert read_info(tmp_path).consent.status == "given"


def test_the_table_of_versions_has_every_field_and_no_other() -> None:
    written = tomllib.loads((ROOT / "tools/reference/since.toml").read_text("utf-8"))
    there_are = {**KINDS, **PARTS, **ABOUT}
    assert {part: list(names) for part, names in written.items()} == {
        part: [field.name for field in fields(kind)] for part, kind in there_are.items()
    }
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for names in written.values() for version in names.values())
    with pytest.raises(ValueError, match="add the one in progress"):
        since("call_info", "unheard_of")


@dataclass
class Silent:
    loudness: float


def test_a_field_without_a_docstring_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Silent\.loudness has no docstring"):
        documented(Silent)

"""The JSON Schemas in the wheel take what the program writes, and know every key of it."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import webvtt
from click.testing import CliRunner

from monitor.call.events import PromptShown
from monitor.call.supervision.supervisor_events import HelpRequest
from monitor.cli import main
from monitor.notify.notify import Notifier
from monitor.settings import config
from tests.report_calls import INFO, LOUD, events, folder

NAMES = ("analysis", "contact-lens", "prompts-track", "vcon-report", "webhook")
ABOUT = replace(INFO, kind="recording", attributes={"queue": "billing"})
NOBODY = "http://127.0.0.1:9/hook"


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("monitor") / f"export/schemas/{name}.schema.json").read_text("utf-8"))
    return found


def check(name: str, written: object) -> None:
    """Check what was written against a schema, and against the same schema without room for other keys."""
    for one in (schema(name), _closed(schema(name))):
        jsonschema.Draft202012Validator(one, format_checker=jsonschema.FormatChecker()).validate(written)


def _closed(part: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(part, list):
        return [_closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _closed(value) for key, value in part.items()}
    return {**closed, "additionalProperties": False} if isinstance(part.get("properties"), dict) else closed


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("calls"), info=ABOUT)


def exported(call: Path, kind: str) -> Any:  # noqa: ANN401 - any JSON
    done = CliRunner().invoke(main, ["export", str(call), "--to", kind])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert schema(name)["description"]


def test_the_json_of_a_call_fits(call: Path) -> None:
    check("analysis", exported(call, "json"))


def test_the_contact_lens_file_fits(call: Path) -> None:
    check("contact-lens", exported(call, "contact-lens"))


def test_the_report_in_a_vcon_fits(call: Path) -> None:
    (report,) = (part for part in exported(call, "vcon")["analysis"] if part["type"] == "report")
    check("vcon-report", report["body"])


def test_the_cues_of_the_second_track_fit(call: Path, tmp_path: Path) -> None:
    CliRunner().invoke(main, ["export", str(call), "--to", "vtt", "-o", str(tmp_path / "call.vtt")])
    cues = [json.loads(cue.text) for cue in webvtt.read(tmp_path / "call.prompts.vtt")]
    assert cues
    for cue in cues:
        check("prompts-track", cue)


@pytest.mark.parametrize("words", [False, True])
def test_the_messages_of_the_webhook_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, words: bool) -> None:
    monkeypatch.setenv("TONE_MONITOR_OUTBOX", str(tmp_path))
    with Notifier(config.Webhook(url=NOBODY, transcript=words)) as telling:
        tell = telling.of_call(ABOUT, "093000-aaaaaa")
        for event in (*events(), HelpRequest(50.0, "asked", ("webhook",))):
            tell(event)
        live = telling.of_call(replace(ABOUT, kind="live"), "093000-bbbbbb")
        live(PromptShown(LOUD, 0.2))
        live(HelpRequest(9.0, "asked", ("webhook",)))
    sent = [json.loads(path.read_bytes()) for path in tmp_path.iterdir()]
    assert {message["type"] for message in sent} == {
        one["properties"]["type"]["const"] for one in schema("webhook")["oneOf"]
    }
    for message in sent:
        check("webhook", message)


def test_a_schema_refuses_what_is_something_else(call: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema("analysis"))
    assert not validator.is_valid({**exported(call, "json"), "turns": [{"speaker": "nobody"}]})
    assert not validator.is_valid({})

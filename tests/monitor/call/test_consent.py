"""Consent: part of a call's record, and what a refusal keeps away."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import soundfile
from click.testing import CliRunner, Result

from monitor import sample
from monitor.call.consent import REFUSED, REFUSED_AFTERWARDS, Consent
from monitor.call.info import CallDetails, read_info, write_info
from monitor.cli import main
from monitor.live import control
from monitor.live.options import PlayedFile, SessionOptions
from monitor.live.session import Session, Status
from monitor.live.wiring import open_session
from monitor.settings import config
from monitor.settings.consent import STATUSES
from tests.report_calls import INFO, events, folder

STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SPOKEN = Consent("given", "2026-03-02T09:31:00+00:00", "spoken")
SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "vcon.schema.json").read_text("utf-8"))


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done


def options(recording: Path, folder: Path, model: str = "default") -> SessionOptions:
    """A session as fast as it goes, with the settings in force."""
    return SessionOptions(
        source=PlayedFile(recording, speed=0), settings=config.settings(), calls=folder / "calls", model=model
    )


@pytest.mark.parametrize("consent", [Consent(), SPOKEN, Consent("refused"), Consent("not needed", method="contract")])
def test_it_is_a_table_of_the_call_and_comes_back(tmp_path: Path, consent: Consent) -> None:
    write_info(tmp_path, replace(INFO, consent=consent))
    assert f'[consent]\nstatus = "{consent.status}"' in (tmp_path / "call.toml").read_text("utf-8")
    assert read_info(tmp_path).consent == consent


@pytest.mark.parametrize(("word", "status"), [*zip(STATUSES, STATUSES, strict=True), ("asked", "unknown")])
def test_the_single_word_of_earlier_versions_is_still_read(tmp_path: Path, word: str, status: str) -> None:
    write_info(tmp_path, INFO)
    flat, _, _ = (tmp_path / "call.toml").read_text("utf-8").partition("[consent]")
    (tmp_path / "call.toml").write_text(f'consent = "{word}"\n{flat}', "utf-8")
    assert read_info(tmp_path).consent == Consent(status)  # type: ignore[arg-type]  # one of them


def test_only_what_was_settled_has_a_time() -> None:
    assert Consent().settled(STARTED) == Consent()
    assert Consent("given").settled(STARTED).at == "2026-03-02T09:30:00+00:00"
    assert SPOKEN.settled(STARTED) == SPOKEN
    assert str(SPOKEN) == "given (spoken, 2026-03-02 09:31)"


def test_who_starts_a_call_says_it_and_else_the_settings_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('[calls]\nconsent = "given"\nconsent_method = "announcement"\n', "utf-8")
    parts = open_session(options(sample.CALL, tmp_path, model="none"))
    told = [control.details("4711", {}, "not needed", "contract"), CallDetails()]
    found = []
    for details in told:
        call = parts.prepare_call(details)
        assert call.writer
        call.writer.close()
        call.pipeline.close()
        found.append(read_info(call.writer.folder).consent)
    parts.close_notices()
    assert [(one.status, one.method, bool(one.at)) for one in found] == [
        ("not needed", "contract", True),
        ("given", "announcement", True),
    ]


def test_a_setting_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('[calls]\nconsent = "yes"\n', "utf-8")
    with pytest.raises(config.ConfigError, match='must be "unknown" or "given" or "refused" or "not needed"'):
        config.settings()


def test_after_a_refusal_the_tone_is_measured_and_neither_sound_nor_words_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('[calls]\nconsent = "refused"\n', "utf-8")
    brief = tmp_path / "brief.wav"
    soundfile.write(brief, soundfile.read(sample.CALL, stop=16_000 * 12)[0], 16_000)
    session = Session(lambda: open_session(options(brief, tmp_path)))
    shown: list[object] = []
    session.run(shown.append)
    assert session.failure is None
    (kept,) = session.folders
    assert sorted(path.name for path in kept.iterdir()) == ["call.toml", "events.jsonl"]
    log = (kept / "events.jsonl").read_bytes()
    assert b'"event":"tone"' in log
    assert b'"utterance"' not in log
    assert read_info(kept).model == "none"
    assert REFUSED in [getattr(event, "note", "") for event in shown]
    assert REFUSED in run("replay", kept, "--plain").stdout


def test_a_refusal_after_the_call_is_not_taken_for_sound_that_was_never_saved(tmp_path: Path) -> None:
    place = folder(tmp_path, info=replace(INFO, consent=Consent("refused")), said=events())
    for command in (["replay", place, "--plain"], ["report", place, "--text"]):
        shown = " ".join(run(*command).stdout.split())
        assert REFUSED_AFTERWARDS in shown
        assert REFUSED not in shown


def test_reports_replays_and_exports_show_it(tmp_path: Path) -> None:
    place = folder(tmp_path, info=replace(INFO, consent=SPOKEN), said=events())
    assert "Consent: given (spoken, 2026-03-02 09:31)." in run("replay", place, "--plain").stdout
    assert "consent: given (spoken, 2026-03-02 09:31)" in " ".join(run("report", place, "--text").stdout.split())
    assert json.loads(run("export", place, "--to", "json").stdout)["call"]["consent"] == {
        "status": "given",
        "at": "2026-03-02T09:31:00+00:00",
        "method": "spoken",
    }
    (row,) = csv.DictReader(io.StringIO(run("export", place, "--to", "csv", "--table", "calls").stdout))
    assert (row["consent"], row["consent_method"]) == ("given", "spoken")


@pytest.mark.parametrize(("consent", "granted"), [(SPOKEN, True), (Consent("refused"), False), (Consent(), None)])
def test_a_vcon_carries_it_as_the_draft_has_it(tmp_path: Path, consent: Consent, granted: bool | None) -> None:  # noqa: FBT001 - pytest gives it by name
    place = folder(tmp_path, info=replace(INFO, consent=consent), said=events())
    made = json.loads(run("export", place, "--to", "vcon", "--no-audio").stdout)
    jsonschema.validate(made, SCHEMA)
    grants = [grant for one in made.get("attachments", []) for grant in one["body"]["consent_grants"]]
    assert {grant["granted"] for grant in grants} == (set() if granted is None else {granted})


def test_a_softphone_says_it_when_it_starts_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[CallDetails] = []

    def obey(request: control.Request) -> Status:
        asked.append(control.details(request.customer_id, request.attributes, request.consent, request.consent_method))
        return Status("call")

    monkeypatch.setattr(control, "runtime_folder", lambda: tmp_path)
    with control.Control(obey):
        run("call", "start", "--consent", "given", "--consent-method", "spoken")
        run("call", "start")
    assert [details.consent for details in asked] == [Consent("given", method="spoken"), None]
    alone = CliRunner().invoke(main, ["call", "start", "--consent-method", "spoken"])
    assert alone.exit_code == 2
    assert "--consent-method needs --consent" in alone.stderr

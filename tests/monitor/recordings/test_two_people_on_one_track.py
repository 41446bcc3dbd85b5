"""What lists, reports and exports say of a recording in which two people are on one track."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from audio.values import Turn
from monitor.call.info import read_info
from monitor.call.summary import of_folder
from monitor.catalogue import query
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.reindex import reindex
from monitor.cli import main
from monitor.replay import call_log, plain
from monitor.replay.timeline import timeline_lines
from monitor.replay.transcript import Transcript
from monitor.replay.transport import status_line
from monitor.replay.view import ReplayView
from monitor.report.errors import ReportError
from monitor.report.facts import of_call
from monitor.report.stored_call import read
from monitor.report.team import many
from monitor.report.text import call as report_text
from monitor.supervisor import plain_list
from tests.audio_files import audio_file
from tests.report_calls import INFO, events, folder

MIXED = replace(INFO, speakers=("agent",), kind="recording", mixed=True)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    said = [Turn("agent", 1.0, 9.0)]
    return folder(tmp_path, "093000-mixed", MIXED, said)


def test_nobody_has_figures_or_turns(mixed: Path) -> None:
    found = of_folder(mixed)
    assert (found.call.mixed, found.speakers, found.tone, found.turns) == (True, {}, {}, ())


@pytest.mark.usefixtures("mixed")
def test_the_list_says_so_and_gives_no_talk_to_anybody(tmp_path: Path) -> None:
    folder(tmp_path, "094000-music", replace(INFO, speakers=("agent",)), [])
    folder(tmp_path, "095000-apart", replace(INFO, separated=True), [Turn("agent", 1.0, 9.0)])
    with open_catalogue(tmp_path) as catalogue:
        reindex(catalogue)
        rows = {row.folder.rpartition("-")[2]: row for row in query.calls(catalogue, query.Filter())}
    assert plain_list.worst(rows["mixed"]) == "two people on one track"
    assert rows["mixed"].agent_talk_s == 0.0
    assert plain_list.worst(rows["music"]) == "no speech"
    assert plain_list.worst(rows["apart"]) == "estimated"


def test_the_report_says_so_and_shows_no_measures(mixed: Path) -> None:
    assert "Two people on one track: nothing was measured or prompted." in list(plain.lines(mixed))
    told = "\n".join(report_text(of_call(read(mixed))))
    assert "Two people on one track" in told
    assert "Articulation rate" not in told
    done = CliRunner().invoke(main, ["report", str(mixed), "-o", str(mixed / "page.html")])
    page = (mixed / "page.html").read_text("utf-8")
    assert done.exit_code == 0
    assert "Two people on one track" in page
    assert "The call over time, in numbers" not in page


def test_the_replay_shows_one_level_of_both_and_says_so_on_a_small_screen(tmp_path: Path) -> None:
    mixed = folder(tmp_path, "093000-mixed", MIXED, events())
    view = ReplayView(call_log.read(mixed), Transcript(()))
    assert "two people on one track" in "".join(text for text, _ in status_line(view, 60))[:60]
    labels = ["".join(text for text, _ in line)[:16] for line in timeline_lines(view, 60)]
    assert " both     level " in labels
    assert not [label for label in labels if any(name in label for name in ("agent", "rate", "pitch"))]


@pytest.mark.usefixtures("mixed")
def test_it_counts_in_no_team_figure(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="two people on one track"):
        list(many.texts(tmp_path, many.Wanted()))
    folder(tmp_path, "100000-clear", INFO)
    told = " ".join(many.texts(tmp_path, many.Wanted()))
    assert "1 call of 1 agent" in told
    assert "1 call with two people on one track can’t be measured and count" in told.replace("counts", "count")


def test_json_and_tables_say_so(mixed: Path, tmp_path: Path) -> None:
    for kind, name in (("json", "out.json"), ("csv", "tables")):
        done = CliRunner().invoke(main, ["export", str(mixed), "--to", kind, "-o", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
    exported = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert (exported["call"]["mixed"], exported["speakers"]) == (True, {})


@pytest.mark.slow
def test_a_mono_mix_is_neither_judged_nor_prompted_however_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))
    sound, calls = audio_file("call_center/gcp_commercial_mono_8k.wav"), tmp_path / "calls"
    done = CliRunner().invoke(main, ["analyze", str(sound), "--model", "none", "--calls", str(calls)])
    assert done.exit_code == 0
    assert "Two people on one track: nothing is measured or prompted." in done.stdout
    assert "One channel" not in done.stdout
    (saved,) = calls.glob("*-*-*/*")
    assert read_info(saved).mixed
    assert of_folder(saved).checklists == {}
    played = ["live", "--from", str(sound), "--speed", "0", "--plain", "--model", "none"]
    done = CliRunner().invoke(main, [*played, "--calls", str(tmp_path / "live")])
    assert done.exit_code == 0
    assert "Two people on one track: nothing is prompted." in done.stdout
    (lived,) = (tmp_path / "live").glob("*-*-*/*")
    assert read_info(lived).mixed

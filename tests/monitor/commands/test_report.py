"""`report` as people call it: which pages it writes, what it prints, how it fails."""

import base64
import re
import stat
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from audio.values import Utterance
from monitor.cli import main
from tests.report_calls import INFO, events, folder, spoken


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "calls"


def report(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["report", *(str(argument) for argument in arguments)])


def test_the_page_of_a_call_is_in_its_folder_and_nobody_elses(root: Path) -> None:
    place = folder(root)
    done = report("093000")
    assert (done.exit_code, done.stdout) == (0, f"{place / 'report.html'}\n")
    assert stat.S_IMODE((place / "report.html").stat().st_mode) == 0o600
    again = (place / "report.html").read_bytes()
    assert report().exit_code == 0, "the newest call"
    assert (place / "report.html").read_bytes() == again


def test_the_page_needs_nothing_but_itself(root: Path) -> None:
    place = folder(root)
    report()
    page = (place / "report.html").read_text("utf-8")
    assert not re.findall(r"(?:src|href)=\"(?!#|audio\.flac#)[^\"]+", page)
    assert "http" not in re.sub(r"http://www\.w3\.org/(2000/svg|1999/xlink)", "", page).replace("http-equiv", "")
    assert "audio.flac" not in page, "there is no recording to link to"


def test_the_page_goes_where_it_is_asked_to(root: Path, tmp_path: Path) -> None:
    folder(root)
    folder(root, "100000-bbbbbb")
    assert report("0930", "-o", "one.html").stdout == "one.html\n"
    assert report("0930", "1000", "-o", "pages").stdout.splitlines() == [
        "pages/2026-03-02-093000-aaaaaa.html",
        "pages/2026-03-02-100000-bbbbbb.html",
    ]
    failed = report("0930", "1000", "-o", "one.html")
    assert failed.exit_code == 1
    assert failed.stderr == "one.html is a file, and there are 2 calls. Choose a folder.\n"
    assert report("0930", "-o", "one.html/page.html").stderr.startswith("Can't write the report one.html/page.html: ")
    assert (tmp_path / "one.html").read_text("utf-8").startswith("<!doctype html>")


@pytest.mark.slow
def test_clips_are_opus_as_long_as_their_moments(root: Path, tmp_path: Path) -> None:
    place = folder(root)
    assert report("--clips").stderr == f"{place} has no sound. Leave out --clips.\n"
    seconds = round(INFO.duration_s)
    sound = np.random.default_rng(5).normal(0, 0.05, (16_000 * seconds, 2)).astype(np.float32)
    soundfile.write(place / "audio.flac", sound, 16_000)
    assert report("--clips", "-o", "clips.html").exit_code == 0
    page = (tmp_path / "clips.html").read_text("utf-8")
    clips = [base64.b64decode(data) for data in re.findall(r"data:audio/ogg;base64,([^\"]+)", page)]
    spans = re.findall(r"The call from (\d+):(\d+) to (\d+):(\d+)", page)
    assert len(clips) == len(spans) == 3
    for number, (clip, span) in enumerate(zip(clips, spans, strict=True)):
        (tmp_path / f"{number}.ogg").write_bytes(clip)
        about = soundfile.info(tmp_path / f"{number}.ogg")
        minutes, second, minutes_after, second_after = map(int, span)
        assert (about.subtype, about.channels) == ("OPUS", 2)
        assert about.duration == pytest.approx(60 * (minutes_after - minutes) + second_after - second, abs=1.0)
    report("--clips", "-o", "again.html")
    assert (tmp_path / "again.html").read_text("utf-8") == page
    report()
    assert 'href="audio.flac#t=14.0,51.0"' in (place / "report.html").read_text("utf-8")


def test_clips_are_silent_where_digits_are_masked(root: Path, tmp_path: Path) -> None:
    number = spoken("agent", 40.0, 44.0, "It is 4111 1111 1111 1111 so")
    place = folder(root, said=[*(event for event in events() if not isinstance(event, Utterance)), number])
    sound = np.full((16_000 * round(INFO.duration_s), 2), 0.3, np.float32) * np.sin(np.arange(16_000 * 80))[:, None]
    soundfile.write(place / "audio.flac", sound.astype(np.float32), 16_000)
    assert report("--clips", "-o", "clips.html").exit_code == 0
    page = (tmp_path / "clips.html").read_text("utf-8")
    (tmp_path / "0.ogg").write_bytes(base64.b64decode(re.findall(r"data:audio/ogg;base64,([^\"]+)", page)[0]))
    heard, rate = soundfile.read(tmp_path / "0.ogg")
    begins_s = 14.0
    level = [np.abs(heard[round((at_s - begins_s) * rate) :][: rate // 2]).max() for at_s in (30.0, 42.0)]
    assert level[0] > 0.1
    assert level[1] < 0.01


def test_the_terminal_has_the_same_report(root: Path) -> None:
    folder(root)
    done = report("--text")
    assert done.exit_code == 0
    assert "2 prompts were shown, and the agent did what 1 of them asked for" in done.stdout.replace("\n", " ")
    assert not list(root.rglob("*.html"))


def test_a_team_has_a_page_here(root: Path, tmp_path: Path) -> None:
    folder(root)
    done = report("--team")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "tone-report.html\n", "")
    assert "Calls of the team" in (tmp_path / "tone-report.html").read_text("utf-8")
    assert "Calls of Ada" in report("--agent", "Ada", "--since", "2026-03-01", "--text").stdout
    assert report("--agent", "Ada", "--until", "2026-03-01", "--text").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [["--since", "2026-03-01"], ["--names"], ["--team", "0930"], ["--team", "--clips"], ["--team", "--since", "May"]],
)
def test_what_does_not_go_together_is_wrong_usage(arguments: list[str], root: Path) -> None:
    folder(root)
    assert report(*arguments).exit_code == 2


def test_a_call_that_is_not_there_is_one_sentence(root: Path) -> None:
    failed = report("nothing")
    assert failed.exit_code == 1
    assert failed.stderr == (
        f"There is no call 'nothing' in {root}. Choose the folder of a call, or another calls folder with --calls.\n"
    )

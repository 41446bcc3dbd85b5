"""Playlists: the right moments of several calls, with sound, words and reason, and nothing that must not leave."""

import base64
import io
import re
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from audio.values import HeardAgain, Word
from monitor.access import entries
from monitor.call import marks
from monitor.call.consent import Consent
from monitor.call.events import CallEvent, Mark
from monitor.call.info import CallInfo
from monitor.call.scorecard import card_files
from monitor.cli import main
from tests.monitor.scorecards.made_cards import card
from tests.report_calls import INFO, events, folder

RATE_HZ = 16_000


@pytest.fixture(autouse=True)
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))


def call(root: Path, name: str = "093000-aaaaaa", info: CallInfo = INFO, said: list[CallEvent] | None = None) -> Path:
    """A call of 80 s with a tone for the agent and one for the customer."""
    place = folder(root, name, info, said)
    time_s = np.arange(80 * RATE_HZ) / RATE_HZ
    sound = np.stack([0.2 * np.sin(2 * np.pi * pitch * time_s) for pitch in (220, 330)], axis=1)
    soundfile.write(place / "audio.flac", sound, RATE_HZ, subtype="PCM_16")
    return place


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["playlist", *map(str, arguments)])


def made(tmp_path: Path, *arguments: str | Path) -> str:
    """The page in a file."""
    done = run(*arguments, "-o", tmp_path / "list.html")
    assert done.exit_code == 0, done.output
    return (tmp_path / "list.html").read_text("utf-8")


def titles(page: str) -> list[str]:
    return re.findall("<h2>(.*?)</h2>", page)


def sounds(page: str) -> list[np.ndarray]:
    found = re.findall('data:audio/ogg;base64,([^"]+)', page)
    return [soundfile.read(io.BytesIO(base64.b64decode(one)))[0] for one in found]


@pytest.mark.slow
def test_a_rule_gives_its_moments_of_all_calls_the_newest_first(tmp_path: Path) -> None:
    call(tmp_path / "calls")
    call(tmp_path / "calls", "100000-bbbbbb", replace(INFO, started=INFO.started.replace(day=5), agent="Kim"))
    page = made(tmp_path, "--rule", "lower-volume", "--names")
    assert titles(page) == ["1. Lower volume", "2. Lower volume"]
    assert page.index("Kim, Thursday 5 March 2026, 0:36 to 0:51 of the call") < page.index("Ada, Monday 2 March 2026")
    assert "I will send it again and call you tomorrow by five" in page
    assert [len(one) / soundfile.info(io.BytesIO(_ogg(page))).samplerate for one in sounds(page)] == [
        pytest.approx(15.0, abs=0.05)
    ] * 2


def _ogg(page: str) -> bytes:
    return base64.b64decode(re.findall('data:audio/ogg;base64,([^"]+)', page)[0])


@pytest.mark.slow
def test_a_folder_has_a_page_and_a_file_for_each_moment(tmp_path: Path) -> None:
    call(tmp_path / "calls")
    done = run(
        "--rule", "lower-volume", "--rule", "escalate-request", "--before", "2", "--after", "3", "-o", tmp_path / "l"
    )
    assert done.stdout == f"{tmp_path / 'l' / 'index.html'}\n"
    assert sorted(path.name for path in (tmp_path / "l").iterdir()) == ["01.ogg", "02.ogg", "index.html"]
    page = (tmp_path / "l/index.html").read_text("utf-8")
    assert re.findall('src="(.*?)"', page) == ["01.ogg", "02.ogg"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "l").iterdir()} == {0o600}
    again = run("--rule", "lower-volume", "-o", tmp_path / "l")
    assert again.exit_code == 1
    assert "it already exists. Choose another place with --out." in again.stderr


def test_marks_and_tags_give_theirs(tmp_path: Path) -> None:
    place = folder(tmp_path / "calls")
    marks.add(place, Mark(70.0, "tag", "lesson"))
    assert titles(made(tmp_path, "--mark", "note")) == ["1. Note: Good opening &lt;b&gt;"]
    assert titles(made(tmp_path, "--mark", "lesson")) == ["1. Tag: lesson"]
    assert titles(made(tmp_path, "--mark", "bookmark", "--mark", "tag", "--before", "0")) == [
        "1. Bookmark",
        "2. Tag: lesson",
    ]


def test_an_item_gives_its_moment_with_the_note_and_one_answer_only_if_asked(tmp_path: Path) -> None:
    place = folder(tmp_path / "calls")
    card_files.save(place, card("Sue", "no", "yes", note="listen to the pause", noted_s=50.0))
    assert titles(made(tmp_path, "--item", "item-0")) == ["1. Item 0: no – listen to the pause"]
    assert run("--item", "item-0=yes", "-o", tmp_path / "x.html").exit_code == 1
    assert titles(made(tmp_path, "--item", "item-1=yes")) == ["1. Item 1: yes – listen to the pause"]


def test_moments_that_touch_are_one_and_never_longer_than_a_minute(tmp_path: Path) -> None:
    place = folder(tmp_path / "calls")
    marks.add(place, Mark(0.0, "note", "all of it", end_s=80.0))
    page = made(tmp_path, "--mark", "note")
    assert "0:00 to 1:00 of the call" in page
    assert titles(page) == ["1. Note: all of it · Note: Good opening &lt;b&gt;"]


def test_limits_hold_and_are_told(tmp_path: Path) -> None:
    folder(tmp_path / "calls")
    both = ("--rule", "lower-volume", "--rule", "escalate-request", "--before", "1", "--after", "1")
    assert len(titles(made(tmp_path, *both, "--per-call", "1"))) == 1
    done = run(*both, "--limit", "1", "-o", tmp_path / "one.html")
    assert len(titles((tmp_path / "one.html").read_text("utf-8"))) == 1
    assert "It has the first 1 moment; there may be more. --limit takes up to 100." in done.stderr


def test_agents_have_pseudonyms_and_calls_no_id_unless_names_are_asked_for(tmp_path: Path) -> None:
    place = folder(tmp_path / "calls", info=replace(INFO, agent="Ada Byron"))
    marks.add(place, Mark(20.0, "note", "ada byron waits here"))
    page = made(tmp_path, "--mark", "note")
    assert "Ada" not in page
    assert "ada byron" not in page
    assert "093000-aaaaaa" not in page
    assert re.search(r"Agent [A-Z2-7]{3} waits here", page)
    assert "C-17" not in made(tmp_path, "--mark", "note", "--names")


NUMBER = ("4111", "1111", "1111", "1111")


@pytest.mark.slow
def test_a_card_number_that_only_the_second_pass_heard_is_masked_and_silent(tmp_path: Path) -> None:
    words = tuple(Word(43.0 + at, 43.9 + at, digits, 0.9) for at, digits in enumerate(NUMBER))
    place = call(tmp_path / "calls", said=[*events(), HeardAgain("agent", 40.0, 52.0, words)])
    marks.add(place, Mark(44.0, "note", "she reads out 4111 1111 1111 1111"))
    page = made(tmp_path, "--rule", "lower-volume", "--mark", "note")
    assert "1111" not in page
    assert "••••" in page
    sound = sounds(page)[-1]
    rate_hz = soundfile.info(io.BytesIO(_ogg(page))).samplerate
    assert "0:36 to 0:53 of the call" in page
    start_s = 36.0
    loud = np.abs(sound[round((41.0 - start_s) * rate_hz) : round((42.0 - start_s) * rate_hz)]).max()
    hidden = np.abs(sound[round((43.2 - start_s) * rate_hz) : round((46.8 - start_s) * rate_hz)]).max()
    assert loud > 0.1
    assert hidden < 0.01


def test_a_call_whose_customer_refused_to_be_recorded_is_left_out(tmp_path: Path) -> None:
    folder(tmp_path / "calls", info=replace(INFO, consent=Consent("refused")))
    done = run("--rule", "lower-volume", "-o", tmp_path / "list.html")
    assert done.exit_code == 1
    assert "1 call left out: the customer refused to be recorded." in done.stderr
    assert "No call has such a moment" in done.stderr
    assert not (tmp_path / "list.html").exists()


def test_a_call_without_sound_says_so(tmp_path: Path) -> None:
    folder(tmp_path / "calls")
    assert "There is no sound of this moment." in made(tmp_path, "--rule", "lower-volume")


def test_a_flag_that_somebody_dismissed_is_no_moment(tmp_path: Path) -> None:
    place = folder(tmp_path / "calls")
    marks.add(place, Mark(42.0, "dismiss", "noise", rule="lower-volume"))
    assert run("--rule", "lower-volume", "-o", tmp_path / "list.html").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["--rule", "slowdown"], 1, 'There is no rule "slowdown"; did you mean "slow-down"?'),
        ([], 2, "Choose moments with --rule, --mark or --item."),
        (["--item", "a=perhaps"], 2, '"perhaps" is no answer of "a"'),
        (["093000", "--where", "refund", "--mark", "note"], 2, "Choose calls by name or with --where, not both."),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(
    tmp_path: Path, arguments: list[str], code: int, complaint: str
) -> None:
    folder(tmp_path / "calls")
    done = run(*arguments, "-o", tmp_path / "list.html")
    assert done.exit_code == code
    assert complaint in done.stderr


def test_one_call_that_cannot_be_read_is_named_and_the_others_are_in(tmp_path: Path) -> None:
    folder(tmp_path / "calls")
    other = folder(tmp_path / "calls", "100000-bbbbbb")
    marks.add(other, Mark(1.0, "note", "x"))
    CliRunner().invoke(main, ["calls", "--plain"])
    (other / "marks.jsonl").unlink()
    (other / "marks.jsonl").mkdir()
    done = run("--rule", "lower-volume", "-o", tmp_path / "list.html")
    assert done.exit_code == 1
    assert len(titles((tmp_path / "list.html").read_text("utf-8"))) == 1
    assert "100000-bbbbbb" in done.stderr


def test_the_agent_of_a_moment_learns_that_it_was_taken(tmp_path: Path) -> None:
    place = call(tmp_path / "calls")
    made(tmp_path, "--rule", "lower-volume")
    (taken,) = entries.read(place)
    assert taken.kind == "exported"
    assert taken.start_s is not None
    assert taken.start_s < 42.0

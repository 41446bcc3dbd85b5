"""Notes reach the agent: at the next start of the screen, and in the list of her own calls."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.agent.card import card_of
from monitor.agent.view import AgentView
from monitor.call import marks
from monitor.call.coaching.agreed import ActionAgreed
from monitor.call.events import Ended, Mark, SessionNote, SessionState
from monitor.call.info import Takeover
from monitor.call.text import line
from monitor.cli import main
from monitor.follow_up import new_notes
from monitor.follow_up.between_calls import session_note
from monitor.settings.config import Agent
from tests.made_calls import info, make

NOW = datetime.now().astimezone()
TODAY = NOW.date()
NOTE = Mark(50.0, "note", "Say it back first.", "Robin", (NOW - timedelta(hours=2)).isoformat())


@pytest.fixture(autouse=True)
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    return tmp_path / "profiles"


def call(root: Path, *notes: Mark, days_ago: int = 0, name: str = "a1b2c3", agent: str = "Sam Porter") -> Path:
    return make(root, (), info(NOW - timedelta(days=days_ago), agent), notes, name=name)


def test_only_notes_by_others_on_her_own_calls_are_new(tmp_path: Path) -> None:
    call(tmp_path, NOTE, replace(NOTE, by="sam porter"), replace(NOTE, kind="tag"), replace(NOTE, kind="answer"))
    call(tmp_path, NOTE, name="others", agent="Ann")
    call(tmp_path, replace(NOTE, made=(NOW - timedelta(days=31)).isoformat()), name="long-ago")
    assert [one.note for one in new_notes.new_notes(tmp_path, "SAM PORTER", NOW)] == [NOTE]
    assert new_notes.new_notes(tmp_path, "", NOW) == ()


def test_of_a_call_that_was_taken_over_only_notes_on_her_part_are_new(tmp_path: Path) -> None:
    about = replace(info(NOW, "Ann"), takeovers=(Takeover("Sam Porter", 60.0),))
    make(tmp_path, (), about, [NOTE, replace(NOTE, at_s=70.0)])
    assert [one.note.at_s for one in new_notes.new_notes(tmp_path, "Sam Porter", NOW)] == [70.0]


def test_a_note_is_new_until_the_call_is_opened_and_a_later_one_is_new_again(tmp_path: Path, profiles: Path) -> None:
    folder = call(tmp_path, NOTE)
    new_notes.read_call(folder, "Sam Porter", NOW)
    assert new_notes.new_notes(tmp_path, "Sam Porter", NOW) == ()
    later = replace(NOTE, text="Well done.", made=(NOW - timedelta(hours=1)).isoformat())
    marks.add(folder, later)
    assert [one.note for one in new_notes.new_notes(tmp_path, "Sam Porter", NOW)] == [later]
    (file,) = new_notes.files_of("sam porter")
    assert file.parent == profiles
    assert "Say" not in file.read_text("utf-8")
    file.write_text("damaged", "utf-8")
    assert len(new_notes.new_notes(tmp_path, "Sam Porter", NOW)) == 2


def test_a_few_words_say_how_many_and_where() -> None:
    tuesday, today = datetime(2026, 3, 3, 9).astimezone(), date(2026, 3, 5)
    one = new_notes.NewNote("2026-03-03/090000-a", tuesday, NOTE)
    assert new_notes.in_short([], today) == ""
    assert new_notes.in_short([one], today) == "1 new note on Tuesday’s call"
    assert new_notes.in_short([one], tuesday.date()) == "1 new note on today’s call"
    assert new_notes.in_short([one, one], date(2026, 3, 20)) == "2 new notes on the 3 March call"
    assert new_notes.in_short([one, replace(one, call="b")], today) == "2 new notes on 2 calls"


def agree(folder: Path) -> None:
    until = TODAY + timedelta(days=20)
    agreed = ActionAgreed("4f2a91", "Sam Porter", "Kim", "Pause.", "patience_s", TODAY, until, NOW.isoformat())
    marks.add_action(folder, agreed)


def test_the_screen_says_it_between_calls_and_what_was_agreed_on_if_she_wants(tmp_path: Path) -> None:
    quiet, wanted = Agent(name="Sam Porter"), Agent(name="Sam Porter", show_agreed=True)
    assert session_note(tmp_path, wanted, NOW) is None
    folder = call(tmp_path)
    agree(folder)
    assert session_note(tmp_path, quiet, NOW) is None
    assert session_note(tmp_path, Agent(show_agreed=True), NOW) is None
    agreed = session_note(tmp_path, wanted, NOW)
    assert agreed is not None
    assert (agreed.title, agreed.note, agreed.between_calls) == ("Agreed", "Pause.", True)
    marks.add(folder, NOTE)
    both = session_note(tmp_path, wanted, NOW)
    assert both is not None
    assert (both.title, both.note) == ("1 new note", "On today’s call. Agreed: Pause.")
    assert "1 new note: On today’s call. Agreed: Pause. tone-monitor calls --mine" in (line(both) or "")


def test_a_note_between_calls_waits_for_the_end_of_a_call_and_space_takes_it_down_until_the_next() -> None:
    view = AgentView(session="waiting").after(SessionNote("Agreed", "Pause.", "Until 29 March.", between_calls=True))
    assert card_of(view).title == "Agreed"
    assert card_of(view.without("session")).title == "Waiting for a call"
    in_call = view.without("session").after(SessionState("call"))
    assert card_of(in_call).title != "Agreed"
    over = in_call.after(Ended(60.0, "stopped")).after(SessionState("waiting"))
    assert card_of(over).advice == "Agreed: Pause."
    assert card_of(over.without("ended")).title == "Agreed"


def test_the_list_of_her_own_calls_has_notes_and_actions_and_forgetting_her_forgets_what_she_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[agent]\nname = "Sam Porter"\n', "utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(config))
    root = tmp_path / "calls"
    agree(call(root, NOTE))
    run = CliRunner().invoke
    first = run(main, ["calls", "--mine", "--plain", "--calls", str(root)])
    assert (first.exit_code, "New note by Robin on" in first.stderr, "Say it back first." in first.stderr) == (
        0,
        True,
        True,
    )
    assert "Pause.: agreed with Kim" not in first.stderr
    assert "Pause: agreed with Kim" in first.stderr
    assert "New note" not in run(main, ["calls", "--mine", "--plain", "--calls", str(root)]).stderr
    assert new_notes.files_of("Sam Porter")
    assert run(main, ["forget", "Sam Porter", "--yes", "--calls", str(root)]).exit_code == 0
    assert not new_notes.files_of("Sam Porter")

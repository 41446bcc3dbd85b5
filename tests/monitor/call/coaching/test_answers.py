"""Who may answer what, at the terminal and in the list of calls."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.call import marks
from monitor.call.coaching.answers import AnswerError, answer, check_own, dispute, withdraw
from monitor.call.events import Mark
from monitor.call.info import Takeover
from monitor.cli import main
from tests.made_calls import fired, info, make

NOTE = Mark(50.0, "note", "Say it back first.", "Robin", "2026-03-02T10:00:00+01:00")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    config = tmp_path / "config.toml"
    config.write_text('[agent]\nname = "sam porter"\n', "utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(config))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    return make(tmp_path / "calls", [fired("slow-down", 52.0), fired("paraphrase", 80.0)], made=[NOTE])


def run(*arguments: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == exit_code, done.output
    return done.output


def test_an_answer_goes_to_the_nearest_note_and_is_read_where_the_note_is(folder: Path) -> None:
    assert run("call", "answer", "a1b2c3", "0:55", "I will.") == "Answered at 0:50.\n"
    assert [(mark.kind, mark.at_s, mark.text, mark.by) for mark in marks.read(folder)[1:]] == [
        ("answer", 50.0, "I will.", "sam porter")
    ]
    assert "answer I will." in run("replay", "a1b2c3", "--plain")
    assert "I will." in run("report", "a1b2c3", "--text")


def test_a_disputed_flag_is_disputed_in_the_list_until_it_is_judged_again(folder: Path) -> None:
    said = run("call", "dispute", "a1b2c3", "1:00", "The line echoed.")
    assert said == "Disputed slow-down at 0:52.\n"
    assert "prompt slow-down 0:52, disputed" in run("calls", "--plain")
    assert "a1b2c3" in run("calls", "--plain", "--where", "tag:disputed")
    assert "the agent disputes it: The line echoed." in " ".join(run("report", "a1b2c3", "--text").split())
    marks.add(folder, Mark(52.0, "dismiss", "It did.", "Robin", rule="slow-down"))
    run("reindex")
    assert "disputed" not in run("calls", "--plain")
    run("call", "dispute", "a1b2c3", "0:50", "No.", "--rule", "paraphrase")
    assert marks.read(folder)[-1].at_s == 80.0


def test_a_dispute_can_be_withdrawn_and_only_the_replay_and_the_own_page_show_it_then(folder: Path) -> None:
    run("call", "dispute", "a1b2c3", "0:52", "The line echoed.")
    run("call", "dispute", "a1b2c3", "1:20", "No.")
    assert run("call", "dispute", "a1b2c3", "0:50", "--withdraw") == "You no longer dispute slow-down at 0:52.\n"
    assert [mark.kind for mark in marks.read(folder)[1:]] == ["dispute", "dispute", "withdraw"], "nothing is lost"
    for shown in (
        run("calls", "--plain"), run("report", "a1b2c3", "--text"), run("export", "a1b2c3", "--to", "json"),
    ):  # fmt: skip
        assert "echoed" not in shown
        assert "withdraw" not in shown
    assert "0:52, disputed" in run("calls", "--plain"), "another flag still is"
    run("call", "dispute", "a1b2c3", "1:20", "--withdraw")
    assert "disputed" not in run("calls", "--plain")
    plain = run("replay", "a1b2c3", "--plain")
    assert "The line echoed." in plain
    assert "dispute withdrawn" in plain
    log = [mark for mark in marks.read(folder) if mark.kind == "dispute"]
    assert [marks.is_withdrawn(mark, (*log, Mark(52.0, "withdraw", rule="slow-down"))) for mark in log] == [True, False]
    said = run("call", "dispute", "a1b2c3", "0:52", "--rule", "slow-down", "--withdraw", exit_code=1)
    assert said.startswith("No flag is disputed there.")
    assert "Say why" in run("call", "dispute", "a1b2c3", "0:52", exit_code=1)


def test_a_dispute_that_was_judged_stays_and_one_that_is_made_again_counts() -> None:
    disputed, confirmed = Mark(52.0, "dispute", "Echo.", rule="slow-down"), Mark(52.0, "confirm", rule="slow-down")
    taken_back = Mark(52.0, "withdraw", rule="slow-down")
    with pytest.raises(AnswerError, match="No flag is disputed there"):
        withdraw([disputed, confirmed], 52.0)
    assert marks.standing([disputed, confirmed, taken_back]) == (disputed, confirmed)
    again = [disputed, taken_back, replace(disputed, text="It does.")]
    assert marks.disputes(again) == {("slow-down", 52.0): again[-1]}
    assert marks.standing(again) == (again[-1],)


@pytest.mark.usefixtures("folder")
def test_somebody_elses_call_is_not_answered(tmp_path: Path) -> None:
    make(tmp_path / "calls", about=info(agent="Ann"), name="others", made=[NOTE])
    assert "This is a call of Ann, and you are sam porter." in run(
        "call", "answer", "others", "0:50", "No.", exit_code=1
    )
    assert "is not a time" in run("call", "answer", "a1b2c3", "soon", "No.", exit_code=1)


def test_of_a_call_that_was_taken_over_each_agent_answers_her_part() -> None:
    about = replace(info(agent="Ann"), takeovers=(Takeover("Sam", 60.0),))
    check_own(about, "ann", 59.0)
    check_own(about, "Sam", 60.0)
    with pytest.raises(AnswerError, match=r"^Another agent had the call at 0:59\."):
        check_own(about, "Sam", 59.0)
    with pytest.raises(AnswerError, match=r"^Only the agent of a call can answer\. Set agent\.name"):
        check_own(about, "", 59.0)


def test_there_must_be_something_to_answer() -> None:
    with pytest.raises(AnswerError, match="Nobody has noted anything"):
        answer([Mark(3.0, "note", "")], 3.0, "Yes.")
    with pytest.raises(AnswerError, match="There is no flag of slow-down"):
        dispute([("", 3.0)], 3.0, "No.", "slow-down")

"""`tone-monitor score` without a terminal: by options, by JSON, for two people, and for all calls together."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.call.scorecard import card_files
from monitor.cli import main
from monitor.scorecards import form_file
from tests.report_calls import folder


@pytest.fixture(autouse=True)
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text('[reviewer]\nname = "Sue"\nform = "service-basics"\n')
    return folder(tmp_path / "calls")


def run(*arguments: str | Path, answer: str = "") -> Result:
    return CliRunner().invoke(main, ["score", *map(str, arguments)], input=answer)


def test_without_answers_the_card_is_printed_and_nothing_is_saved(call: Path) -> None:
    said = run().stdout
    assert said.startswith("Service basics, call 093000-aaaaaa, by Sue\nScore ")
    assert "yes     machine    Asks openly what it is about  [open-questions, weight 2]" in said
    assert "“how can I help you”" in said
    assert "–       open       The answer is right and complete  [right-answer, weight 6]" in said
    assert "n.a. if the call needed no identification." in said
    assert card_files.read(call) == ()


def test_options_answer_overrule_with_a_note_and_take_back(call: Path) -> None:
    note = ("--note", "open-questions=It was the greeting", "--at", "open-questions=0:03")
    said = run(
        "--answer", "greeting=yes", "--answer", "identification=n.a.", "--answer", "open-questions=no", *note
    ).stdout
    assert "no      overruled  Asks openly" in said
    assert "Machine: yes." in said
    assert "Note at 0:03: It was the greeting" in said
    run("--answer", "greeting=")
    (card,) = card_files.read(call)
    given = {item.id: item.answer for item in card.items if item.answer}
    assert given == {"identification": "na", "open-questions": "no"}


def test_json_goes_in_and_out(call: Path) -> None:
    done = run("--answers", "-", "--json", "--form", "de-escalation", answer='{"right-solution": {"answer": "partly"}}')
    card = json.loads(done.stdout)
    assert (card["form"], card["by"]) == ("de-escalation", "Sue")
    assert {item["id"]: item["answer"] for item in card["items"]}["right-solution"] == "partly"
    assert [one.form for one in card_files.read(call)] == ["de-escalation"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--answer", "greeting=perhaps"], '"perhaps" is no answer to "greeting". Choose from yes, partly, no and na.'),
        (["--answer", "greting=yes"], 'no item "greting"; did you mean "greeting"?'),
        (["--answer", "greeting"], '"greeting" names no item. Write --answer ITEM=…'),
        (["--answer", "open-questions=no"], "otherwise. Say why in a note, such as --note open-questions="),
        (["--at", "greeting=soon"], '"soon" is not a time for "greeting"'),
        (["--form", "basics"], 'There is no form "basics"'),
        (["--answers", "-"], "The answers can't be read"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(call: Path, arguments: list[str], complaint: str) -> None:
    done = run(*arguments, answer="[1]")
    assert done.exit_code == 1
    assert complaint in done.stderr
    assert card_files.read(call) == ()


def test_two_people_have_a_card_each_and_are_compared(call: Path) -> None:
    run("--answer", "right-answer=yes", "--note", "right-answer=it works again")
    run("--answer", "right-answer=no", "--note", "right-answer=wrong price", "--reviewer", "Robin")
    for said in (run("--agreement").stdout, run("--agreement", call.name, "--form", "service-basics").stdout):
        assert "Service basics: Robin and Sue, 1 call" in said
        assert "Too few for a figure" in said
        assert "Robin: no – wrong price" in said
        assert "Sue: yes – it works again" in said
    assert "Let a second person score it" in run("--agreement", "--form", "de-escalation").stdout


def test_the_template_is_a_form(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(run("--template").stdout, "utf-8")
    assert "Our scorecard" in run("--form", tmp_path / "mine.toml").stdout


def test_the_shipped_forms_are_listed() -> None:
    assert [line.split()[0] for line in run("--forms").stdout.splitlines()] == list(form_file.SHIPPED)

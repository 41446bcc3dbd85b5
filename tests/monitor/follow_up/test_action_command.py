"""`tone-monitor action`, and the coaching sheet that begins with what became of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audio.values import ToneSample
from monitor.call import marks
from monitor.cli import main
from tests.made_calls import info, make

FIRST = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def voice(over_pct: float) -> list[ToneSample]:
    """Half a minute of speech at one rate."""
    return [
        ToneSample("agent", at / 10, (at + 1) / 10, speaking=True, level_dbfs=-30.0, rate_over_baseline_pct=over_pct)
        for at in range(100, 400)
    ]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twenty-four calls of Sam, a day apart: fast until the twelfth, slower since; and one of somebody else."""
    config = tmp_path / "config.toml"
    config.write_text('[agent]\nname = "Sam Porter"\n[reviewer]\nname = "Kim Lee"\n', "utf-8")
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(config))
    root = tmp_path / "calls"
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(root))
    for day in range(24):
        over_pct = (18.0 if day < 12 else 6.0) + day % 4
        make(root, voice(over_pct), info(FIRST + timedelta(days=day)), name=f"aaaa{day:02}")
    make(root, voice(40.0), info(FIRST + timedelta(days=14), "Ann Ko"), name="other")
    return root


def run(*arguments: str, exit_code: int = 0) -> str:
    done: Result = CliRunner().invoke(main, arguments)
    assert done.exit_code == exit_code, done.output
    return done.output


def agree(*more: str) -> str:
    said = run("action", "add", "aaaa11", "Pause", "--measure", "rate_over_usual_pct", "--since", "2026-03-14", *more)
    return said.split()[1].rstrip(":")


def test_the_sheet_of_a_later_call_begins_with_what_became_of_an_action(root: Path) -> None:
    agree("--until", "2026-03-25")
    sheet = run("report", "aaaa23", "--coaching", "--text")
    assert sheet.index("Agreed before") < sheet.index("What went well")
    text = " ".join(sheet.split())
    assert "Pause: agreed with Kim Lee, from 14 March 2026 until 25 March 2026." in text
    assert "+19 % before, +8 % since (11 calls before, 12 since). Difference −12 points" in text
    assert "more than chance." in text
    assert "one call far from the usual is followed by more ordinary ones" in text
    own = run("report", "aaaa11", "--coaching", "--text")
    assert "Agreed before" not in own
    page = root.parent / "sheet.html"
    run("report", "aaaa23", "--coaching", "-o", str(page))
    assert "Agreed before" in page.read_text("utf-8")
    assert "Agreed before" not in run("report", str(next(root.glob("*/*-other"))), "--coaching", "--text")


def test_actions_are_listed_and_closed(root: Path) -> None:
    id_ = agree()
    assert "until 10 April 2026" in run("action", "list", "--mine")
    (one,) = json.loads(run("action", "list", "--json"))
    assert (one["id"], one["agent"], one["coach"], len(one["before"])) == (id_, "Sam Porter", "Kim Lee", 11)
    assert one["more_than_chance"] is True
    assert "Closed" in run("action", "close", id_[:4], "--result", "Pauses.")
    assert run("action", "list") == "No action is open.\n"
    assert "closed on" in run("action", "list", "--all", "--agent", "sam porter")
    assert "was closed before" in run("action", "close", id_, exit_code=1)
    (action,) = marks.actions(next(root.glob("*/*-aaaa11")))
    assert (action.outcome, action.closed_by) == ("Pauses.", "Kim Lee")
    assert "Agreed before" not in run("report", "aaaa23", "--coaching", "--text")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--measure", "rate"), "No measure is named rate"),
        (("--measure", "rule:slow-dwon"), 'did you mean "rule:slow-down"?'),
        ((), "has nothing to practise. Say with --measure what to watch."),
        (("--measure", "patience_s", "--until", "2026-03-01", "--since", "2026-03-02"), "is before the first"),
        (("--measure", "patience_s", "--agent", "Ann Ko"), "Choose one with --agent."),
    ],
)
@pytest.mark.usefixtures("root")
def test_what_cannot_be_agreed_is_one_sentence(arguments: tuple[str, ...], said: str) -> None:
    assert said in run("action", "add", "aaaa11", "Pause", *arguments, exit_code=1)
    assert run("action", "list", "--all") == "No action has been agreed on.\n"


def test_a_call_that_names_nobody_has_no_action(root: Path) -> None:
    make(root, (), replace(info(FIRST + timedelta(days=30)), agent=""), name="nobody")
    assert "names no agent" in run("action", "add", "nobody", "Pause", "--measure", "patience_s", exit_code=1)


def test_the_measures_are_listed() -> None:
    said = run("action", "measures")
    assert "rate_after_complaints_pct" in said
    assert "slow-down" in said
    assert "paraphrase" in said

"""The cards of a call in its report: score, answers, evidence and notes, escaped and masked."""

from pathlib import Path

from click.testing import CliRunner

from monitor.call.scorecard import card_files
from monitor.cli import main
from tests.monitor.scorecards.made_cards import WORD, card
from tests.report_calls import folder


def report(*arguments: str | Path) -> str:
    done = CliRunner().invoke(main, ["report", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_page_has_every_card_with_its_score_its_evidence_and_its_notes(tmp_path: Path) -> None:
    call = folder(tmp_path)
    card_files.save(call, card("Sue", "no", None, "na", note="not <b>hers</b>", noted_s=83.0))
    card_files.save(call, card("", "yes"))
    report(call, "-o", tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text("utf-8")
    for part in ("Basics, by Sue", "Basics, by somebody who was forgotten", "not &lt;b&gt;hers&lt;/b&gt; (1:23)."):
        assert part in page
    assert "Score 50\N{NO-BREAK SPACE}%: 3 of 3 items answered, 1 n.a., 50\N{NO-BREAK SPACE}% of the weight" in page
    assert f"Machine: yes. Apologies: 1 at 0:10 “sorry about the {WORD}”" in page


def test_the_text_has_the_same(tmp_path: Path) -> None:
    call = folder(tmp_path)
    card_files.save(call, card("Sue", None, None, found=None))
    assert "No score yet: 0 of 2 items answered." in report(call, "--text")


def test_numbers_in_notes_are_masked(tmp_path: Path) -> None:
    call = folder(tmp_path)
    card_files.save(call, card("Sue", "no", note="it was 4111 1111 1111 1111"))
    assert "4111" not in report(call, "--text")


def test_a_call_that_nobody_scored_has_no_such_section(tmp_path: Path) -> None:
    report(folder(tmp_path), "-o", tmp_path / "page.html")
    assert "Scorecards" not in (tmp_path / "page.html").read_text("utf-8")


def test_the_replay_without_a_screen_has_the_score(tmp_path: Path) -> None:
    call = folder(tmp_path)
    card_files.save(call, card("Sue", "yes", "na"))
    done = CliRunner().invoke(main, ["replay", "--plain", str(call)])
    assert "Basics, by Sue: Score 100 %: 2 of 2 items answered, 1 n.a., 0 % of the weight" in done.stdout

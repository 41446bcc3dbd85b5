"""Cards in the folder of a call: each person's own, whole after any write, and known to what deletes and exports."""

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.base.errors import CallFolderError
from monitor.call.scorecard import card_files
from monitor.call.scorecard.card import Card
from monitor.cli import main
from monitor.settings.config import Retention
from monitor.upkeep.retention import delete, due
from tests.made_calls import info, make, said
from tests.monitor.scorecards.made_cards import FOUND, WORD, card


@pytest.fixture(autouse=True)
def own_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))


def run(*arguments: str | Path) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_two_people_keep_two_cards_and_a_later_one_replaces_the_own(tmp_path: Path) -> None:
    folder = make(tmp_path)
    for one in (card("Sue", "yes"), card("Robin", "no"), card("Sue", "partly")):
        card_files.save(folder, one)
    assert {(one.by, one.items[0].answer) for one in card_files.read(folder)} == {("Robin", "no"), ("Sue", "partly")}
    names = [path.name for path in card_files.paths(folder)]
    assert len(names) == 2
    assert not any(name in file.lower() for file in names for name in ("sue", "robin", "basics"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in card_files.paths(folder)} == {0o600}


def test_a_damaged_card_costs_only_itself(tmp_path: Path) -> None:
    folder = make(tmp_path)
    card_files.save(folder, card("Sue", "yes"))
    (folder / "scorecard-00000000.json").write_bytes(b'{"form": "\xff')
    (folder / "scorecard-mine.json").write_bytes(b"not one of ours")
    assert [one.by for one in card_files.read(folder)] == ["Sue"]


def test_a_card_of_a_call_that_is_gone_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CallFolderError, match="moved to another day or deleted"):
        card_files.save(tmp_path / "gone", card("Sue", "yes"))
    assert not (tmp_path / "gone").exists()


def test_the_words_go_with_their_retention_period_and_the_answers_stay(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    folder = make(tmp_path, [said(WORD)], info(now - timedelta(days=100)))
    card_files.save(folder, card("Sue", "no", note=f"she said {WORD}"))
    for one in list(due(tmp_path, Retention(), now)):
        delete(tmp_path, one)  # type: ignore[arg-type]
    (left,) = card_files.read(folder)
    assert (left.items[0].answer, left.items[0].note, left.score.score_pct) == ("no", "", 0.0)
    assert left.items[0].found is not None
    assert (left.items[0].found.fact, left.items[0].found.quote) == (FOUND.fact, "")
    assert not any(WORD.encode() in path.read_bytes() for path in folder.iterdir())


def test_a_person_who_is_forgotten_signs_no_card_any_more(tmp_path: Path) -> None:
    folder = make(tmp_path, about=info(agent="Kim"), name="bbbbbb")
    make(tmp_path, about=info(agent="Sue"), name="cccccc")
    card_files.save(folder, card("Sue", "no"))
    run("forget", "sue", "--yes", "--calls", tmp_path)
    (left,) = card_files.read(folder)
    assert (left.by, left.items[0].answer) == ("", "no")


def test_a_card_is_in_the_json_and_in_the_tables_with_its_numbers_masked(tmp_path: Path) -> None:
    folder = make(tmp_path)
    card_files.save(folder, card("Sue", "no", note="the card was 4111 1111 1111 1111"))
    assert "4111" not in run("export", folder, "--to", "json")
    rows = run("export", folder, "--to", "csv", "--table", "scorecard_items").splitlines()
    assert len(rows) == 2
    assert "••••" in rows[1]
    assert ",person,yes," in rows[1]
    (_, score) = run("export", folder, "--to", "csv", "--table", "scorecards").splitlines()
    assert score.endswith(",0.0,0.0,1,1,0,1")


def test_a_call_that_was_scored_since_is_exported_again(tmp_path: Path) -> None:
    folder, to = make(tmp_path / "calls"), tmp_path / "json"
    export = ("export", "--new", "--to", "json", "-o", to, "--calls", tmp_path / "calls")
    assert run(*export)
    assert not run(*export)
    card_files.save(folder, card("Sue", "yes"))
    assert run(*export)


def test_a_customer_who_asks_gets_no_scorecard_of_the_agent(tmp_path: Path) -> None:
    folder = make(tmp_path / "calls", about=replace(info(), customer="C-17"))
    card_files.save(folder, card("Sue", "no", note=WORD))
    run("export", "--customer", "C-17", "-o", tmp_path / "answer", "--calls", tmp_path / "calls")
    written = [path for path in (tmp_path / "answer").rglob("*") if path.is_file()]
    assert written
    assert not any(WORD.encode() in path.read_bytes() or b"scorecard-" in path.read_bytes() for path in written)


def test_two_states_of_the_cards_differ(tmp_path: Path) -> None:
    folder = make(tmp_path)
    assert card_files.state(folder) == ""
    card_files.save(folder, card("Sue", "yes"))
    before = card_files.state(folder)
    card_files.save(folder, card("Sue", "partly"))
    assert before != card_files.state(folder) != ""


def test_a_card_reads_as_it_was_written(tmp_path: Path) -> None:
    folder, own = make(tmp_path), card("Sue", "no", note="why", noted_s=3.5)
    card_files.save(folder, own)
    read: tuple[Card, ...] = card_files.read(folder)
    assert read == (own,)

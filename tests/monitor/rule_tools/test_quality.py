"""The table of what became of each rule's prompts."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.call.events import Mark, PromptCleared
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.reindex import reindex
from monitor.cli import main
from monitor.rule_tools.quality import lines, quality
from monitor.setup import wrong_prompts
from monitor.setup.wrong_prompts import WrongPrompt
from monitor.upkeep.edit import edit
from tests.made_calls import after, fired, info, make, prompted

COUNTS = (
    *("rule", "flags", "shown", "followed", "partly", "no_change", "not_yet", "dismissed", "snoozed"),
    *("unseen", "unknown", "confirmed", "refused"),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))
    first = [fired("slow-down", 5.0), *prompted("slow-down", 5.0, "followed"), fired("slow-down", 50.0)]
    confirm, dismiss = (Mark(at_s, kind, rule="slow-down") for at_s, kind in ((5.0, "confirm"), (50.0, "dismiss")))
    make(tmp_path, [*first, Mark(3.0, "flag")], made=[confirm, dismiss], name="one")
    second = [fired("slow-down", 5.0), *prompted("slow-down", 5.0, "no_change")]
    third = [
        *prompted("slow-down", 40.0, "followed"),
        fired("paraphrase", 60.0),
        *prompted("paraphrase", 60.0, "not_applicable", taken_down="snoozed"),
        *prompted("paraphrase", 90.0, "followed", seen=False),
    ]
    make(tmp_path, [*second, *third], info(after(days=1)), name="two")
    return tmp_path


def test_every_outcome_is_counted_by_rule(root: Path) -> None:
    with open_catalogue(root) as catalogue:
        reindex(catalogue)
        found = quality(catalogue)
        assert [tuple(getattr(one, name) for name in COUNTS) for one in found] == [
            ("slow-down", 3, 3, 2, 0, 1, 0, 0, 0, 0, 0, 1, 1),
            ("paraphrase", 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0),
        ]
        assert [one.rule for one in quality(catalogue, since=date(2026, 3, 3))] == ["paraphrase", "slow-down"]
        assert quality(catalogue, since=date(2026, 3, 4)) == ()
    assert [(one.effect.seen_pct, one.effect.unseen_pct, one.right) for one in found] == [
        (pytest.approx(200 / 3), None, 0.5),
        (None, 100.0, None),
    ]
    assert [line.split()[:16] for line in lines(found)][1:3] == [
        ["slow-down", "3", "3", "2", "0", "1", "0", "0", "0", "0", "0", "67%", "of", "3", "–", "too"],
        ["paraphrase", "1", "1", "0", "0", "0", "0", "0", "0", "1", "0", "–", "100%", "of", "1", "too"],
    ]


def test_prompts_in_recordings_are_what_happens_without_them(tmp_path: Path) -> None:
    for number in range(12):
        at, name = after(hours=number), f"c{number}"
        make(tmp_path, prompted("rate", 5.0, "followed"), info(at), name=name)
        recording = replace(info(after(days=1, hours=number)), kind="recording")
        make(tmp_path, prompted("rate", 5.0, "followed" if number % 3 == 0 else "no_change"), recording, name=name)
    with open_catalogue(tmp_path) as catalogue:
        reindex(catalogue)
        (found,) = quality(catalogue)
    assert (found.shown, found.followed, found.unseen, found.unknown) == (12, 12, 12, 0)
    assert (found.effect.seen_pct, found.effect.unseen_pct) == (100.0, pytest.approx(100 / 3))
    assert found.effect.difference.beyond_chance
    told = "\n".join(lines([found]))
    assert "100% of 12  33% of 12  +67 points (+" in told
    assert "helped" not in told


def test_prompts_of_an_older_version_count_on_neither_side(tmp_path: Path) -> None:
    old = [
        replace(event, prompt=replace(event.prompt, seen=None)) if isinstance(event, PromptCleared) else event
        for event in prompted("rate", 5.0, "followed")
    ]
    make(tmp_path, old)
    with open_catalogue(tmp_path) as catalogue:
        reindex(catalogue)
        (found,) = quality(catalogue)
    assert (found.shown, found.followed, found.unseen, found.unknown) == (0, 0, 0, 1)
    assert (found.effect.seen_pct, found.effect.unseen_pct) == (None, None)


def test_the_command_prints_a_table_or_json(root: Path) -> None:
    done = CliRunner().invoke(main, ["rules", "quality", "--calls", str(root)])
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].split()[:3] == ["slow-down", "3", "3"]
    done = CliRunner().invoke(main, ["rules", "quality", "--calls", str(root), "--json", "--since", "2026-03-03"])
    assert [one["rule"] for one in json.loads(done.stdout)] == ["paraphrase", "slow-down"]


def test_wrong_prompts_count_where_they_are_shared_or_the_agents_own(root: Path) -> None:
    shared = Mark(5.0, "wrong", rule="slow-down")
    make(root, [fired("slow-down", 5.0), *prompted("slow-down", 5.0, "no_change"), shared], name="three")
    own = [WrongPrompt(folder_of(root, "one"), "slow-down", 5.0), WrongPrompt("2020-01-01/gone", "slow-down", 5.0)]
    with open_catalogue(root) as catalogue:
        reindex(catalogue)
        wrong = {one.rule: one.wrong for one in quality(catalogue, own_wrong=own)}
        assert wrong == {"slow-down": 2, "paraphrase": 0}
        assert {one.rule: one.wrong for one in quality(catalogue)} == {"slow-down": 1, "paraphrase": 0}


def test_an_own_wrong_prompt_counts_after_the_day_of_its_call_was_corrected(root: Path) -> None:
    own = [WrongPrompt(folder_of(root, "one"), "slow-down", 5.0)]
    edit(root, own[0].call, ["started=2025-11-30T09:00"], by="Robin", catalogue_url="", analyze_again=lambda *_: None)
    assert folder_of(root, "one").startswith("2025-11-30/")
    with open_catalogue(root) as catalogue:
        reindex(catalogue)
        assert {one.rule: one.wrong for one in quality(catalogue, own_wrong=own)}["slow-down"] == 1


def test_the_command_counts_the_wrong_prompts_of_the_agent_of_this_machine(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    for agent in ("", "Somebody else"):
        wrong_prompts.add(agent, WrongPrompt(folder_of(root, "one"), "slow-down", 5.0))
    done = CliRunner().invoke(main, ["rules", "quality", "--calls", str(root), "--json"])
    assert {one["rule"]: one["wrong"] for one in json.loads(done.stdout)} == {"slow-down": 1, "paraphrase": 0}


def folder_of(root: Path, name: str) -> str:
    return str(next(root.glob(f"*/*{name}")).relative_to(root))

"""Deleting: what goes when, what stays, and that nothing of it is left anywhere."""

import json
import os
import stat
from dataclasses import MISSING, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from click.testing import CliRunner, Result

from audio.values import HeardAgain, Interruption, Utterance
from monitor.call import lock, marks
from monitor.call.coaching.agreed import ActionAgreed, ActionClosed
from monitor.call.events import CallEvent, Mark, PromptCleared, PromptShown
from monitor.call.info import read_info, write_info
from monitor.call.log import read_events
from monitor.call.wordless import WORDLESS, without_words
from monitor.catalogue import query
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.query import Filter
from monitor.catalogue.reindex import reindex
from monitor.cli import main
from monitor.settings.config import Retention
from monitor.setup import profile
from monitor.setup.profile import Norms, Profile
from monitor.upkeep.retention import LOG, Kind, delete, due
from rules.model import Firing, Noticed, Prompt
from tests.made_calls import START, fired, info, make, prompted, said

WORD = "marmalade"
QUOTE = Prompt("paraphrase", "paraphrase", "prompt", f"Say {WORD}", "25 s", f"So the {WORD}", 30.0)
TALK: list[CallEvent] = [
    said(f"I want my {WORD} back"),
    fired("slow-down", 10.0),
    *prompted("slow-down", 10.0, "followed"),
    Firing("paraphrase", "customer", 30.0, 25.0, None, 20.0, "prompt", "paraphrase", (WORD,), key_words=(WORD,)),
    PromptShown(QUOTE, 0.2),
    PromptCleared(replace(QUOTE, until_s=36.0, outcome="no_change", after="no_change")),
    Noticed("promise", "agent", 40.0, 42.0, f"I will send {WORD}", f"after the {WORD}"),
    Interruption("agent", 50.0, 51.0),
    Mark(55.0, "flag"),
]
MARKS = [
    Mark(10.0, "dismiss", f"she said {WORD}", by="Robin", rule="slow-down"),
    Mark(0.0, "note", WORD, by="Robin"),
    Mark(0.0, "tag", "training"),
]


def call(*arguments: str | Path, answer: str = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=answer)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TONE_MONITOR_PROFILES", str(tmp_path / "profiles"))
    return tmp_path / "calls"


def kept(root: Path, days_ago: int, name: str = "a1b2c3", agent: str = "Sam Porter") -> Path:
    """Keep a call with all that a folder can hold."""
    folder = make(root, TALK, info(NOW - timedelta(days=days_ago), agent), MARKS, name=name)
    for file in ("audio.flac", "audio.2.wav", "report.html", "events.jsonl.half"):
        (folder / file).write_text(WORD)
        (folder / file).chmod(0o600)
    (folder / "clips").mkdir()
    (folder / "clips" / "one.vtt").write_text(WORD)
    return folder


NOW = START.astimezone()
RETENTION = Retention()


def purged(root: Path, retention: Retention = RETENTION) -> list[tuple[Kind, str]]:
    found = list(due(root, retention, NOW))
    for one in found:
        delete(root, one)
    return [(one.deletion.what, one.deletion.call.rpartition("-")[2]) for one in found]


def holding(folder: Path, text: str = WORD) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes())


def test_each_kind_goes_when_its_time_is_up(root: Path) -> None:
    for name, days_ago in (("new", 29), ("mid", 30), ("old", 90), ("gone", 365)):
        kept(root, days_ago, name)
    assert sorted(purged(root)) == [("call", "gone"), ("sound", "mid"), ("sound", "old"), ("words", "old")]
    left = {folder.name.rpartition("-")[2]: folder for folder in root.glob("*/*")}
    assert sorted(left) == ["mid", "new", "old"]
    assert not (root / f"{NOW - timedelta(days=365):%Y-%m-%d}").exists()
    assert "audio.flac" in holding(left["new"])
    assert not list(left["mid"].glob("audio*"))
    assert "events.jsonl" in holding(left["mid"])
    assert holding(left["old"]) == []
    assert sorted(file.name for file in left["old"].iterdir()) == ["call.toml", "events.jsonl", "marks.jsonl"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in left["old"].iterdir()} == {0o600}
    assert purged(root) == []


def test_numbers_outcomes_and_tags_outlive_the_words(root: Path) -> None:
    folder = kept(root, 100)
    before = list(read_events(folder))
    purged(root)
    after = list(read_events(folder))
    assert [type(event) for event in after] == [type(event) for event in before]
    assert [event for event in after if isinstance(event, WORDLESS)] == [
        event for event in before if isinstance(event, WORDLESS)
    ]
    spoken = next(event for event in after if isinstance(event, Utterance))
    assert (spoken.start_s, spoken.end_s, spoken.words) == (5.0, 10.0, ())
    shown = [event.prompt for event in after if isinstance(event, PromptCleared)]
    assert [(prompt.title, prompt.fact, prompt.outcome) for prompt in shown] == [
        ("Slow down", "5.9, usual 4.8", "followed"),
        ("Paraphrase", "", "no_change"),
    ]
    assert [(mark.kind, mark.text) for mark in marks.read(folder)] == [
        ("dismiss", ""),
        ("note", ""),
        ("tag", "training"),
    ]
    about = read_info(folder)
    assert about.sound_deleted == about.words_deleted == NOW.isoformat()


def test_it_is_decided_of_every_kind_of_event_what_is_left_of_it() -> None:
    judged = {Utterance, HeardAgain, Firing, Noticed, PromptShown, PromptCleared, Mark, ActionAgreed, ActionClosed}
    assert {*WORDLESS, *judged} == set(get_args(CallEvent))


LABELS = {"rule", "action", "owner", "protocol", "metric", "item", "by", "made"}
"""Texts of ours, and who made a mark and when."""


@pytest.mark.parametrize("kind", [Firing, Noticed, Prompt, Mark])
def test_no_text_of_an_event_stays_but_labels(kind: type) -> None:
    hints = get_type_hints(kind)
    texts = {str: WORD, tuple[str, ...]: (WORD,), float: 1.0, float | None: 1.0}
    asked = [field.name for field in fields(kind) if hints[field.name] in texts or field.default is MISSING]
    made = kind(**{name: texts.get(hints[name]) or get_args(hints[name])[0] for name in asked})
    (left,) = without_words([PromptShown(made) if kind is Prompt else made])
    holder = left.prompt if kind is Prompt else left
    assert {field.name for field in fields(kind) if WORD in str(getattr(holder, field.name))} <= LABELS


def test_a_prompt_whose_flag_is_lost_quotes_nobody_any_more() -> None:
    shown = PromptShown(Prompt("slow-down", "slow_down", "prompt", "Slow down", WORD, WORD, 1.0))
    assert WORD not in repr(without_words([shown]))


def test_damaged_lines_go_with_the_words(root: Path) -> None:
    folder = kept(root, 100)
    log = folder / "events.jsonl"
    log.write_bytes(log.read_bytes() + b'{"event":"utterance","words":[{"text":"' + WORD.encode())
    (folder / "call.toml").write_text("nonsense")
    os.utime(folder / "call.toml", (0, 0))
    for file in folder.iterdir():
        os.utime(file, (0, 0))
    assert ("words", "a1b2c3") in purged(root)
    assert holding(folder) == []
    assert len(list(read_events(folder))) == len(TALK) + 22


def test_a_call_that_goes_on_is_left_alone(root: Path) -> None:
    folder = kept(root, 400)
    write_info(folder, replace(read_info(folder), closed=False))
    with lock.hold(folder):
        assert "is in progress" in call("forget", "Sam Porter", "--yes").stderr
        assert "is in progress" in call("forget", folder.name, "--yes").stderr
        assert purged(root) == []
    assert purged(root) == [("call", "a1b2c3")]


def test_what_is_no_call_is_left_alone(root: Path) -> None:
    (root / "notes").mkdir(parents=True)
    (root / "notes" / "mine.txt").write_text("x")
    (root / "2020-01-01").mkdir()
    (root / "2020-01-01" / "linked").symlink_to(root / "notes")
    assert purged(root) == []
    assert purged(root / "missing") == []


def test_every_deletion_is_written_down_without_a_name(root: Path) -> None:
    kept(root, 100)
    purged(root)
    log = (root / LOG).read_text().splitlines()
    day = f"{NOW - timedelta(days=100):%Y-%m-%d}"
    assert [json.loads(line) for line in log] == [
        {"when": NOW.isoformat(), "what": "sound", "call": f"{day}/093015-a1b2c3", "why": "older than 30 days"},
        {"when": NOW.isoformat(), "what": "words", "call": f"{day}/093015-a1b2c3", "why": "older than 90 days"},
    ]
    assert "Sam" not in "".join(log)
    assert stat.S_IMODE((root / LOG).stat().st_mode) == 0o600


def test_the_command_says_first_and_deletes_then_also_from_the_catalogue(root: Path) -> None:
    kept(root, 10_000)
    with open_catalogue(root) as catalogue:
        reindex(catalogue)
        assert query.count(catalogue, Filter(words=WORD)).calls == 1
    said_so = call("purge", "--dry-run")
    assert said_so.exit_code == 0
    assert said_so.stdout.startswith("call    ")
    assert said_so.stdout.endswith("Would delete all of 1 call.\n")
    assert list(root.glob("*/*/audio.flac"))
    done = call("purge")
    assert (done.exit_code, done.stdout) == (0, "Deleted all of 1 call.\n")
    assert holding(root) == []
    with open_catalogue(root) as catalogue:
        assert query.count(catalogue, Filter()).calls == 0
    assert call("purge").stdout == "Deleted nothing.\n"


def test_words_whose_time_is_up_leave_the_catalogue_and_the_call_stays_listed(root: Path, tmp_path: Path) -> None:
    kept(root, 0)
    (tmp_path / "none.toml").write_text("[retention]\ntranscript_days = 1\naudio_days = 36500\nnumbers_days = 36500\n")
    with open_catalogue(root) as catalogue:
        reindex(catalogue)
    assert call("purge").stdout == "Deleted the words of 1 call.\n"
    with open_catalogue(root) as catalogue:
        (row,) = query.calls(catalogue, Filter())
        assert (row.flags, row.prompts, row.tags) == (3, 2, "training")
        assert query.count(catalogue, Filter(words=WORD)).calls == 0
    assert set(holding(root)) == {"audio.flac", "audio.2.wav"}


def test_an_agent_is_forgotten_after_a_question(root: Path) -> None:
    kept(root, 1, "one")
    kept(root, 2, "two")
    other = kept(root, 3, "other", "Ada Byron")
    norms = Norms(level_dbfs=-20.0, articulation_rate_sps=4.5)
    days = {"device": "Headset", "language": "en", "confirmed": date(2026, 3, 1), "usual": norms, "calibrated": norms}
    profile.save(Profile(agent="Sam Porter", **days))
    profile.save(Profile(agent="Ada Byron", **days))
    asked = call("forget", "sam porter", answer="n\n")
    assert asked.exit_code == 1
    assert "Delete all of 2 calls and the voice profiles of this agent permanently?" in asked.stderr
    assert len(list(root.glob("*/*"))) == 3
    done = call("forget", "sam porter", "--yes")
    assert (done.exit_code, done.stdout) == (0, "Deleted all of 2 calls.\n")
    assert list(root.glob("*/*")) == [other]
    assert [profile.read(path).agent for path in profile.files()] == ["Ada Byron"]
    assert holding(root, "Sam Porter") == []
    assert [json.loads(line)["why"] for line in (root / LOG).read_text().splitlines()] == ["asked for", "asked for"]


def test_one_call_is_forgotten_by_its_id(root: Path, tmp_path: Path) -> None:
    folder, other = kept(root, 1, "one"), kept(root, 2, "two")
    assert call("forget", folder.name, "--yes").exit_code == 0
    assert list(root.glob("*/*")) == [other]
    assert "Give an agent, a call, or --customer ID" in call("forget", "", "--yes").stderr
    assert f"Delete the call {other.parent.name}/{other.name} permanently?" in call("forget", other.name).stderr
    assert "There is no call 'Nobody'" in call("forget", "Nobody", "--yes").stderr
    elsewhere = make(tmp_path / "elsewhere")
    assert "is not in the calls folder" in call("forget", str(elsewhere), "--yes").stderr
    assert elsewhere.exists()


def test_what_cannot_be_deleted_is_told_and_the_rest_goes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, free = kept(root, 9_999, "stuck"), kept(root, 9_998, "free")
    remove = __import__("shutil").rmtree

    def refuse(path: Path) -> None:
        if path == stuck:
            raise PermissionError(13, "Permission denied")
        remove(path)

    monkeypatch.setattr("monitor.upkeep.retention.shutil.rmtree", refuse)
    done = call("purge")
    assert done.exit_code == 1
    assert "stuck could not be deleted (Permission denied)" in done.stderr
    assert done.stdout == "Deleted all of 1 call.\n"
    assert stuck.exists()
    assert not free.exists()

"""An agent's own page: own calls alone, against the own past."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from audio.values import ToneSample, Turn, Utterance, Word
from monitor.call import marks
from monitor.call.coaching.agreed import ActionAgreed
from monitor.call.events import CallEvent, Ended, Mark
from monitor.call.info import Takeover
from monitor.cli import main
from monitor.report.own import own_text
from monitor.report.own.further import WORDS, further
from monitor.report.own.own_calls import own_calls
from monitor.report.own.own_facts import OwnFacts, own_facts
from monitor.report.stored_call import read
from rules.model import Firing, Noticed
from tests.made_calls import info, make

FIRST = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 5, 1)


def speech(over_pct: float, from_s: int = 10, to_s: int = 40) -> list[CallEvent]:
    return [
        ToneSample(
            *("agent", at / 10, (at + 1) / 10, True),
            level_dbfs=-30.0,
            level_over_baseline_db=1.0,
            articulation_rate_sps=5.0,
            rate_over_baseline_pct=over_pct,
        )
        for at in range(from_s * 10, to_s * 10)
    ]


def call(root: Path, day: int, over_pct: float = 2.0, agent: str = "Sam Porter") -> Path:
    about = info(FIRST + timedelta(days=day), agent)
    return make(root, [*speech(over_pct + day % 3), Turn("agent", 10.0, 40.0)], about, name=f"{agent[:3]}{day:03}")


def facts(root: Path) -> OwnFacts:
    found = own_facts(root, "sam porter", date.min, date.max, TODAY)
    assert found is not None
    return found


def words(root: Path) -> str:
    return " ".join(" ".join(own_text.text(facts(root))).split())


def test_one_call_is_too_early_to_compare(tmp_path: Path) -> None:
    call(tmp_path, 0)
    said = words(tmp_path)
    assert "1 call, 2 March 2026." in said
    assert "too early to compare: that takes 10 measured calls before 3 February 2026 and 10 since" in said
    assert own_facts(tmp_path, "Ann", date.min, date.max, TODAY) is None


def test_the_last_four_weeks_are_compared_with_the_own_past_and_nobody_else_is_on_the_page(tmp_path: Path) -> None:
    for day in range(0, 54, 2):
        call(tmp_path, day, 20.0 if day < 24 else 2.0)
        call(tmp_path, day, 2.0, "Ann Ko")
    found = facts(tmp_path)
    rate = next(one for measure, one in found.measures if measure.name == "rate_in_pct")
    assert (len(rate.before), len(rate.since)) == (13, 14)
    assert rate.difference.beyond_chance
    said = words(tmp_path)
    assert "Rate in usual range: +92 points since 27 March 2026, more than chance" in said
    assert "27 calls" in said
    assert "Ann" not in said


def test_notes_answers_and_actions_of_her_own_part_are_on_it(tmp_path: Path) -> None:
    folder = call(tmp_path, 0)
    about = replace(info(FIRST + timedelta(days=1), "Ann Ko"), takeovers=(Takeover("Sam Porter", 60.0),))
    note = Mark(70.0, "note", "Sag es zuerst zurück.", "Robin", "2026-03-04T08:00:00+00:00")
    make(tmp_path, speech(2.0, 61, 100), about, [note, replace(note, at_s=20.0, text="for Ann")], name="shared")
    marks.add(folder, Mark(12.0, "dispute", "Echo.", "Sam Porter", "2026-03-04T08:00:00+00:00", "slow-down"))
    agreed = ActionAgreed(
        *("4f2a91", "Sam Porter", "Kim", "Pause", "rate_over_usual_pct"),
        *(date(2026, 3, 3), date(2026, 3, 30), "2026-03-02T16:30:00+00:00"),
    )
    marks.add_action(folder, agreed)
    said = words(tmp_path)
    assert "Pause: agreed with Kim, from 3 March 2026 until 30 March 2026." in said
    assert "Of the calls before, 0 can be compared; 10 are needed" in said
    assert "Sag es zuerst zurück." in said
    assert "dispute" in said
    assert "for Ann" not in said


def test_what_an_action_may_name_besides_is_measured_in_each_call(tmp_path: Path) -> None:
    complaints = [Noticed("complaint", "customer", at_s, at_s + 1, "it fails") for at_s in (20.0, 60.0)]
    sorry = Noticed("apology", "agent", 30.0, 31.0, "I am sorry")
    turns = [Turn("customer", at_s, at_s + 3) for at_s in (19.0, 59.0)]
    said = [*speech(2.0, 10, 20), *speech(20.0, 22, 26), *speech(2.0, 45, 55), *complaints, sorry, *turns]
    found = further(read(make(tmp_path, said, replace(info(), model="tiny.en"))))
    assert found["rate_after_complaints_pct"] == pytest.approx(20.0)
    assert found["complaints_answered_pct"] == 50.0
    assert found["fast_per_10_min"] == pytest.approx(5.0)
    assert found["loud_per_10_min"] == 0.0


def test_of_a_language_without_phrases_and_without_words_only_the_tone_is_measured(tmp_path: Path) -> None:
    french = Utterance("customer", 20.0, 22.0, (Word(20.0, 22.0, "Bonjour", 0.9),), 22.5, "fr")
    foreign = further(read(make(tmp_path / "fr", [*speech(2.0), french], replace(info(), model="base"))))
    wordless = further(read(make(tmp_path / "none", speech(2.0))))
    for found in (foreign, wordless):
        assert found["rate_over_usual_pct"] == pytest.approx(2.0)
        assert WORDS not in found
        assert "rate_after_complaints_pct" not in found


def test_flags_and_what_was_said_are_counted_in_ten_minutes(tmp_path: Path) -> None:
    from monitor.report.own.own_calls import _values  # noqa: PLC0415
    from tests.monitor.follow_up.test_change import ACTION, AGREED  # noqa: PLC0415

    flag = Firing("slow-down", "agent", 20.0, 20.0, None, 12.0, "prompt", "slow_down")
    sorry = Noticed("apology", "agent", 30.0, 31.0, "I am sorry")
    make(tmp_path, [*speech(2.0), flag, sorry], replace(info(), model="tiny.en"))
    (one,) = own_calls(tmp_path, "Sam Porter")
    for measure, value in (("rule:slow-down", 5.0), ("said:apology", 5.0), ("said:paraphrase", 0.0)):
        assert _values(one, replace(AGREED, action=replace(ACTION, measure=measure)))[measure] == value


def test_the_command_writes_the_page_for_the_agent_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "config.toml"))
    call(tmp_path / "calls", 0)
    call(tmp_path / "calls", 1, agent="Ann Ko")
    to, calls = tmp_path / "own.html", ("--calls", str(tmp_path / "calls"))

    def run(*arguments: str) -> str:
        return CliRunner().invoke(main, ["report", "--mine", *arguments, *calls]).output

    assert "set agent.name" in run()
    (tmp_path / "config.toml").write_text('[agent]\nname = "Sam Porter"\n', "utf-8")
    assert run("-o", str(to)).strip() == str(to)
    page = to.read_text("utf-8")
    assert "Your calls" in page
    assert "Ann" not in page
    assert len(re.findall("too little data", page)) >= 8
    assert "Your calls, Sam Porter" in run("--text")
    assert "has no calls of Sam Porter" in run("--since", "2027-01-01")
    assert "--mine takes only" in run("--team")


def test_an_ended_call_is_measured_even_with_little_in_it(tmp_path: Path) -> None:
    make(tmp_path, [Ended(120.0, "stopped")])
    assert "1 call, 2 March 2026." in words(tmp_path)

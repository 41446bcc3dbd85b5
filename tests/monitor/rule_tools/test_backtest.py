"""Other rules on stored calls: `tone-monitor rules try`."""

import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, Speaker
from audio.measure.frames import FRAME
from audio.values import EchoHeard, ToneSample, Utterance, Word
from audio.words.utterances import Cut
from monitor import sample
from monitor.call.events import CallEvent, Ended, Health, PromptShown
from monitor.call.folder import CallWriter
from monitor.call.info import CallInfo
from monitor.cli import main
from monitor.pipeline.judge import ECHO, JudgeStage
from monitor.pipeline.measure import Measured, Pending, Tick
from monitor.recordings.one import analyze
from monitor.rule_tools.backtest import AWAITED, SAME_WITHIN_S, judged_again, prompts, try_rules
from rules.cases import spoken
from tests.made_rules import SHIPPED

LENGTH_S = 60
TEAM = """
[slow-down]
extends = "slow-down"
enabled = false

[lower-volume]
extends = "lower-volume"
title = "Softer"
"""


@dataclass(frozen=True)
class Said:
    speaker: Speaker
    start_s: float
    text: str
    late_s: float
    """From the sound that ended it to its words."""

    def utterance(self) -> Utterance:
        said = spoken(self.speaker, self.start_s, self.text)
        words = tuple(Word(word.start_s, word.end_s, word.text, word.probability) for word in said.words)
        return Utterance(self.speaker, self.start_s, said.end_s, words, round(said.end_s + 0.448, 3))


def raised(speaker: Speaker, step: int, by_db: float) -> ToneSample:
    """A tenth of a second in a voice that is so much louder, brighter and higher."""
    return ToneSample(
        speaker,
        step / 10,
        (step + 1) / 10,
        speaking=by_db > 0,
        level_over_baseline_db=by_db,
        balance_over_baseline_db=0.55 * by_db,
        pitch_over_baseline_st=0.4 * by_db,
    )


def judged(tone_db: list[float], all_said: list[Said]) -> list[CallEvent]:
    """A live call: a level a second, and words that come late."""
    judging = JudgeStage(SHIPPED, words=True, wait=False)
    return [event for item in stream(tone_db, all_said) for event in judging.feed(item)] + list(judging.flush())


def stream(tone_db: list[float], all_said: list[Said]) -> Iterator[Measured]:
    utterances = [(said.utterance(), said.late_s) for said in all_said]
    coming: list[tuple[Utterance, float, Future[Utterance]]] = [(said, late_s, Future()) for said, late_s in utterances]
    step = 0
    for end in range(FRAME, LENGTH_S * SAMPLE_RATE_HZ, FRAME):
        if end + FRAME // 2 >= (step + 1) * 1600:
            level_db = tone_db[(step // 10) % len(tone_db)]
            for speaker in ("agent", "customer"):
                yield raised(speaker, step, level_db)
            step += 1
        for said, late_s, words in coming:
            known = round(said.known_s * SAMPLE_RATE_HZ)
            if end - FRAME < known <= end:
                start, stop = (round(at_s * SAMPLE_RATE_HZ) for at_s in (said.start_s, said.end_s))
                yield Pending(Cut(said.speaker, start, stop, known, np.zeros(0, np.float32)), words)
            if not words.done() and known + late_s * SAMPLE_RATE_HZ <= end:
                words.set_result(said)
        open_at = [said.start_s for said, _, words in coming if said.known_s * SAMPLE_RATE_HZ > end]
        yield Tick(end, min([end - AWAITED, *(round(at_s * SAMPLE_RATE_HZ) for at_s in open_at)]), agent_speaks=False)
    for said, _, words in coming:
        if not words.done():
            words.set_result(said)


TEXTS = [
    "This is ridiculous.",
    "Can I speak to a manager?",
    "I understand how frustrating that is.",
    "Your name?",
    "Yes.",
]


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 1.0, 7.0, 9.0, 11.0]), min_size=1, max_size=LENGTH_S),
    st.lists(
        st.tuples(st.sampled_from(["agent", "customer"]), st.sampled_from(TEXTS), st.floats(0, 3)),
        max_size=LENGTH_S // 4,
    ),
)
def test_the_same_rules_give_the_same_prompts(tone_db: list[float], lines: list[tuple[Speaker, str, float]]) -> None:
    all_said = [Said(speaker, 1 + 4.0 * n, text, late_s) for n, (speaker, text, late_s) in enumerate(lines)]
    stored = judged(tone_db, all_said)
    before, after = prompts(stored), prompts(judged_again(stored, SHIPPED, words=True))
    assert [(one.rule, one.fact) for one in after] == [(one.rule, one.fact) for one in before]
    assert [one.since_s for one in after] == pytest.approx([one.since_s for one in before], abs=SAME_WITHIN_S)


def test_a_voice_that_may_be_an_echo_is_not_blamed_again() -> None:
    judging = JudgeStage(SHIPPED, words=True, wait=False)
    heard = [EchoHeard(0.0, heard=True), *stream([11.0], [])]
    stored = [event for item in heard for event in judging.feed(item)]
    assert prompts(judged([11.0], []))
    assert [event.note for event in stored if isinstance(event, Health)] == [ECHO]
    assert prompts(stored) == prompts(judged_again(stored, SHIPPED, words=True)) == ()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Calls with one in it: the built-in one, by its tone."""
    folder = tmp_path_factory.mktemp("calls")
    analyze(sample.CALL, model="none", calls=folder)
    return folder


@pytest.fixture
def team(tmp_path: Path) -> Path:
    path = tmp_path / "team.toml"
    path.write_text(TEAM, "utf-8")
    return path


@pytest.mark.slow
def test_a_stored_call_is_prompted_as_it_was_by_the_rules_it_was_judged_by(root: Path) -> None:
    (tried,) = try_rules([], [root])
    assert [change.rule for change in tried.changes] == ["slow-down", "lower-volume"]
    assert [(change.before, change.what) for change in tried.changes] == [(c.after, "same") for c in tried.changes]


@pytest.mark.slow
def test_what_other_rules_change_is_told(root: Path, team: Path) -> None:
    done = CliRunner().invoke(main, ["rules", "try", str(team), str(root)])
    assert done.exit_code == 0
    head, slower, softer = done.stdout.splitlines()
    assert head.endswith("2 before, 1 with these rules, 0 the same")
    assert slower.split()[1:] == ["Slow", "down", "→", "–", "slow-down", "gone"]
    assert softer.split()[1:] == ["Lower", "volume", "→", "Softer", "lower-volume", "reworded"]


@pytest.mark.slow
def test_several_calls_are_summed_up_by_rule(root: Path, team: Path) -> None:
    done = CliRunner().invoke(main, ["rules", "try", str(team), str(root), str(root)])
    assert done.stdout.splitlines()[-3:] == [
        "2 calls: 4 before, 2 with these rules, 0 the same",
        "  lower-volume            2 before, 2 with these rules, 0 the same",
        "  slow-down               2 before, 0 with these rules, 0 the same",
    ]


@pytest.mark.slow
def test_json_holds_the_prompts_whole(root: Path, team: Path) -> None:
    (line,) = CliRunner().invoke(main, ["rules", "try", str(team), str(root), "--json"]).stdout.splitlines()
    gone, reworded = json.loads(line)["changes"]
    assert (gone["before"]["title"], gone["after"]) == ("Slow down", None)
    assert reworded["after"]["title"] == "Softer"


@pytest.mark.slow
def test_a_prompt_that_comes_later_has_moved(root: Path, team: Path) -> None:
    team.write_text('[lower-volume]\nextends = "lower-volume"\nhold_s = 2\n', "utf-8")
    (tried,) = try_rules([team], [root])
    (moved,) = [change for change in tried.changes if change.rule == "lower-volume"]
    assert moved.before
    assert moved.after
    assert moved.what == f"{moved.after.since_s - moved.before.since_s:.1f} s later"


def test_a_call_that_broke_off_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    writer = CallWriter(tmp_path, CallInfo(started, "a", ("agent",), "none", "x", "x"), record=False)
    for step in range(20):
        writer.note(raised("agent", step, 11.0))
    writer.note(Ended(2.0, "stopped"))
    writer.close()
    with (writer.folder / "events.jsonl").open("ab") as log:
        log.write(b'{"event":"tone","spea')
    (tried,) = try_rules([], [writer.folder])
    assert [(change.rule, change.what, change.since_s) for change in tried.changes] == [
        ("lower-volume-strong", "new", 1.4)
    ]


def test_a_folder_without_a_call_is_a_sentence(tmp_path: Path, team: Path) -> None:
    done = CliRunner().invoke(main, ["rules", "try", str(team), str(tmp_path)])
    assert done.exit_code == 1
    assert done.stderr.endswith("Choose the folder of a call.\n")


def test_a_prompt_is_told_as_it_ended() -> None:
    events = judged([11.0, 11.0, 1.0, 1.0, 1.0], [])
    shown = [event for event in events if isinstance(event, PromptShown)]
    assert shown
    assert len(prompts(events)) == len(shown)
    assert all(prompt.until_s for prompt in prompts(events))

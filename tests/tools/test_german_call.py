"""The German call: its script, and what is due in it."""

from itertools import pairwise
from pathlib import Path

import pytest

from audio.block import SAMPLE_RATE_HZ
from tools.german_call import SCRIPT
from tools.german_call.make import GermanCall, available, make
from tools.german_call.script import Script
from tools.scripted_call.parts import load

needs_pico = pytest.mark.skipif(not available(), reason="SVOX Pico, which speaks German, is not installed")
ACTIONS = ["slow_down", "paraphrase", "lower_volume", "escalate"]


@pytest.fixture(scope="module")
def call() -> GermanCall:
    return make(load(SCRIPT, Script))


def test_the_script_makes_each_prompt_due_once() -> None:
    assert [line.due.action for line in load(SCRIPT, Script).lines if line.due] == ACTIONS


def test_the_agent_says_what_is_usual_before_she_hurries() -> None:
    lines = load(SCRIPT, Script).lines
    first = next(number for number, line in enumerate(lines) if line.due)
    assert {(line.rate, line.gain_db) for line in lines[:first]} == {(1.0, 0.0)}


def test_a_wrong_script_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "script.toml"
    path.write_text("silence_s = 0.5\n[voices]\n[[lines]]\nspeaker = 'agent'\n")
    with pytest.raises(ValueError, match=r"script\.toml cannot be used: .*`text`"):
        load(path, Script)


def test_without_pico_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="libttspico-utils"):
        make(load(SCRIPT, Script))


@needs_pico
@pytest.mark.slow
def test_the_call_lasts_two_minutes(call: GermanCall) -> None:
    assert len(call.samples) / SAMPLE_RATE_HZ == pytest.approx(120, abs=10)


@needs_pico
@pytest.mark.slow
def test_prompts_are_due_far_enough_apart_to_be_shown(call: GermanCall) -> None:
    assert all(later.from_s - earlier.to_s > 15 for earlier, later in pairwise(call.moments))

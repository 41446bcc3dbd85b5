"""When the planned prompts of the built-in call are due."""

from dataclasses import replace

import pytest

from monitor.sample import SpokenLine, truth
from tools.sample_call import SCRIPT, plan
from tools.sample_call.script import Script
from tools.scripted_call.parts import load

LINES = truth().lines


@pytest.fixture(scope="module")
def script() -> Script:
    return load(SCRIPT, Script)


def spoken(start_s: float, end_s: float, rate_sps: float, gain_db: float = 0.0, text: str = "") -> SpokenLine:
    count = round((end_s - start_s) * rate_sps)
    syllables_s = tuple(start_s + (place + 0.5) / rate_sps for place in range(count))
    return SpokenLine("agent", start_s, end_s, text, 1.0, gain_db, 0.0, 1.0, -24.0, syllables_s, ())


def test_articulation_rate_leaves_out_long_pauses_and_keeps_short_ones() -> None:
    whole = spoken(0, 10, 5)
    paused = replace(whole, syllables_s=tuple(s for s in whole.syllables_s if s < 4 or s > 6), pauses_s=((4, 6),))
    assert plan.articulation_rate(plan.speech_clock((paused,), "agent"), 8)[-1] == pytest.approx(5)
    short = replace(whole, pauses_s=((4, 4.2),))
    assert len(plan.speech_clock((short,), "agent").end_s) == 1000


def test_slow_down_comes_when_the_window_is_over_the_limit_for_long_enough(script: Script) -> None:
    # the window of 10 s reaches 5 syll/s when half of it is at 6 after 4, 5 s in; 3 s later it is due
    rule = replace(script.plan.slow_down, window_s=10, over_pct=12, at_least_sps=5, hold_s=3)
    lines = (spoken(0, 30, 4), spoken(31, 51, 6))
    due = plan.slow_down(lines, replace(script.plan, slow_down=rule))
    assert due.at_s == pytest.approx(39, abs=0.3)


def test_lower_volume_comes_when_the_energy_is_over_the_limit_for_long_enough(script: Script) -> None:
    # +9 dB is 7.94 times the energy: the mean over 2 s is 3.98 times (+6 dB) after 0.86 s of it; due 1 s later
    lines = (spoken(0, 30, 4), spoken(31, 41, 4, gain_db=9))
    due = plan.lower_volume(lines, script.plan)
    assert due.at_s == pytest.approx(31 + 0.86 + 1, abs=0.02)


def test_a_prompt_that_never_comes_due_is_an_error(script: Script) -> None:
    with pytest.raises(ValueError, match="never makes a planned prompt due"):
        plan.slow_down((spoken(0, 60, 4),), script.plan)
    with pytest.raises(ValueError, match="less than the 25 s"):
        plan.lower_volume((spoken(0, 10, 4),), script.plan)
    with pytest.raises(ValueError, match="never explains"):
        plan.paraphrase(tuple(line for line in LINES if line.end_s < 60), script.plan)
    with pytest.raises(ValueError, match="No line has the words"):
        plan.escalate((spoken(0, 60, 4, text="Hello."),), script.plan)

"""What the agent reads about her microphone, in a whole call."""

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock, Samples
from audio.values import MicrophoneChange, Usual
from monitor import sample
from monitor.call.events import CallEvent, Health, PromptShown
from monitor.pipeline.judge import JudgeStage
from monitor.pipeline.measure import MeasureStage
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.microphone import microphone_health
from rules.load import load

pytestmark = pytest.mark.slow

AGENT = soundfile.read(sample.CALL, dtype="float32")[0][:, 0]


def lines(from_s: float, to_s: float) -> Samples:
    """What the agent of the built-in call says calmly in a part of it, without the waits between."""
    calm = [one for one in sample.truth().lines if one.speaker == "agent" and one.rate < 1.2 and one.gain_db < 1]
    spans = [(one.start_s, one.end_s + 0.2) for one in calm if from_s <= one.start_s < to_s]
    return np.concatenate([AGENT[round(start_s * 16_000) : round(end_s * 16_000)] for start_s, end_s in spans]) / 4


CALM, LATER = lines(0, 117), lines(145, 175)


def heard(sound: Samples, usual: Usual | None = None) -> list[CallEvent]:
    judging = JudgeStage(load(metrics=BY_NAME), words=False, wait=True)
    measuring = MeasureStage(("agent",), None, profiles={"agent": usual} if usual else None)
    measured = [*measuring.feed(AudioBlock("agent", 0, sound)), *measuring.flush()]
    return [event for item in measured for event in judging.feed(item)] + list(judging.flush())


def notes(events: list[CallEvent]) -> list[tuple[str | None, str]]:
    return [(event.cause, event.note) for event in events if isinstance(event, Health)]


@pytest.fixture(scope="module")
def usual() -> Usual:
    return next(event for event in heard(CALM) if isinstance(event, Usual))


def test_a_gain_that_changes_in_mid_call_gives_a_sentence_and_no_prompt() -> None:
    events = heard(np.concatenate([CALM, LATER * np.float32(10 ** (9 / 20))]))
    assert not [event for event in events if isinstance(event, PromptShown)]
    ((cause, note),) = notes(events)
    assert cause == "gain"
    assert note.startswith("Your microphone's level changed by +")
    assert float(note.split("+")[1].split()[0]) == pytest.approx(9, abs=2)


def test_a_gain_that_the_profile_does_not_know_gives_a_sentence_and_no_prompt(usual: Usual) -> None:
    events = heard(LATER * np.float32(10 ** (9 / 20)), usual)
    assert not [event for event in events if isinstance(event, PromptShown)]
    assert [cause for cause, _ in notes(events)] == ["gain"]


def test_another_voice_is_not_judged_by_the_profile(usual: Usual) -> None:
    assert usual.pitch_hz is not None
    lower = Usual("agent", usual.level_dbfs, usual.articulation_rate_sps, usual.pitch_hz / 1.6, usual.balance_db)
    events = heard(LATER, lower)
    assert not [event for event in events if isinstance(event, PromptShown)]
    assert [cause for cause, _ in notes(events)] == ["other voice"]


def test_nobody_here_can_change_the_customer_s_line() -> None:
    assert list(microphone_health(MicrophoneChange("customer", 3.0, "gain", 6.0))) == []

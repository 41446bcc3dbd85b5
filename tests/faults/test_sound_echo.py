"""A laptop's loudspeaker: the customer's voice comes into the agent's microphone through the room."""

import numpy as np
import pytest
import soundfile

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from audio.values import Turn
from monitor import sample
from monitor.call.events import CallEvent, Health
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load
from tests import rooms

pytestmark = pytest.mark.slow
LENGTH = 16 * SAMPLE_RATE_HZ


def measured(agent: np.ndarray, customer: np.ndarray, block: int) -> list[CallEvent]:
    pipeline = Pipeline(("agent", "customer"), load(metrics=BY_NAME), None)
    sides = (("agent", agent), ("customer", customer))
    events = [
        event
        for at in range(0, len(agent), block)
        for speaker, sound in sides
        for event in pipeline.feed(AudioBlock(speaker, at, sound[at : at + block]))
    ]
    return [*events, *pipeline.flush()]


def test_the_agent_reads_that_the_customer_is_heard_and_keeps_her_own_turns() -> None:
    sound, _ = soundfile.read(sample.CALL, dtype="float32", always_2d=True)
    agent, customer = sound[:LENGTH].T.copy()
    clean = measured(agent, customer, LENGTH)
    events = measured(agent + rooms.echo(customer, -6, 80), customer, LENGTH)
    assert [(event.part, event.note) for event in events if isinstance(event, Health)] == [
        ("echo", "The customer is heard in your microphone. Use a headset.")
    ]
    assert not [event for event in clean if isinstance(event, Health)]
    hers, before = (
        sum(turn.end_s - turn.start_s for turn in found if isinstance(turn, Turn) and turn.speaker == "agent")
        for found in (events, clean)
    )
    assert hers == pytest.approx(before, rel=0.15)
    assert measured(agent + rooms.echo(customer, -6, 80), customer, 1_234) == events

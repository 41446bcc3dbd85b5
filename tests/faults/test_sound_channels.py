"""A stereo device that comes back as mono, swapped channels, and one side that is heard in the other.

Mono instead of stereo: the side whose channel is gone is silent, and the screen says so and what to do; the other side
continues. When the device is stereo again, so is the call. Swapped channels can't be recognised by their sound:
`--agent right`, or ":right" after a device's name, swaps them back, with the same result to the byte.

A loudspeaker brings the customer into the agent's microphone through the room: she reads that, and it is not her.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from audio.devices.device import Device
from audio.values import Turn
from monitor import sample
from monitor.call.events import CallEvent, Health
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from monitor.recordings.one import analyze
from rules.load import load
from tests import rooms
from tests.audio.devices.test_capture import START_S, STEREO, listen
from tests.faults.test_sound_offset import CALL
from tests.sound_cards import Card, FakeStreams, hum


def test_mono_where_stereo_was_silences_one_side_and_says_so() -> None:
    away = ((START_S + 3, START_S + 4), (START_S + 10, START_S + 11))
    card = Card(STEREO, (hum(0.1), hum(0.2)), unplugged=away)

    def replug(at_s: float) -> None:
        card.signals = (hum(0.1),) if 3.5 < at_s < 10.5 else (hum(0.1), hum(0.2))

    heard = listen(FakeStreams(card), 16, "desk", "desk", at=replug)
    agent, customer = heard.sound("agent"), heard.sound("customer")
    assert np.abs(agent[6 * 16_000 : 9 * 16_000]).min() > 0.01
    assert np.abs(customer[6 * 16_000 : 9 * 16_000]).max() < 1e-6
    assert np.abs(customer[14 * 16_000 : 15 * 16_000]).min() > 0.01
    told = heard.states("customer")
    assert [state.note for state in told if 4.5 < state.at_s < 10] == [
        "The customer's side is not heard. Desk phone has only one channel now. Make it stereo again."
    ]
    assert told[-1].fine
    assert [state.fine for state in heard.states("agent")] == [False, True, False, True]


def test_a_device_that_is_opened_with_more_channels_than_it_has_left_is_opened_with_those(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    portaudio = pytest.importorskip("audio.devices.portaudio")
    opened: list[int] = []

    class Stream:
        source = None

        def __init__(self, _index: int, _device: Device, channels: int) -> None:
            opened.append(channels)

    monkeypatch.setattr(portaudio, "PortAudioStream", Stream)
    monkeypatch.setattr(portaudio, "_OPENED", set())
    desk_phone = Device(0, "Desk phone", "Fake", 1, 48_000, is_default=True, is_loopback=False)
    monkeypatch.setattr(portaudio, "_listed_now", lambda: [desk_phone])
    portaudio.PortAudio().open(desk_phone, 2).result(10)
    assert opened == [1]


def test_swapped_channels_are_swapped_back_to_the_same_result(tmp_path: Path) -> None:
    sound, rate_hz = soundfile.read(CALL, 12 * 16_000, dtype="int16", always_2d=True)
    (tmp_path / "left").mkdir()
    (tmp_path / "right").mkdir()
    soundfile.write(tmp_path / "left/call.wav", sound, rate_hz)
    soundfile.write(tmp_path / "right/call.wav", sound[:, ::-1], rate_hz)
    left, right = (analyze(tmp_path / side / "call.wav", agent=side, model="none") for side in ("left", "right"))
    assert right.to_json() == replace(left, call=right.call).to_json()
    assert (right.call.duration_s, right.call.speakers) == (left.call.duration_s, left.call.speakers)


def test_swapped_channels_of_a_device_are_swapped_back() -> None:
    streams = FakeStreams(Card(STEREO, (hum(0.2), hum(0.1))))
    heard = listen(streams, 2, "desk:right", "desk:left")
    assert heard.sound("agent")[8_000:].max() == pytest.approx(0.25, rel=0.01)
    assert heard.sound("customer")[8_000:].max() == pytest.approx(0.5, rel=0.01)


LENGTH = 16 * SAMPLE_RATE_HZ
"""16 s: both have spoken."""


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


@pytest.mark.slow
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

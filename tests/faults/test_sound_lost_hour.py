"""An hour of sound that never arrives: the machine was asleep, or a device was away.

The call keeps one gap of exactly that length, with silence in the recording, and what follows is placed where it was
heard. After waking up, the hour is measured within seconds, as voice activity detection skips silence. Until then the
screen shows how far the meters are behind.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from audio.devices.capture import LONGEST, Capture
from audio.measure.frames import FRAME
from audio.measure.silero.network import WIDTH, Memory
from audio.measure.speech_model import HEARD_DBFS, QUIET_FRAMES, SpeechModel
from audio.values import SoundLost
from monitor.agent.level_trace import LOST_DBFS, PEN_GAP_S, TRACE_S
from monitor.agent.view import AgentView
from monitor.call.events import Gap
from tests.audio.devices.test_capture import LINE, MICROPHONE, START_S
from tests.sound_cards import Card, FakeStreams, clicks

HOUR_S = 3600.0


def kept(streams: FakeStreams, seconds: float) -> Iterator[AudioBlock | SoundLost]:
    with Capture("headset", "line", streams) as capture:
        for item in capture.blocks():
            if isinstance(item, AudioBlock | SoundLost):
                yield item
            if streams.now_s() - START_S > seconds:
                capture.stop()


@pytest.mark.slow
def test_it_is_one_gap_and_silence_of_its_length_in_small_pieces() -> None:
    signals = (clicks(first_s=START_S + 0.5),)
    asleep = (START_S + 5, START_S + 5 + HOUR_S)
    streams = FakeStreams(Card(MICROPHONE, signals), Card(LINE, signals), sleeps=(asleep,))
    end, gaps, clicked_s = 0, [], []
    for item in kept(streams, HOUR_S + 25):
        if isinstance(item, SoundLost):
            gaps.append(item)
        elif item.speaker == "agent":
            assert item.start == end
            assert len(item.samples) <= LONGEST
            end = item.end
            if item.samples.max(initial=0) > 0.4:
                clicked_s.append((item.start + int(item.samples.argmax())) / SAMPLE_RATE_HZ)
    [lost] = [gap for gap in gaps if gap.speaker == "agent"]
    assert lost.start_s == pytest.approx(5, abs=0.05)
    assert lost.end_s == pytest.approx(5 + HOUR_S, abs=0.05)
    after = [at_s for at_s in clicked_s if at_s > lost.end_s + 1]
    assert len(after) >= 10
    assert np.abs((np.array(after) - 0.5 + 0.5) % 1 - 0.5).max() < 0.003


def test_waking_up_the_model_hears_a_minute_of_it_and_is_spared_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = 0

    class Counted:
        def features(self, sound: np.ndarray) -> np.ndarray:
            return np.zeros((len(sound), 2, 3, WIDTH), np.float32)

        def probabilities(self, _features: np.ndarray, gains: np.ndarray, _memory: Memory) -> np.ndarray:
            nonlocal runs
            runs += len(gains)
            return np.zeros(len(gains), np.float32)

    monkeypatch.setattr("audio.measure.speech_model.network", Counted)
    model, quiet = SpeechModel(), np.zeros(FRAME, np.float32)
    for _ in range(round(HOUR_S) * SAMPLE_RATE_HZ // FRAME):
        assert model.probability(quiet) == 0.0
    assert runs == len(HEARD_DBFS) * QUIET_FRAMES


def test_the_screen_shows_a_gap_of_an_hour() -> None:
    view = AgentView().after(Gap(5.0, 5.0 + HOUR_S, "sound", "The machine slept.", "agent"))
    assert view.agent.trace.pen == round(HOUR_S) + 4
    assert view.agent.trace.cells.count(LOST_DBFS) >= TRACE_S - PEN_GAP_S

"""Samples that are no numbers (NaN) or infinite, from a broken driver or in a file.

Silence stands for them. Live, the call keeps a gap for every stretch, which the agent's trace shows as lost sound; from
three seconds without any number the screen says that there is no sound from the microphone. A file's report says how
many there were. Whatever is measured, learnt and recorded beside them stays finite.
"""

import math
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock, Samples
from audio.values import Usual
from monitor.pipeline.measure import MeasureStage
from monitor.recordings.one import analyze
from tests.audio.devices.test_capture import LINE, MICROPHONE, listen
from tests.faults.test_sound_offset import speech
from tests.sound_cards import Card, FakeStreams, hum


def broken(until_s: float, value: float = math.nan) -> Card:
    """From the third second on it gives no numbers."""
    good = hum()

    def signal(times: np.ndarray) -> np.ndarray:
        at_s = times - 1000.5
        return np.where((at_s > 3) & (at_s < until_s), value, good(times))

    return Card(MICROPHONE, (signal,))


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_live_they_are_silence_and_told_as_lost(value: float) -> None:
    heard = listen(FakeStreams(broken(5, value), Card(LINE)), 10, "headset", "line")
    [lost] = heard.lost("agent")
    assert (lost.start_s, lost.end_s) == (pytest.approx(3, abs=0.05), pytest.approx(5, abs=0.05))
    assert lost.why == "Headset delivered NaN or infinite samples."
    sound = heard.sound("agent")
    assert np.isfinite(sound).all()
    assert np.abs(sound[round(3.1 * 16_000) : round(4.9 * 16_000)]).max() < 1e-6
    assert heard.lost("customer") == []


def test_a_driver_that_never_gives_a_number_is_told_of_all_the_time() -> None:
    heard = listen(FakeStreams(broken(1e9)), 40)
    lost = heard.lost("agent")
    assert 3 <= len(lost) <= 6
    assert (lost[0].start_s, lost[-1].end_s) == (pytest.approx(3, abs=0.05), pytest.approx(40, abs=0.3))
    assert all(before.end_s == pytest.approx(after.start_s, abs=0.05) for before, after in pairwise(lost))


def spoilt(sound: Samples) -> Samples:
    """Every third second has some."""
    sound = sound.copy()
    for start in range(16_000, len(sound) - 1_600, 48_000):
        sound[start : start + 1_600 : 3] = np.nan
        sound[start + 1 : start + 1_600 : 3] = np.inf
    return sound


@pytest.mark.slow
def test_what_is_measured_and_learnt_beside_them_stays_true() -> None:
    usual = []
    for sound in (speech(), spoilt(speech())):
        measuring = MeasureStage(("agent",), None)
        events = [*measuring.feed(AudioBlock("agent", 0, sound)), *measuring.flush()]
        for event in events:
            if type(event).__module__ == "audio.values":
                assert b"null" not in msgspec.json.encode(event).replace(b":null", b""), "a number that JSON has not"
        usual.append(next(event for event in events if isinstance(event, Usual)))
    assert usual[1].level_dbfs == pytest.approx(usual[0].level_dbfs, abs=1.0)
    assert usual[1].pitch_hz == pytest.approx(usual[0].pitch_hz, rel=0.05)
    assert usual[1].articulation_rate_sps == pytest.approx(usual[0].articulation_rate_sps, rel=0.1)


def test_a_file_is_read_and_says_how_many_there_were(tmp_path: Path) -> None:
    sound = spoilt(speech()[: 20 * 16_000])
    soundfile.write(tmp_path / "call.wav", sound, 16_000, subtype="FLOAT")
    heard = analyze(tmp_path / "call.wav", model="none")
    assert heard.call.notes[0] == f"{np.count_nonzero(~np.isfinite(sound))} NaN or infinite samples count as silence."
    assert heard.speakers["agent"].talk_time_s > 1

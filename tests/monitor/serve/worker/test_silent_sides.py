"""A side from which nothing comes is reported if the other one talks."""

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from monitor.call.events import Health
from monitor.serve.worker.silent_sides import SilentSides

TALK = 0.1 * np.ones(SAMPLE_RATE_HZ, np.float32)
NOTHING = np.zeros(SAMPLE_RATE_HZ, np.float32)


def heard(sides: SilentSides, second: int, **sound: np.ndarray) -> list[Health]:
    speakers: tuple[Speaker, ...] = ("agent", "customer")
    blocks = [AudioBlock(speaker, second * SAMPLE_RATE_HZ, sound[speaker]) for speaker in speakers]
    return [health for block in blocks if (health := sides.feed(block))]


def test_a_side_without_sound_is_reported_once_and_when_it_is_back() -> None:
    sides = SilentSides()
    said = [health for second in range(40) for health in heard(sides, second, agent=NOTHING, customer=TALK)]
    assert [(health.fine, health.part, health.at_s) for health in said] == [(False, "microphone", 20.0)]
    (back,) = heard(sides, 40, agent=TALK, customer=TALK)
    assert back.fine
    assert back.note == "Sound of the agent's side is back."


def test_silence_on_both_sides_is_no_broken_tap() -> None:
    sides = SilentSides()
    assert not [health for second in range(60) for health in heard(sides, second, agent=NOTHING, customer=NOTHING)]

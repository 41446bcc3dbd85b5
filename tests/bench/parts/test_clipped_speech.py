"""What the bench makes of a microphone that clips: louder and flat at the top for a while, which is said once."""

import numpy as np

from audio.block import SAMPLE_RATE_HZ
from bench.material.manipulated import LEVEL_DBFS, Changed
from bench.parts.rules import _clipped, _sentences
from tests import sounds

LENGTH_S = 30


def test_only_the_part_in_the_middle_clips_and_the_agent_reads_it_once() -> None:
    calm = sounds.at_level(sounds.noise(LENGTH_S, LEVEL_DBFS), LEVEL_DBFS)
    call = _clipped(Changed("somebody", "nothing", 10.0, 20.0, calm))
    middle = slice(10 * SAMPLE_RATE_HZ, 20 * SAMPLE_RATE_HZ)
    full = np.abs(call.sound) >= 1.0
    assert full[middle].mean() > 0.01
    assert not full[: middle.start].any()
    assert not full[middle.stop :].any()
    assert _sentences(call) == ["clipped"]

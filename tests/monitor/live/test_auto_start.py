from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, AudioBlock
from audio.values import SpeechFrame
from monitor.live.auto_start import PRE_ROLL, REST_FRAMES, SPEECH_FRAMES, CallStart, PreRoll, Waiting
from monitor.live.call_clock import shifted
from tests.sounds import silence, syllables


def frames(pattern: str) -> list[SpeechFrame]:
    sound = np.zeros(512, np.float32)
    return [SpeechFrame("customer", 512 * n, sound, 0.9, mark == "x") for n, mark in enumerate(pattern)]


def begun_at(pattern: str, *, rested: bool = True) -> int | None:
    start = CallStart(rested=rested)
    return next((n for n, frame in enumerate(frames(pattern)) if start.feed(frame)), None)


def test_a_hello_begins_a_call_and_clicks_do_not() -> None:
    assert begun_at("." * 40 + "x" * 20) == 40 + SPEECH_FRAMES - 1
    assert begun_at(("xxx" + "." * 20) * 100) is None
    assert begun_at("xxxx." * 10) is not None


def test_after_a_call_ended_by_hand_the_customer_has_to_be_silent_first() -> None:
    assert begun_at("x" * 1_000, rested=False) is None
    assert begun_at("x" * 100 + "." * REST_FRAMES + "x" * 20, rested=False) == 100 + REST_FRAMES + SPEECH_FRAMES - 1


def cut(length: int, sizes: Sequence[int]) -> list[AudioBlock]:
    ramp, blocks, start = np.arange(length, dtype=np.float32), [], 0
    for size in sizes:
        blocks += [AudioBlock(who, start, ramp[start : start + size]) for who in ("agent", "customer")]
        start += size
    return blocks


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_a_pre_roll_holds_the_last_samples_of_both_however_they_were_cut(sizes: list[int]) -> None:
    length = sum(sizes)
    pre_roll = PreRoll(1_000)
    for block in cut(length, sizes):
        pre_roll.feed(block)
    assert pre_roll.start == max(0, length - 1_000)
    kept = [block for whole in pre_roll.blocks if (block := shifted(whole, pre_roll.start))]
    for speaker in ("agent", "customer"):
        sound = np.concatenate([block.samples for block in kept if block.speaker == speaker])
        assert sound.tolist() == list(range(pre_roll.start, length))
    assert sum(len(block.samples) for block in pre_roll.blocks) <= 2 * (1_000 + max(sizes))


@pytest.mark.parametrize("size", [512, 1_600, 16_000])
@pytest.mark.parametrize("origin", [0, 1_234_567])
def test_speech_of_the_customer_alone_begins_a_call(size: int, origin: int) -> None:
    spoken = np.concatenate([silence(3.0), syllables(np.arange(0.1, 3, 0.2), 3.0)])
    quiet = np.zeros_like(spoken)
    for agent, customer, expected in ((spoken, quiet, False), (quiet, spoken, True)):
        waiting, begun_s = Waiting(("agent", "customer"), origin), None
        for start in range(0, len(spoken), size):
            for speaker, sound in (("agent", agent), ("customer", customer)):
                block = AudioBlock(speaker, origin + start, sound[start : start + size])
                if waiting.feed(block) and begun_s is None:
                    begun_s = (block.end - origin) / SAMPLE_RATE_HZ
        assert (begun_s is not None) == expected
        if begun_s is not None:
            assert 3.3 < begun_s < 4.5
            assert waiting.pre_roll.start == max(origin, origin + len(spoken) - PRE_ROLL)

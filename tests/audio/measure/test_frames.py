from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.block import AudioBlock, Samples
from audio.measure.frames import FRAME, Frame, Framer

CUTS = st.lists(st.integers(1, 16_000), max_size=12)


def noise(count: int, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).uniform(-1, 1, count).astype(np.float32)


def blocks(speaker: str, sound: Samples, cuts: list[int]) -> list[AudioBlock]:
    edges = [0, *(edge for edge in np.cumsum(cuts).tolist() if edge < len(sound)), len(sound)]
    return [AudioBlock(speaker, a, sound[a:b]) for a, b in pairwise(edges)]


def test_frames_are_aligned_and_carry_every_speaker() -> None:
    framer = Framer(("agent", "customer"))
    agent, customer = noise(1200, 1), noise(1100, 2)
    assert list(framer.feed(AudioBlock("agent", 0, agent))) == []
    frames = list(framer.feed(AudioBlock("customer", 0, customer)))
    assert [frame.start for frame in frames] == [0, FRAME]
    np.testing.assert_array_equal(frames[1].samples, [agent[512:1024], customer[512:1024]])


@given(CUTS, CUTS)
def test_the_same_frames_come_out_whatever_the_cuts(agent_cuts: list[int], customer_cuts: list[int]) -> None:
    agent, customer = noise(40_000, 1), noise(30_001, 2)
    framer = Framer(("agent", "customer"))
    frames: list[Frame] = []
    waiting = [blocks("agent", agent, agent_cuts), blocks("customer", customer, customer_cuts)]
    while any(waiting):
        for queue in waiting:
            if queue:
                frames += framer.feed(queue.pop(0))
    frames += framer.flush()
    assert [frame.start for frame in frames] == list(range(0, 40_448, FRAME))
    whole = np.concatenate([frame.samples for frame in frames], axis=1)
    np.testing.assert_array_equal(whole[0], np.pad(agent, (0, 448)))
    np.testing.assert_array_equal(whole[1], np.pad(customer, (0, 10_447)))


def test_missing_sound_is_silence() -> None:
    framer = Framer(("agent",))
    frames = [*framer.feed(AudioBlock("agent", 0, noise(512))), *framer.feed(AudioBlock("agent", 1536, noise(512)))]
    assert [frame.start for frame in frames] == [0, 512, 1024, 1536]
    assert not frames[1].samples.any()
    assert not frames[2].samples.any()


def test_nan_and_infinity_become_silence() -> None:
    framer = Framer(("agent",))
    sound = noise(512)
    sound[[3, 5, 7]] = np.nan, np.inf, -np.inf
    (frame,) = framer.feed(AudioBlock("agent", 0, sound))
    assert frame.samples[0, [3, 5, 7]].tolist() == [0, 0, 0]


def test_sound_over_full_scale_is_clipped() -> None:
    (frame,) = Framer(("agent",)).feed(AudioBlock("agent", 0, np.full(512, 1e30, np.float32)))
    assert frame.samples.max() == 1.0


def test_flush_of_nothing_is_nothing() -> None:
    assert list(Framer(("agent",)).flush()) == []


def test_a_sample_sent_twice_is_refused() -> None:
    framer = Framer(("agent",))
    framer.feed(AudioBlock("agent", 0, noise(100)))
    with pytest.raises(ValueError, match="starts at sample 50, before the end"):
        framer.feed(AudioBlock("agent", 50, noise(100)))


def test_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no customer\. Its speakers are agent"):
        Framer(("agent",)).feed(AudioBlock("customer", 0, noise(10)))

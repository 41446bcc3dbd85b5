"""Two voices on one track are told apart, one is not, and the sound stays whole."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import AudioBlock, Samples
from audio.values import SoundLost
from audio.voices.encoder import AROUND, HOP, WINDOW, embed, mel_bands
from audio.voices.listener import HeardVoices
from audio.voices.separated import SeparatedRecording
from audio.voices.split import split
from monitor.sample import CALL, truth


def voice(number: int, count: int, seed: int) -> Samples:
    """Embeddings of a voice, with some noise."""
    rng = np.random.default_rng(seed)
    middle = np.zeros(256)
    middle[number * 20 : number * 20 + 20] = 1.0
    drawn = middle + rng.normal(0, 0.15, (count, 256))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


def heard(turns: list[tuple[int, int]]) -> HeardVoices:
    """Turns of voices, each so many windows long, without pauses."""
    embeddings = np.concatenate([voice(who, count, seed) for seed, (who, count) in enumerate(turns)])
    starts = np.arange(len(embeddings)) * 15
    return HeardVoices(np.ones(int(starts[-1]) + 50, np.bool_), starts, np.ones(len(starts)), embeddings)


def test_two_voices_change_where_they_change() -> None:
    found = split(heard([(0, 20), (1, 10), (0, 12), (1, 20)]))
    assert found
    assert found.turns == 3
    middles = np.array([20 * 15 + 17, 30 * 15 + 17, 42 * 15 + 17]) * 512
    assert np.abs(np.array(found.switches) - middles).max() < 0.5 * 16_000
    assert found.distinctness > 1


def test_one_voice_is_not_distinct_from_itself() -> None:
    found = split(heard([(0, 60)]))
    assert found is None or found.distinctness < 0.3


def test_of_a_few_words_nothing_is_said() -> None:
    assert split(heard([(0, 2), (1, 2)])) is None
    nothing = HeardVoices(np.zeros(9, np.bool_), np.zeros(0, np.int64), np.zeros(0), np.zeros((0, 256), np.float32))
    assert split(nothing) is None


def test_windows_of_one_voice_are_more_alike_than_those_of_two() -> None:
    sound, _ = soundfile.read(CALL, dtype="float32")
    windows = []
    for speaker in ("agent", "customer"):
        lines = [line for line in truth().lines if line.speaker == speaker and line.end_s - line.start_s > 1.8]
        for line in (lines[0], lines[2]):
            start = int(line.start_s * 16_000) - AROUND
            windows.append(sound[start : start + WINDOW - HOP + 2 * AROUND, int(speaker == "customer")])
    powers = np.array([float(np.mean(window**2)) for window in windows], np.float32)
    embeddings = embed(np.stack([mel_bands(window) for window in windows]), powers)
    alike = embeddings @ embeddings.T
    assert np.diag(alike) == pytest.approx(1.0, abs=1e-5)
    assert min(alike[0, 1], alike[2, 3]) > max(alike[0, 2], alike[0, 3], alike[1, 2], alike[1, 3])


class Track:
    """A recording of one track, with a gap in it."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self.duration_s = len(samples) / 16_000
        self.sound_hash = "hash"

    def sound(self, piece_s: float) -> Iterator[AudioBlock | SoundLost]:
        step = int(piece_s * 16_000)
        for start in range(0, len(self._samples), step):
            yield AudioBlock("agent", start, self._samples[start : start + step])
        yield SoundLost(None, 0.5, 0.6, "lost")


@settings(max_examples=25, deadline=None)
@given(
    switches=st.lists(st.integers(1, 38), max_size=8, unique=True),
    piece_s=st.floats(0.01, 3.0),
    agent_second=st.booleans(),
)
def test_the_voices_together_are_the_whole_sound_however_it_is_cut(
    *, switches: list[int], piece_s: float, agent_second: bool
) -> None:
    sound = np.random.default_rng(1).uniform(-1, 1, 20_000).astype(np.float32)
    at = tuple(sorted(one * 512 for one in switches))
    apart = SeparatedRecording(Track(sound), at, agent_second=agent_second)
    sides: dict[str, list[Samples]] = {"agent": [], "customer": []}
    lost = 0
    for block in apart.sound(piece_s):
        if isinstance(block, SoundLost):
            lost += 1
        else:
            sides[block.speaker].append(block.samples)
    agent, customer = (np.concatenate(sides[speaker]) for speaker in ("agent", "customer"))
    assert lost == 1
    assert agent + customer == pytest.approx(sound, abs=1e-6)
    first = customer if agent_second else agent
    edges = [0, *at, len(sound)]
    for number, (start, end) in enumerate(pairwise(edges)):
        inside = first[start + 80 : max(start + 80, end - 80)]
        assert np.array_equal(
            inside, (sound[start + 80 : max(start + 80, end - 80)] if number % 2 == 0 else 0 * inside)
        )

"""Blocks of no sample, of one, and of ten seconds, in any order of the speakers.

Nobody sees anything of it: the events of a call are the same to the byte however its sound was cut.
"""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import pytest
import soundfile

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.files.recorder import Recorder
from monitor.call.events import to_line
from monitor.live.sound_watch import SoundWatch
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load
from rules.rulebook import Rulebook
from tests.faults.test_sound_offset import CALL

SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")


def call(seconds: int) -> dict[Speaker, Samples]:
    sound, _ = soundfile.read(CALL, (30 + seconds) * SAMPLE_RATE_HZ, 30 * SAMPLE_RATE_HZ, dtype="float32")
    return {speaker: sound[:, at].copy() for at, speaker in enumerate(SPEAKERS)}


def cut(sound: dict[Speaker, Samples], sizes: Sequence[int]) -> Iterator[AudioBlock]:
    """Blocks of these sizes again and again, the speakers by turns, with an empty one before each."""
    length, at, number = len(sound["agent"]), 0, 0
    while at < length:
        size = sizes[number % len(sizes)]
        for speaker in SPEAKERS if number % 2 else SPEAKERS[::-1]:
            yield AudioBlock(speaker, at, np.zeros(0, np.float32))
            yield AudioBlock(speaker, at, sound[speaker][at : at + size])
        at += size
        number += 1


@cache
def _rules() -> Rulebook:
    return load(metrics=BY_NAME)


def events(blocks: Iterator[AudioBlock]) -> bytes:
    pipeline = Pipeline(SPEAKERS, _rules(), None)
    said = [event for block in blocks for event in pipeline.feed(block)] + list(pipeline.flush())
    return b"".join(map(to_line, said))


@pytest.mark.slow
@pytest.mark.parametrize(
    "sizes", [[1] * 100 + [10 * SAMPLE_RATE_HZ], [0, 1, 511, 513, 1, 16_000, 0]], ids=["one and ten seconds", "odd"]
)
def test_the_events_are_the_same_to_the_byte(sizes: Sequence[int]) -> None:
    sound = call(4)
    assert events(cut(sound, sizes)) == events(cut(sound, [512]))


def test_the_recording_is_the_same(tmp_path) -> None:  # noqa: ANN001 - pathlib's
    sound = call(2)
    for name, sizes in (("a", [1, 0, 7, 16_000]), ("b", [512])):
        with Recorder(tmp_path / name, SPEAKERS) as recorder:
            for block in cut(sound, sizes):
                recorder.feed(block)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_block_of_nothing_is_no_silence() -> None:
    watch = SoundWatch()
    for _ in range(1_000):
        assert list(watch.feed(AudioBlock("agent", 0, np.zeros(0, np.float32)))) == []

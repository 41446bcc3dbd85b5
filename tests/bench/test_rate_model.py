from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.local_rate import MOMENT, LocalRate, network
from audio.measure.speech import speech_frames
from bench.material.filters import filtered
from bench.rate_model.examples import Example, Version, sentences
from bench.rate_model.training import expected_syllables, first_layers, learn, taught_rates
from tests.audio_files import recording

MOMENT_S = MOMENT / SAMPLE_RATE_HZ


def examples(count: int = 32) -> list[Example]:
    """Sentences whose "bands" are higher in faster speech, each at its own tempo and at two others."""
    random = np.random.default_rng(0)
    made = []
    for number in range(count):
        syllables = int(random.integers(8, 24))
        rate_sps = 4.0 + number % 4
        versions = tuple(
            Version(tempo, bands(random, tempo * rate_sps, round(syllables / tempo / rate_sps / MOMENT_S)))
            for tempo in (1.0, 1.3, 0.8)
        )
        made.append(Example(f"speaker {number % 4}", np.array([syllables, syllables, 5, 5, 5.0]), versions))
    return made


def bands(random: np.random.Generator, rate_sps: float, moments: int) -> NDArray[np.float16]:
    return np.asarray(random.normal(0.2 * rate_sps, 0.05, (moments, 180)), np.float16)


def spoken(sound: Samples) -> float:
    """Mean rate of a whole sound."""
    local = LocalRate()
    return float(np.mean([rate_sps for frame in speech_frames(sound) for rate_sps in local.feed(frame)]))


def test_a_sentence_made_faster_is_as_much_faster() -> None:
    sentence = recording("read_speech/librispeech/1221-135767-0002.flac")
    assert spoken(filtered(sentence, "atempo=1.3")) / spoken(sentence) == pytest.approx(1.3, rel=0.05)


def test_a_sentence_of_long_words_counts_for_more_than_its_syllables() -> None:
    light, heavy = np.array([4, 4, 1, 2, 3.0]), np.array([4, 4, 6, 6, 4.0])
    made = [
        Example(f"{number % 3}", parts, (Version(1.0, np.zeros((moments, 180), np.float16)),))
        for number, (parts, moments) in enumerate([(light, 60), (heavy, 100)] * 9)
    ]
    expected = expected_syllables(made)
    assert expected[1] / expected[0] == pytest.approx(100 / 60, rel=0.05)
    assert expected.mean() == pytest.approx(4, rel=0.05)


def test_a_sentence_is_taught_a_rate_between_its_own_and_its_speakers() -> None:
    texts = np.array([[8, 8, 0, 0, 0], [12, 12, 0, 0, 0.0], [0] * 5])
    made = [Example("one", parts, (Version(1.0, np.zeros((125, 180), np.float16)),)) for parts in texts]
    slower, faster, unknown = taught_rates(made)
    assert 4 < np.exp(slower) < 5 < np.exp(faster) < 6
    assert np.isnan(unknown)


@pytest.mark.slow
def test_learning_brings_the_rate_to_follow_the_tempo() -> None:
    _, progress = learn(examples(), 60, np.random.default_rng(0))
    assert progress[-1].from_tempo < progress[0].from_tempo / 2


def test_the_shipped_weights_have_the_shape_that_is_learnt() -> None:
    learnt = first_layers(np.random.default_rng(0), 180)
    assert [weights.shape for weights, _ in network().layers] == [weights.shape for weights, _ in learnt]


def test_so_many_sentences_of_each_speaker_are_taken(tmp_path: Path) -> None:
    listing = tmp_path / "list.csv"
    listing.write_text("path,speaker,seconds,text\na,1,5,x\nb,1,6,y\nc,2,5,z\nd,2,40,too long\n", encoding="utf-8")
    assert [one.path.name for one in sentences({listing: 1})] == ["a", "c"]

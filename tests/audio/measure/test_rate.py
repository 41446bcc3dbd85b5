from collections.abc import Iterable
from functools import cache

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import Samples
from audio.measure.local_rate import LocalRate
from audio.measure.nuclei import NucleusFinder
from audio.measure.pitch import whole_pieces
from audio.measure.rate import RateMeter, syllable_nuclei
from audio.measure.speech import speech_frames
from audio.values import SpeechFrame
from tests import sounds
from tests.audio_files import audio_file, manifest, recording

NUCLEI = [0.3, 0.52, 0.7, 0.95, 1.12, 1.3, 1.55, 1.71, 1.9, 2.2]


def test_syllables_of_a_made_voice() -> None:
    times = syllable_nuclei(sounds.syllables(NUCLEI, 2.5), 16_000)
    np.testing.assert_allclose(times, NUCLEI, atol=0.03)


def test_over_the_telephone_too() -> None:
    times = syllable_nuclei(sounds.telephone(sounds.syllables(NUCLEI, 2.5, f0_hz=210)), 16_000)
    np.testing.assert_allclose(times, NUCLEI, atol=0.03)


def test_noise_clicks_and_silence_have_no_syllables() -> None:
    clicks = sounds.silence(2)
    clicks[::4_000] = 0.5
    for sound in (sounds.silence(2), sounds.noise(2, -30), clicks, np.zeros(0, np.float32)):
        assert len(syllable_nuclei(sound, 16_000)) == 0


def test_a_held_vowel_is_one_syllable() -> None:
    sound = np.concatenate([sounds.silence(0.5), sounds.vowel(130.0, 1.5), sounds.silence(0.5)])
    assert len(syllable_nuclei(sound, 16_000)) == 1


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 9_000), max_size=8))
def test_nuclei_are_the_same_however_the_sound_is_cut(cuts: list[int]) -> None:
    sound = sounds.syllables(NUCLEI, 2.56)
    pieces = list(PITCH)
    finder = NucleusFinder()
    nuclei: list[int] = []
    for cut in cuts:
        nuclei += finder.feed(sound[:cut], pieces[:1])
        sound, pieces = sound[cut:], pieces[1:]
    nuclei += finder.feed(sound, pieces)
    assert [*nuclei, *finder.flush()] == WHOLE


PITCH = list(whole_pieces(sounds.syllables(NUCLEI, 2.56)))
WHOLE = [*(finder := NucleusFinder()).feed(sounds.syllables(NUCLEI, 2.56), PITCH), *finder.flush()]


def metered(frames: Iterable[SpeechFrame], usual_sps: float | None = None) -> RateMeter:
    meter = RateMeter()
    for frame in frames:
        meter.feed(frame, usual_sps)
    return meter


def spoken(sound: Samples) -> float:
    """Mean rate of a whole sound."""
    local = LocalRate()
    return float(np.mean([rate_sps for frame in speech_frames(sound) for rate_sps in local.feed(frame)]))


@cache
def sentence() -> Samples:
    """Sixteen seconds of a reader."""
    return recording("read_speech/librispeech/1221-135767-0002.flac")


def test_a_made_voice_with_more_syllables_is_faster() -> None:
    slow, fast = (
        metered(sounds.speech_frames(sounds.syllables(np.arange(0.1, 10, 1 / sps).tolist(), 10.0))).rate_sps()
        for sps in (3.5, 5.5)
    )
    assert slow is not None
    assert fast is not None
    assert fast / slow == pytest.approx(5.5 / 3.5, rel=0.2)


def test_lost_packets_do_not_make_speech_faster() -> None:
    lost = sounds.lost_packets(sentence(), 0.05, np.random.default_rng(1))
    assert spoken(lost) == pytest.approx(spoken(sentence()), rel=0.05)


def test_gain_changes_no_rate() -> None:
    assert spoken(sentence() / 4) == pytest.approx(spoken(sentence()), rel=0.02)


def test_pauses_do_not_count() -> None:
    stretch = sounds.syllables(np.arange(0.1, 2.048, 0.2).tolist(), 2.048)
    pause = sounds.silence(1.024)
    speech = ([True] * 64 + [False] * 32) * 3
    broken = metered(sounds.speech_frames(np.concatenate([stretch, pause] * 3), speech=speech)).rate_sps()
    whole = metered(sounds.speech_frames(np.concatenate([stretch] * 3))).rate_sps()
    assert broken == pytest.approx(whole, rel=0.05)


def test_there_is_no_rate_before_three_and_a_half_seconds_of_speech() -> None:
    assert metered(sounds.speech_frames(sounds.vowel(120.0, 3.4))).rate_sps() is None


def test_who_is_no_faster_than_usual_is_not_ahead() -> None:
    usual_sps = spoken(sentence())
    assert metered(speech_frames(sentence()), usual_sps).ahead_s < 0.3


def test_who_is_faster_than_usual_gets_ahead_and_falls_back_again() -> None:
    own_sps = spoken(sentence())
    meter = metered(speech_frames(sentence()), own_sps / 1.5)
    ahead_s = meter.ahead_s
    assert ahead_s > 1.1
    for frame in speech_frames(sentence()):
        meter.feed(frame, own_sps)
    assert meter.ahead_s < ahead_s


def test_without_a_usual_nobody_is_ahead() -> None:
    assert metered(speech_frames(sentence())).ahead_s == 0


def test_real_sentences_have_about_the_syllables_they_are_labelled_with() -> None:
    entries = [entry for entry in manifest() if "syllables=" in entry["labels"]][::6]
    errors = []
    for entry in entries:
        labelled = int(entry["labels"].split("syllables=")[1].split(";")[0])
        samples, rate = soundfile.read(audio_file(entry["file"]), dtype="float32")
        errors.append(len(syllable_nuclei(samples, rate)) / labelled - 1)
    assert len(errors) >= 10
    assert np.mean(np.abs(errors)) < 0.13
    assert abs(np.mean(errors)) < 0.12

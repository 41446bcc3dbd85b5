import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.measure.nuclei import NucleusFinder
from audio.measure.pitch import PitchTracker, whole_pieces
from audio.measure.rate import RateMeter, syllable_nuclei
from audio.values import SpeechFrame
from tests import sounds
from tests.audio_files import audio_file, manifest

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


def metered(frames: list[SpeechFrame]) -> RateMeter:
    meter, tracker = RateMeter(), PitchTracker()
    for frame in frames:
        meter.feed(frame, tracker.feed(frame))
    return meter


def test_rate_is_syllables_a_second() -> None:
    nuclei = np.arange(0.1, 10, 1 / 5.5)
    rate = metered(sounds.speech_frames(sounds.syllables(nuclei.tolist(), 10.0))).rate_sps()
    assert rate == pytest.approx(5.5, rel=0.03)


def test_pauses_over_a_quarter_of_a_second_do_not_count() -> None:
    stretch = sounds.syllables(np.arange(0.1, 2.048, 0.2).tolist(), 2.048)
    pause = sounds.silence(1.024)
    sound = np.concatenate([stretch, pause, stretch, pause, stretch])
    spoken = ([True] * 64 + [False] * 32) * 2 + [True] * 64
    rate = metered(sounds.speech_frames(np.concatenate([sound, pause]), speech=[*spoken, *[False] * 32])).rate_sps()
    assert rate == pytest.approx(5, rel=0.06)


def test_there_is_no_rate_before_four_seconds_of_speech() -> None:
    assert metered(sounds.speech_frames(sounds.vowel(120.0, 3.0))).rate_sps() is None


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

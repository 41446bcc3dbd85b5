from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import AudioBlock, Samples
from audio.measure.frames import Frame, Framer
from audio.measure.speech import VoiceActivity
from audio.measure.tone import ToneMeter, hertz, semitones
from audio.values import MicrophoneChange, PitchSample, ToneSample, Usual
from tests import sounds


def voice(duration_s: float, dbfs: float = -20.0, hz: float = 120.0, sps: float = 4.0) -> Samples:
    """A made voice of this many syllables a second."""
    return sounds.syllables(np.arange(0.5 / sps, duration_s, 1 / sps).tolist(), duration_s, hz, dbfs)


def measured(
    sound: Samples, profiles: dict[str, Usual] | None = None, *, speech: bool | list[bool] = True
) -> tuple[list[ToneSample], list[PitchSample]]:
    meter = ToneMeter(("agent",), profiles)
    found = [sample for frame in sounds.speech_frames(sound, speech=speech) for sample in meter.feed([frame])]
    found += meter.flush()
    tones = [sample for sample in found if isinstance(sample, ToneSample)]
    return tones, [sample for sample in found if isinstance(sample, PitchSample)]


@pytest.fixture(scope="module")
def raised() -> tuple[list[ToneSample], list[PitchSample]]:
    """28 s of a calm voice; then 6 s, 8 dB louder, four semitones higher and 1.4 times as fast."""
    return measured(np.concatenate([voice(28.0), voice(6.0, -12, hertz(semitones(120) + 4), 5.6)]))


def test_there_is_a_sample_every_tenth_of_a_second(raised: tuple[list[ToneSample], list[PitchSample]]) -> None:
    tones, _ = raised
    assert [(tone.start_s, tone.end_s) for tone in tones] == [(at / 10, (at + 1) / 10) for at in range(340)]
    assert all(tone.speaking for tone in tones)


def test_nothing_is_over_the_usual_before_there_is_one(raised: tuple[list[ToneSample], list[PitchSample]]) -> None:
    tones, _ = raised
    assert all(tone.level_over_baseline_db is None for tone in tones[:190])
    assert all(tone.level_over_baseline_db is not None for tone in tones[201:])


def test_a_raised_voice_is_seen(raised: tuple[list[ToneSample], list[PitchSample]]) -> None:
    tones, _ = raised
    before, after = tones[275], tones[-1]
    assert before.level_over_baseline_db == pytest.approx(0, abs=0.5)
    assert before.pitch_over_baseline_st == pytest.approx(0, abs=0.2)
    assert after.level_over_baseline_db == pytest.approx(8, abs=0.5)
    assert after.pitch_over_baseline_st == pytest.approx(4, abs=0.2)
    assert after.level_dbfs == pytest.approx(-12, abs=1.5)
    assert before.rate_ahead_s == 0
    assert after.rate_over_baseline_pct is not None
    assert before.rate_over_baseline_pct is not None
    assert after.rate_over_baseline_pct > before.rate_over_baseline_pct + 8


def test_six_decibels_show_within_two_seconds(raised: tuple[list[ToneSample], list[PitchSample]]) -> None:
    tones, _ = raised
    first = next(tone for tone in tones[280:] if (tone.level_over_baseline_db or 0) >= 6)
    assert first.end_s <= 29.5


def test_pitch_is_given_for_every_voiced_step(raised: tuple[list[ToneSample], list[PitchSample]]) -> None:
    _, pitches = raised
    assert len(pitches) >= 310
    assert np.median([pitch.pitch_hz for pitch in pitches[:200]]) == pytest.approx(120, abs=1)
    assert all(b.start_s >= a.end_s for a, b in pairwise(pitches))


def test_a_sample_comes_at_most_16_ms_after_its_step() -> None:
    meter = ToneMeter(("agent",))
    for frame in sounds.speech_frames(sounds.noise(3)):
        for sample in meter.feed([frame]):
            assert 0 <= round((frame.start + 512) / 16_000 - sample.end_s, 6) + 0.016 <= 0.032


def test_silence_is_no_speech_and_has_no_level() -> None:
    tones, pitches = measured(sounds.silence(2), speech=False)
    assert not any(tone.speaking for tone in tones)
    assert {tone.level_dbfs for tone in tones} == {None}
    assert pitches == []


def test_a_louder_room_is_seen_between_the_words() -> None:
    sound = np.concatenate([sounds.noise(12, -60), sounds.noise(12, -48)])
    tones, _ = measured(sound, speech=False)
    assert tones[110].noise_over_start_db == pytest.approx(0, abs=0.5)
    assert tones[-1].noise_over_start_db == pytest.approx(12, abs=1)


def test_another_gain_is_said_once_and_the_volume_is_measured_from_there() -> None:
    meter = ToneMeter(("agent",))
    sound = voice(50.0) * np.where(np.arange(50 * 16_000) < 26 * 16_000, 1, 10 ** (9 / 20)).astype(np.float32)
    found = [sample for frame in sounds.speech_frames(sound) for sample in meter.feed([frame])]
    (change,) = [one for one in found if isinstance(one, MicrophoneChange)]
    assert (change.speaker, change.kind) == ("agent", "gain")
    assert change.by_db == pytest.approx(9, abs=0.5)
    assert 31 < change.at_s < 35
    tones = [one for one in found if isinstance(one, ToneSample)]
    assert tones[300].level_over_baseline_db == pytest.approx(9, abs=0.5)
    assert all(tone.level_over_baseline_db == pytest.approx(0, abs=0.7) for tone in tones[360:])
    assert meter.usual("agent").level_dbfs == pytest.approx(-11, abs=0.5)


def test_a_voice_that_is_not_the_profile_s_is_learnt_from_the_start() -> None:
    profile = Usual("agent", level_dbfs=-20.0, articulation_rate_sps=4.0, pitch_hz=210.0, balance_db=-10.0)
    meter = ToneMeter(("agent",), {"agent": profile})
    found = [sample for frame in sounds.speech_frames(voice(40.0)) for sample in meter.feed([frame])]
    assert [one.kind for one in found if isinstance(one, MicrophoneChange)] == ["other voice"]
    tones = [one for one in found if isinstance(one, ToneSample)]
    assert tones[150].pitch_over_baseline_st is None
    assert tones[-1].pitch_over_baseline_st == pytest.approx(0, abs=0.5)


def test_a_profile_is_the_usual_from_the_first_second() -> None:
    profile = Usual("agent", level_dbfs=-26.0, articulation_rate_sps=4.4, pitch_hz=110.0, balance_db=None)
    tones, _ = measured(voice(3.0), {"agent": profile})
    assert tones[8].level_over_baseline_db == pytest.approx(6, abs=0.5)
    assert tones[-1].pitch_over_baseline_st == pytest.approx(1.5, abs=0.3)


def test_the_usual_is_told_at_the_end() -> None:
    meter = ToneMeter(("agent",))
    assert meter.usual("agent").level_dbfs is None
    for frame in sounds.speech_frames(voice(26.0, hz=150)):
        list(meter.feed([frame]))
    *_, usual = meter.flush()
    assert usual == meter.usual("agent")
    assert isinstance(usual, Usual)
    assert usual.level_dbfs == pytest.approx(-20, abs=0.5)
    assert usual.pitch_hz == pytest.approx(150, abs=1)
    assert usual.articulation_rate_sps is not None


def test_semitones_and_hertz_are_inverse() -> None:
    assert semitones(220) - semitones(110) == pytest.approx(12)
    assert hertz(semitones(123.4)) == pytest.approx(123.4)


AGENT = np.concatenate([voice(1.6), sounds.noise(0.5, -60), voice(0.9, -30)]) + sounds.noise(3, -60, seed=1)
CUSTOMER = np.concatenate([sounds.noise(1.5, -60), voice(1.5, -25, 200)]) + sounds.noise(3, -60, seed=2)


def events(cuts: list[int]) -> list[object]:
    """All that is measured of a call that comes in blocks of these lengths, each looked ahead over."""
    speakers = ("agent", "customer")
    framer, activity, meter = Framer(speakers), VoiceActivity(speakers), ToneMeter(speakers)
    edges = [0, *(edge for edge in np.cumsum(cuts).tolist() if edge < len(AGENT)), len(AGENT)]
    found: list[object] = []

    def measure(frames: Iterable[Frame]) -> None:
        moments = [tuple(activity.feed(frame)) for frame in frames]
        meter.look_ahead(moments)
        found.extend(sample for moment in moments for sample in meter.feed(moment))

    for start, end in pairwise(edges):
        for speaker, sound in (("agent", AGENT), ("customer", CUSTOMER)):
            measure(framer.feed(AudioBlock(speaker, start, sound[start:end])))
    measure(framer.flush())
    return [*found, *meter.flush()]


WHOLE = events([512] * 94)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 16_000), max_size=10))
def test_cutting_changes_nothing(cuts: list[int]) -> None:
    assert events(cuts) == WHOLE

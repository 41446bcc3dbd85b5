from dataclasses import replace

import librosa
import numpy as np
import pytest

from audio.measure import level
from audio.measure.level import LevelMeter, Levels
from audio.values import SpeechFrame
from tests import sounds


def after(frames: list[SpeechFrame]) -> Levels:
    meter = LevelMeter()
    for frame in frames:
        meter.feed(frame)
    return meter.levels()


@pytest.mark.slow
def test_track_agrees_with_librosa() -> None:
    samples = np.concatenate([sounds.noise(0.7, -30), sounds.vowel(120, 0.5, -15), sounds.silence(0.3)])
    track = level.track(samples, 16_000)
    rms = librosa.feature.rms(y=samples, frame_length=512, hop_length=160, center=False)[0]
    np.testing.assert_allclose(track.dbfs, 20 * np.log10(np.maximum(rms, 1e-6)), atol=1e-3)
    np.testing.assert_allclose(track.start_s, np.arange(len(rms)) * 0.01)


def test_track_of_another_rate_and_of_too_little() -> None:
    times = np.arange(48_000) / 48_000
    track = level.track((0.5 * np.sin(2 * np.pi * 300 * times)).astype(np.float32), 48_000)
    assert track.dbfs[10:-10] == pytest.approx(-9.03, abs=0.1)
    assert len(level.track(sounds.tone(300, 0.03), 16_000).dbfs) == 0


def test_level_is_the_energy_mean_of_speech_alone() -> None:
    loud, quiet = sounds.speech_frames(sounds.tone(300, 1, -20)), sounds.tone(300, 1, -50)
    pause = sounds.speech_frames(quiet, speech=False, start=16_384)
    assert after(loud).level_dbfs == pytest.approx(-20, abs=0.1)
    assert after(loud + pause).level_dbfs == pytest.approx(-20, abs=0.1)


def test_level_forgets_speech_before_the_last_two_seconds() -> None:
    sound = np.concatenate([sounds.tone(300, 2, -40), sounds.tone(300, 2, -20)])
    assert after(sounds.speech_frames(sound)).level_dbfs == pytest.approx(-20, abs=0.1)


def test_there_is_no_level_when_speech_is_four_seconds_old() -> None:
    sound = np.concatenate([sounds.tone(300, 1.024, -20), sounds.noise(4.096, -60)])
    spoken = [True] * 32 + [False] * 128
    assert after(sounds.speech_frames(sound, speech=spoken)).level_dbfs is None
    assert after(sounds.speech_frames(sound, speech=spoken)[:156]).level_dbfs == pytest.approx(-20, abs=0.1)


def test_noise_floor_is_the_level_between_the_words() -> None:
    sound = np.concatenate([sounds.noise(4, -55), sounds.vowel(120, 2, -20)])
    spoken = [at >= 125 for at in range(len(sound) // 512)]
    levels = after(sounds.speech_frames(sound, speech=spoken))
    assert levels.noise_floor_dbfs == pytest.approx(-55, abs=1)
    assert levels.level_dbfs == pytest.approx(-20, abs=0.1)


def test_the_voice_of_the_other_in_the_microphone_is_no_noise() -> None:
    room = sounds.speech_frames(sounds.noise(4, -60), speech=False)
    echo = [replace(frame, picks_up=True) for frame in sounds.speech_frames(sounds.noise(8, -30), speech=False)]
    assert after([*room, *echo]).noise_floor_dbfs == pytest.approx(-60, abs=1)


def test_the_noise_floor_never_learns_from_a_voice_be_it_anothers() -> None:
    room = sounds.speech_frames(sounds.noise(4, -55), speech=False)
    leak = sounds.speech_frames(sounds.vowel(120, 10, -25), speech=False, start=len(room) * 512)
    levels = after(room + [replace(frame, probability=0.8) for frame in leak])
    assert levels.noise_floor_dbfs == pytest.approx(-55, abs=1)


def test_a_muted_line_tells_no_noise_floor() -> None:
    assert after(sounds.speech_frames(sounds.silence(5), speech=False)).noise_floor_dbfs is None


def test_balance_is_the_ratio_of_the_two_bands() -> None:
    sound = sounds.tone(500, 3, -20) + sounds.tone(2_000, 3, -32) + sounds.tone(6_000, 3, -40)
    assert after(sounds.speech_frames(sound)).balance_db == pytest.approx(-12, abs=0.1)


def test_balance_ends_at_3400_hz_on_the_telephone() -> None:
    wide = sounds.tone(500, 3, -20) + sounds.tone(2_000, 3, -32) + sounds.tone(3_700, 3, -20)
    assert after(sounds.speech_frames(wide)).balance_db == pytest.approx(-12, abs=0.1)
    wider = wide + sounds.tone(5_500, 3, -30)
    assert after(sounds.speech_frames(wider)).balance_db == pytest.approx(0.3, abs=0.1)


def test_balance_hardly_changes_with_gain_and_noise() -> None:
    vowel = np.concatenate([sounds.silence(4), sounds.vowel(120, 3, -25)])
    spoken = [at >= 125 for at in range(len(vowel) // 512)]
    clean = after(sounds.speech_frames(vowel, speech=spoken)).balance_db
    noisy = after(sounds.speech_frames(vowel + sounds.noise(7, -40), speech=spoken)).balance_db
    louder = after(sounds.speech_frames(3 * vowel, speech=spoken)).balance_db
    assert clean is not None
    assert louder == pytest.approx(clean, abs=0.01)
    assert noisy == pytest.approx(clean, abs=0.5)


def test_clipping_is_the_share_at_full_scale() -> None:
    sound = (1.5 * np.sin(2 * np.pi * 100 * np.arange(32_000) / 16_000)).clip(-1, 1).astype(np.float32)
    assert after(sounds.speech_frames(sound)).clipped_pct == pytest.approx(53.7, abs=1)
    assert after(sounds.speech_frames(sound / 2)).clipped_pct == 0


def test_silence_has_a_level_all_the_same() -> None:
    assert after(sounds.speech_frames(sounds.silence(1))) == Levels(-120.0, None, 0.0, None)


def test_noise_floor_follows_the_room_for_as_long_as_the_call_lasts() -> None:
    meter = LevelMeter()
    for start, dbfs in ((0, -60), (20, -50), (40, -55)):
        for frame in sounds.speech_frames(sounds.noise(20, dbfs), speech=False, start=start * 16_000):
            meter.feed(frame)
        assert meter.levels().noise_floor_dbfs == pytest.approx(dbfs, abs=1)


def test_levels_are_the_same_however_often_they_are_read() -> None:
    sound = np.concatenate([sounds.vowel(120, 3, -20), sounds.noise(1, -55), sounds.vowel(150, 3, -15)])
    spoken = [not 93 <= at < 125 for at in range(len(sound) // 512)]
    frames = sounds.speech_frames(sound, speech=spoken)
    meter = LevelMeter()
    for frame in frames:
        meter.feed(frame)
        often = meter.levels()
    assert values_of(often) == pytest.approx(values_of(after(frames)), abs=1e-9)


def values_of(levels: Levels) -> list[float | None]:
    return [levels.level_dbfs, levels.balance_db, levels.clipped_pct, levels.noise_floor_dbfs]

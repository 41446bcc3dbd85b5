"""Telephone keys: heard as ITU-T Q.24 asks, through a telephone and under speech; never where there are none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.files.recording import open_recording
from audio.measure.key_tones import HIGH_HZ, LOW_HZ, KeyTone, KeyTones
from tests import sounds
from tests.audio_files import audio_file

KEYS = [(low, high) for low in LOW_HZ for high in HIGH_HZ]
BUSY, RINGING = (480, 620), (440, 480)


def pressed(low_hz: float, high_hz: float, duration_s: float, dbfs: float = -15.0, twist_db: float = 0.0) -> Samples:
    both = sounds.tone(low_hz, duration_s, -twist_db / 2) + sounds.tone(high_hz, duration_s, twist_db / 2)
    return sounds.at_level(both, dbfs)


def between(sound: Samples, before_s: float = 0.1003, after_s: float = 0.1) -> Samples:
    return np.concatenate([sounds.silence(before_s), sound, sounds.silence(after_s)])


def heard(sound: Samples, cut: int = 512, start: int = 0) -> list[KeyTone]:
    step = KeyTones("customer")
    found = [
        tone
        for at in range(0, len(sound), cut)
        for tone in step.feed(AudioBlock("customer", start + at, sound[at : at + cut]))
    ]
    return [*found, *step.flush()]


def keys_heard(**changed: float) -> int:
    """How many of the sixteen keys are heard, each pressed once."""
    off = 1 + changed.get("off", 0.0)
    made = [
        pressed(
            low * off,
            high * off,
            changed.get("duration_s", 0.05),
            changed.get("dbfs", -15.0),
            changed.get("twist_db", 0.0),
        )
        for low, high in KEYS
    ]
    return sum(bool(heard(between(sound))) for sound in made)


def test_a_key_is_heard_where_it_was_pressed() -> None:
    (tone,) = heard(between(pressed(770, 1336, 0.2)))
    assert tone.speaker == "customer"
    assert tone.start_s == pytest.approx(0.1, abs=0.03)
    assert tone.end_s == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("dbfs", [-40, -20, -3])
@pytest.mark.parametrize("duration_s", [0.04, 0.1])
def test_every_key_is_heard_at_every_level_from_40_ms(dbfs: float, duration_s: float) -> None:
    assert keys_heard(dbfs=dbfs, duration_s=duration_s) == 16


@pytest.mark.parametrize("off", [-0.015, 0.015])
def test_a_tone_may_be_a_little_off(off: float) -> None:
    assert keys_heard(off=off) == 16


@pytest.mark.parametrize(
    "changed",
    [{"off": 0.035}, {"off": -0.035}, {"duration_s": 0.023}, {"twist_db": 9}, {"twist_db": -13}, {"dbfs": -60}],
)
def test_what_is_too_far_off_too_short_or_too_one_sided_is_no_key(changed: dict[str, float]) -> None:
    assert keys_heard(**changed) == 0


@pytest.mark.parametrize("twist_db", [-8, 4])
def test_one_tone_may_be_louder(twist_db: float) -> None:
    assert keys_heard(twist_db=twist_db) == 16


@pytest.mark.parametrize(("low_hz", "high_hz"), KEYS)
def test_keys_are_heard_through_a_noisy_telephone(low_hz: float, high_hz: float) -> None:
    sound = between(pressed(low_hz, high_hz, 0.06, -30))
    assert heard(sounds.telephone(sound + sounds.noise(len(sound) / SAMPLE_RATE_HZ, -45)))


def test_keys_are_heard_under_a_voice() -> None:
    found = 0
    for seed, (low, high) in enumerate(KEYS):
        sound = between(pressed(low, high, 0.08))
        voice = sounds.vowel(sounds.glide(110 + 9 * seed, 150 + 9 * seed, len(sound) / SAMPLE_RATE_HZ), dbfs=-27)
        found += bool(heard(sound + voice[: len(sound)]))
    assert found == 16


def test_one_key_after_the_other_is_heard_each() -> None:
    sound = np.concatenate([between(pressed(*key, 0.08), 0.05, 0.05) for key in KEYS])
    assert len(heard(sound)) == 16


def test_a_key_that_is_held_is_told_while_it_is_held() -> None:
    step, sound = KeyTones("agent"), pressed(941, 1336, 5.0)
    told = [
        ((at + 512) / SAMPLE_RATE_HZ, tone)
        for at in range(0, len(sound), 512)
        for tone in step.feed(AudioBlock("agent", at, sound[at : at + 512]))
    ]
    assert len(told) >= 4
    assert all(now_s - tone.end_s <= 0.2 for now_s, tone in told)
    assert told[-1][1].end_s > 3.9


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=40), st.floats(0.04, 0.4), st.integers(0, 15))
def test_how_the_sound_was_cut_changes_nothing_and_none_comes_late(
    cuts: list[int], duration_s: float, key: int
) -> None:
    sound = between(pressed(*KEYS[key], duration_s), after_s=0.4)
    step, found, at = KeyTones("customer"), [], 0
    for cut in [*cuts, len(sound)]:
        block = AudioBlock("customer", at, sound[at : at + cut])
        for tone in step.feed(block):
            found.append(tone)
            assert at / SAMPLE_RATE_HZ - tone.end_s <= 0.2
        at = min(at + cut, len(sound))
    assert [*found, *step.flush()] == heard(sound) != []


def test_sound_that_is_missing_counts_as_silence() -> None:
    step, key = KeyTones("agent"), pressed(697, 1209, 0.1)
    found = [tone for start in (0, 160_000) for tone in step.feed(AudioBlock("agent", start, key))]
    assert [round(tone.start_s) for tone in [*found, *step.flush()]] == [0, 10]


def test_the_same_sound_later_is_heard_later() -> None:
    key = between(pressed(697, 1209, 0.1))
    (first,), (second,) = heard(key), heard(key, start=2048 * 50)
    assert second.start_s - first.start_s == 2048 * 50 / SAMPLE_RATE_HZ


@pytest.mark.parametrize(
    "sound",
    [
        sounds.noise(5.0, -20),
        sounds.silence(5.0),
        sum(sounds.tone(hz, 5.0) for hz in BUSY),
        sum(sounds.tone(hz, 5.0) for hz in RINGING),
        *(sounds.tone(hz, 0.5) for hz in (*LOW_HZ, *HIGH_HZ, 1000, 400)),
        sounds.vowel(sounds.glide(90, 400, 10.0)),
        sounds.vowel(sounds.vibrato(180, 5.0)),
        np.full(16_000, np.nan, np.float32),
        np.clip(4 * sounds.tone(350, 1.0, -3), -1, 1),
    ],
    ids=[
        "noise",
        "silence",
        "busy",
        "ringing",
        *map(str, (*LOW_HZ, *HIGH_HZ, 1000, 400)),
        "glide",
        "vibrato",
        "NaN",
        "clipped",
    ],
)
def test_what_is_no_key_is_not_heard(sound: Samples) -> None:
    assert not heard(sound)


def test_three_notes_of_music_are_no_key() -> None:
    notes = 220 * 2 ** (np.arange(36) / 12)
    made = [sum(sounds.tone(hz * step, 0.3) for step in (1, 5 / 4, 3 / 2)) for hz in notes]
    assert not heard(np.concatenate(made))


def test_no_speech_of_real_calls_is_taken_for_a_key() -> None:
    found = {}
    for path in sorted(audio_file("call_center").glob("*.*")):
        if path.suffix in {".wav", ".mp3"}:
            steps = {speaker: KeyTones(speaker) for speaker in ("agent", "customer")}
            tones = [tone for block in open_recording(path).blocks(0.5) for tone in steps[block.speaker].feed(block)]
            found[path.name] = tones
    assert found
    assert not any(found.values())

"""The agent's voice of the built-in call, made better and worse."""

from dataclasses import asdict
from datetime import date
from functools import cache

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import AudioBlock, Samples
from monitor import sample
from monitor.setup.calibration import Calibrated, Calibration, CalibrationProgress
from monitor.setup.calibration_findings import SPEECH_S
from tests import rooms, sounds

DAY = date(2026, 3, 1)
PIECE = 16_000


@cache
def voice() -> Samples:
    sound: Samples = soundfile.read(sample.CALL, dtype="float32", always_2d=True)[0][:, 0]
    return sound


def calibrated(sound: Samples, *, loopback: bool = False) -> Calibrated:
    calibration = Calibration(loopback=loopback)
    for start in range(0, len(sound), PIECE):
        list(calibration.feed(AudioBlock("agent", start, sound[start : start + PIECE])))
        if calibration.enough or calibration.hopeless:
            break
    return calibration.result()


def test_the_customers_voice_in_a_recording_of_the_microphone_makes_no_profile() -> None:
    second = PIECE
    agent, customer = voice()[: 30 * second], soundfile.read(sample.CALL, dtype="float32", always_2d=True)[0][:, 1]
    customer = customer[: len(agent)]
    calibration = Calibration(speakers=("agent", "customer"))
    mixed = agent + rooms.echo(customer, -6, 80)
    for start in range(0, len(agent), PIECE):
        for speaker, sound in (("agent", mixed), ("customer", customer)):
            list(calibration.feed(AudioBlock(speaker, start, sound[start : start + PIECE])))
    alone = calibrated(agent)
    found = calibration.result()
    assert "echo" in problems(found)
    assert found.speech_s == pytest.approx(alone.speech_s, rel=0.1)


def problems(found: Calibrated) -> list[str]:
    return [finding.problem for finding in found.findings]


def test_half_a_minute_of_good_speech_makes_a_profile_of_it() -> None:
    found = calibrated(voice())
    assert problems(found) == []
    assert found.speech_s == pytest.approx(SPEECH_S, abs=0.1)
    profile = found.profile("Kim", "Headset", DAY)
    assert profile is not None
    assert (profile.agent, profile.device, profile.confirmed) == ("Kim", "Headset", DAY)
    assert profile.usual == profile.calibrated
    assert asdict(profile.usual) == {name: getattr(found.usual, name) for name in asdict(profile.usual)}
    truth = [line for line in sample.truth().lines if line.speaker == "agent" and line.end_s < 45]
    assert profile.usual.level_dbfs == pytest.approx(np.median([line.level_dbfs for line in truth]), abs=2)


@pytest.mark.parametrize(
    ("worse", "problem", "advice"),
    [
        (lambda sound: sound * 0.03, "too quiet", "Raise the microphone's input level by"),
        (lambda sound: np.clip(sound * 12, -1, 1), "clipped", "The microphone is clipping"),
        (lambda sound: sound + sounds.noise(len(sound) / 16_000, -34), "noisy", "dB above the background noise"),
    ],
)
def test_bad_sound_is_told_with_what_to_do_and_makes_no_good_profile(worse, problem: str, advice: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - from the table
    found = calibrated(worse(voice()[: 12 * 16_000]))
    assert problems(found) == ["too little speech", problem]
    assert not found.good
    assert advice in found.findings[1].told
    assert all(finding.told.endswith(".") for finding in found.findings)


@pytest.mark.parametrize(
    ("sound", "problem", "advice"),
    [
        (sounds.silence(12), "silent", "check its permission"),
        (sounds.noise(12, -30), "no speech", "choose the microphone"),
        (sounds.tone(440, 12, -20), "no speech", "choose the microphone"),
    ],
)
def test_no_voice_is_told_with_what_to_do(sound: Samples, problem: str, advice: str) -> None:
    found = calibrated(sound)
    assert problems(found) == [problem]
    assert not found.good
    assert advice in found.findings[0].told


def test_speech_with_digital_silence_between_the_words_is_worth_a_look() -> None:
    sound = voice()[: 20 * 16_000].copy()
    sound[np.convolve(np.abs(sound), np.ones(1_600) / 1_600, "same") < 0.004] = 0
    found = calibrated(sound)
    assert problems(found) == ["too little speech", "no room"]
    assert not found.findings[1].bad


def test_what_the_machine_plays_makes_no_profile() -> None:
    found = calibrated(voice()[: 5 * 16_000], loopback=True)
    assert problems(found) == ["loopback", "too little speech"]
    assert not found.good


def test_too_little_speech_makes_no_profile_at_all() -> None:
    assert calibrated(voice()[: 12 * 16_000]).profile("Kim", "Headset", DAY) is None


@pytest.mark.parametrize(("sound", "after_s"), [(sounds.silence(60), 10), (sounds.noise(60, -40), 45)])
def test_waiting_for_speech_ends(sound: Samples, after_s: float) -> None:
    calibration = Calibration()
    heard = CalibrationProgress(0, 0, 0)
    for start in range(0, len(sound), 512):
        for heard in calibration.feed(AudioBlock("agent", start, sound[start : start + 512])):  # noqa: B007 - the last one counts
            pass
        if calibration.hopeless:
            break
    assert heard.heard_s == pytest.approx(after_s, abs=0.04)


@given(st.lists(st.integers(1, 5_000), min_size=1, max_size=40))
@settings(max_examples=5, deadline=None)
def test_how_the_sound_was_cut_changes_nothing(cuts: list[int]) -> None:
    sound = voice()[: 5 * 16_000]
    whole, pieces = Calibration(), Calibration()
    expected = list(whole.feed(AudioBlock("agent", 0, sound)))
    heard: list[CalibrationProgress] = []
    start = 0
    for count in [*cuts, len(sound)]:
        heard += pieces.feed(AudioBlock("agent", start, sound[start : start + count]))
        start = min(start + count, len(sound))
    assert heard == expected
    assert pieces.result() == whole.result()

from functools import cache

import numpy as np
import pytest

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.measure.echo import BLOCK, FIRST_BLOCK, EchoPath
from audio.measure.echo_watch import EchoWatch
from audio.measure.frames import FRAME, Framer
from audio.measure.speech import VoiceActivity
from audio.values import EchoHeard, SpeechFrame
from tests import rooms, sounds
from tests.audio_files import recording

BOTH = ("agent", "customer")


def real(name: str, dbfs: float = -22.0) -> Samples:
    return sounds.at_level(recording(name), dbfs)


def moments(agent: Samples, customer: Samples, block: int = SAMPLE_RATE_HZ) -> list[list[SpeechFrame]]:
    """The frames of both speakers, whose sound comes in blocks of this length."""
    framer, activity, found = Framer(BOTH), VoiceActivity(BOTH), []
    for at in range(0, len(agent), block):
        for speaker, sound in zip(BOTH, (agent, customer), strict=True):
            part = sound[at : at + block]
            found += [list(activity.feed(frame)) for frame in framer.feed(AudioBlock(speaker, at, part))]
    return found


def agent_speech(agent: Samples, customer: Samples) -> np.ndarray:
    return np.array([frames[0].speech for frames in moments(agent, customer)])


def echo_free(found: list[list[SpeechFrame]]) -> np.ndarray:
    """Which frames are the agent's speech, by what turned out later."""
    speech = np.array([frames[0].speech for frames in found])
    for at, (agent, _) in enumerate(found):
        speech[at - agent.echo_before : at] &= agent.echo_before == 0
    return speech


@cache
def conversation() -> tuple[Samples, Samples]:
    """The agent speaks, the customer does for 11 s, the agent again, both at once."""
    agent = real("call_center/hvb_callers/clean_B04_01.wav")[: 3 * SAMPLE_RATE_HZ]
    customer = real("read_speech/misc/jfk.wav")
    quiet, pause = np.zeros_like(customer), sounds.silence(0.5)
    overlap = customer[: len(agent)]
    return (
        np.concatenate([agent, pause, quiet, pause, agent, pause, agent]),
        np.concatenate([0 * agent, pause, customer, pause, 0 * agent, pause, overlap]),
    )


@pytest.mark.slow
@pytest.mark.parametrize(("db", "delay_ms"), [(-6, 80), (-12, 450)])
def test_the_customer_in_a_room_is_not_the_agent_and_her_own_words_stay(db: float, delay_ms: float) -> None:
    agent, customer = conversation()
    clean = agent_speech(agent, customer)
    found = moments(agent + rooms.echo(customer, db, delay_ms), customer)
    heard, kept = np.array([frames[0].speech for frames in found]), echo_free(found)
    first, last = (round(at_s * SAMPLE_RATE_HZ / FRAME) for at_s in (3.5, 14.5))
    assert heard[first:last].sum() <= 0.1 * (last - first), "of 11 s, in which the room must be learnt first"
    assert kept[first:last].sum() <= 1, "once the room is known"
    assert (heard & clean)[:first].sum() >= 0.97 * clean[:first].sum()
    assert (heard & clean)[last:].sum() >= 0.85 * clean[last:].sum()


@pytest.mark.slow
def test_without_an_echo_nothing_is_taken_from_who_speaks_over_another() -> None:
    agent, customer = (real(f"read_speech/misc/{name}.wav") for name in ("jfk", "jfk"))
    customer = np.roll(customer, 4 * SAMPLE_RATE_HZ)
    alone = np.array([frame.speech for frame in (frames[0] for frames in moments(agent, np.zeros_like(agent)))])
    assert agent_speech(agent, customer)[alone].mean() >= 0.98


@pytest.mark.slow
def test_how_the_sound_was_cut_changes_no_decision() -> None:
    agent, customer = (sound[2 * SAMPLE_RATE_HZ : 8 * SAMPLE_RATE_HZ] for sound in conversation())
    mixed = agent + rooms.echo(customer, -6, 80)
    whole, pieces = (
        [(frame.speech, frame.picks_up) for frames in moments(mixed, customer, block) for frame in frames]
        for block in (len(mixed), 777)
    )
    assert pieces == whole


def test_a_path_learns_a_delayed_voice_within_a_second_and_forgets_none_in_silence() -> None:
    voice = sounds.noise(4.0, seed=3)[::8]
    later = np.concatenate([np.zeros(200, np.float32), 0.3 * voice])[: len(voice)]
    path = EchoPath()
    frames = [(later[at : at + 64], voice[at : at + 64]) for at in range(0, len(voice) - 63, 64)]
    decided = [path.feed(own, other, other_speaks=True) for own, other in frames]
    assert all(decided[31:])
    silence = np.zeros(64, np.float32)
    assert not [path.feed(silence, silence, other_speaks=False) for _ in range(100)][-1]
    assert sum(path.feed(own, other, other_speaks=True) for own, other in frames[:40]) >= 30


def test_what_was_heard_before_the_path_was_known_turns_out_to_be_an_echo() -> None:
    voice, path = sounds.noise(3, -20)[::8], EchoPath()
    own = np.concatenate([np.zeros(160, np.float32), 0.4 * voice])[: len(voice)]
    for at in range(0, 60 * 64, 64):
        path.feed(own[at : at + 64], voice[at : at + 64], other_speaks=True)
    assert path.echo_before([True] * 31) == 31
    assert path.echo_before([False] * 31) == 0, "nothing was taken for speech"


def test_own_words_before_an_echo_stay() -> None:
    voice, path = sounds.noise(3, -20)[::8], EchoPath()
    own = np.concatenate([np.zeros(160, np.float32), 0.4 * voice])[: len(voice)]
    own[: 50 * 64] += sounds.noise(3, -20, 7)[::8][: 50 * 64]
    for at in range(0, 70 * 64, 64):
        path.feed(own[at : at + 64], voice[at : at + 64], other_speaks=True)
    assert 10 <= path.echo_before([True] * 31) <= 24, "the last 19 frames are echo alone"


def test_another_voice_is_never_explained() -> None:
    path = EchoPath()
    first, second = (sounds.noise(3.0, seed=seed)[::8] for seed in (1, 2))
    frames = [(first[at : at + 64], second[at : at + 64]) for at in range(0, len(first) - 63, 64)]
    assert not any(path.feed(own, other, other_speaks=True) for own, other in frames)


def watched(row: str, *, echo_db: float = -6.0) -> list[EchoHeard]:
    """A letter a second: "a" agent, "c" customer in her microphone, "-" customer who is not."""
    watch, told, level = EchoWatch(), [], 0.1
    for number, who in enumerate("".join(letter * 31 for letter in row)):
        gain = level * 10 ** (echo_db / 20) if who == "c" else level
        own = np.full(FRAME, gain, np.float32)
        frames = [
            SpeechFrame("agent", number * FRAME, own, 1.0, who == "a", picks_up=who == "c"),
            SpeechFrame("customer", number * FRAME, own, 1.0, who in "c-"),
        ]
        told += watch.feed(frames)
    return told


def test_an_echo_is_told_once_after_three_seconds_and_again_when_it_is_gone() -> None:
    told = watched("aaa" + "c" * 20 + "a" * 5 + "-" * 12)
    assert [echo.heard for echo in told] == [True, False]
    assert told[0].at_s == pytest.approx(6.0, abs=0.2)


@pytest.mark.parametrize("row", ["aaa" + "-" * 20, "aaa" + "c-----" * 5, "c" * 20])
def test_an_echo_that_is_rare_or_cannot_be_compared_is_not_told(row: str) -> None:
    assert not watched(row)


def test_a_faint_leak_of_a_headset_is_not_told() -> None:
    assert not watched("aaa" + "c" * 20, echo_db=-20)


def test_a_response_is_cut_to_its_first_block_by_one_product() -> None:
    random = np.random.default_rng(1)
    response = np.fft.rfft(random.standard_normal((3, 2 * BLOCK)))
    within = np.fft.irfft(response)
    within[:, BLOCK:] = 0
    cut = (response.view(np.float64) @ FIRST_BLOCK).view(np.complex128)
    np.testing.assert_allclose(cut, np.fft.rfft(within), atol=1e-12)

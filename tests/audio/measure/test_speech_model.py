from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from audio.block import AudioBlock, Samples
from audio.measure.frames import FRAME, Framer
from audio.measure.speech import VoiceActivity
from audio.measure.speech_model import QUIET_FRAMES, SpeechModel
from monitor.pipeline.measure import MeasureStage
from monitor.sample import CALL
from tests import sounds


@cache
def call() -> Samples:
    """Speech, a quiet line for so long that the model waits, and speech again, which begins within a block."""
    stereo, _ = soundfile.read(CALL, start=10 * 16_000, stop=18 * 16_000, dtype="float32", always_2d=True)
    sound = stereo[:, 0]
    quiet = sounds.silence((QUIET_FRAMES + 40) * FRAME / 16_000 + 0.3)
    return np.concatenate([sound[: 4 * 16_000], quiet, sound[4 * 16_000 :]])


def probabilities(cutting: list[int], *, ahead: bool) -> list[tuple[float, bool]]:
    framer, activity, found = Framer(("agent",)), VoiceActivity(("agent",)), []
    for start, end in pairwise(cutting):
        frames = list(framer.feed(AudioBlock("agent", start, call()[start:end])))
        if ahead:
            activity.look_ahead(frames)
        found += [(one.probability, one.speech) for frame in frames for one in activity.feed(frame)]
    return found


@pytest.mark.parametrize("seed", range(3))
def test_frames_that_are_known_ahead_change_no_bit_however_the_sound_is_cut(seed: int) -> None:
    length = len(call())
    cuts = np.random.default_rng(seed).integers(0, length, (3, 12, 60)[seed])
    expected = probabilities([0, length], ahead=False)
    assert probabilities([0, *sorted(cuts.tolist()), length], ahead=True) == expected
    assert any(speech for _, speech in expected[:120])
    assert any(speech for _, speech in expected[-120:])
    assert sum(probability == 0.0 for probability, _ in expected) >= 40


def test_a_frame_that_was_prepared_and_left_out_is_forgotten() -> None:
    frames = call()[: len(call()) // FRAME * FRAME].reshape(-1, FRAME)
    one_by_one, at_once = SpeechModel(), SpeechModel()
    at_once.look_ahead(frames)
    assert [at_once.probability(frame) for frame in frames] == [one_by_one.probability(frame) for frame in frames]


def test_a_call_prepares_every_block_of_several_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[int] = []
    real = VoiceActivity.look_ahead

    def counted(activity: VoiceActivity, frames: list[object]) -> None:
        prepared.append(len(frames))
        real(activity, frames)

    monkeypatch.setattr(VoiceActivity, "look_ahead", counted)
    list(MeasureStage(("agent",), None).feed(AudioBlock("agent", 0, call()[: 8 * FRAME])))
    assert prepared == [8]

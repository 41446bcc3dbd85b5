"""Tone: what measuring costs, live and ahead of time."""

import time
from collections.abc import Iterator
from statistics import median

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.engines import DEFAULT, Engine
from audio.measure.engine import tone_engine
from audio.measure.frames import Framer
from audio.measure.speech import VoiceActivity, speech_frames
from audio.measure.tone import ToneMeter
from audio.values import SpeechFrame
from bench.figures.table import Row
from bench.material.at_hand import recordings_for
from tests import sounds
from tests.audio_files import recording

RUNS = 3
MOMENTS_AHEAD = 125


def rows() -> Iterator[Row]:
    """CPU per second of one speaker's sound, nearly half of it speech."""
    if not recordings_for("the CPU of tone"):
        return
    sound = recording("call_center/aws_lca_acme_bank_agent.wav")[: 60 * SAMPLE_RATE_HZ]
    live = median(_cost_ms(sound, moments_ahead=0) for _ in range(RUNS))
    batch = median(_cost_ms(sound, moments_ahead=MOMENTS_AHEAD) for _ in range(RUNS))
    talk = [frame for frame in speech_frames(sound) if frame.speech]
    yield Row("tone live, CPU per second of one speaker", live, "ms", "≤ 45")
    yield Row("tone live, CPU per second of speech without a pause", meter_ms(talk), "ms")
    yield Row("tone of a recording, CPU per second of one speaker", batch, "ms", "≤ 12")


def _cost_ms(sound: Samples, moments_ahead: int) -> float:
    framer, activity, meter = Framer(("agent",)), VoiceActivity(("agent",)), ToneMeter(("agent",))
    began_s = time.process_time()
    moments = [tuple(activity.feed(frame)) for frame in framer.feed(AudioBlock("agent", 0, sound))]
    for at in range(0, len(moments), moments_ahead or 1):
        ahead = moments[at : at + (moments_ahead or 1)]
        if moments_ahead:
            meter.look_ahead(ahead)
        for moment in ahead:
            list(meter.feed(moment))
    return 1000 * (time.process_time() - began_s) / (len(sound) / SAMPLE_RATE_HZ)


def meter_ms(frames: list[SpeechFrame], engine: Engine = DEFAULT) -> float:
    """CPU per second without voice activity, of frames that are put side by side."""
    joined = sounds.speech_frames(np.concatenate([frame.samples for frame in frames]))
    meter = ToneMeter(("agent",), engine=tone_engine(engine))
    began_s = time.process_time()
    for frame in joined:
        list(meter.feed([frame]))
    return 1000 * (time.process_time() - began_s) / (len(joined) * 0.032)

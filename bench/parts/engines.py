"""What the two engines of tone give and take, side by side on the same sound."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.engines import ENGINES, Engine
from audio.measure import pitch
from audio.measure.engine import tone_engine
from audio.measure.frames import FRAME
from audio.measure.level import power_db
from audio.measure.speech import speech_frames
from bench.figures.table import Row
from bench.material.at_hand import recordings_for
from bench.parts.pace.cost import meter_ms
from bench.parts.tone import (
    PHRASES,
    Hertz,
    errors,
    phrase,
    rate_errors,
    sentences_of_known_pitch,
    sentences_of_known_rate,
)
from tests import sounds
from tests.audio_files import AUDIO, recording

RUNS = 3
COST = "What an engine costs"
_LOAD = """
import json, re, time
from pathlib import Path
from audio.measure.speech_model import SpeechModel
SpeechModel()
def memory_mb():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before_mb, began_s = memory_mb(), time.process_time()
from audio.measure.engine import tone_engine
tone_engine("ENGINE")
print(json.dumps([time.process_time() - began_s, memory_mb() - before_mb]))
"""


def rows() -> Iterator[Row]:
    """Figures of each engine."""
    phrases = [phrase(seed) for seed in range(PHRASES)]
    spoken = {"made speech": phrases}
    if recordings_for("real speech and its cost"):
        spoken["real speech on a known contour"] = sentences_of_known_pitch()
    for what, heard in spoken.items():
        for name in ENGINES:
            yield from _pitch_rows(name, what, heard)
    for what, sentences in sentences_of_known_rate().items() if AUDIO.exists() else ():
        for name in ENGINES:
            yield from _rate_rows(name, what, sentences)
    for name in ENGINES:
        yield from _cost_rows(name, phrases[0][1])


def _pitch_rows(name: Engine, what: str, spoken: list[tuple[Hertz, Samples]]) -> Iterator[Row]:
    for band in ("wide band", "telephone"):
        through = sounds.telephone if band == "telephone" else np.asarray
        gross, voicing = errors(
            [(truth, pitch.track(through(sound), SAMPLE_RATE_HZ, name).hz) for truth, sound in spoken]
        )
        yield Row(f"{band}, gross errors", gross, "%", series=f"Pitch of {what}", at=name)
        yield Row(f"{band}, voicing errors", voicing, "%", series=f"Pitch of {what}", at=name)


def _rate_rows(name: Engine, what: str, sentences: list[tuple[str, float, float]]) -> Iterator[Row]:
    for band in ("wide band", "telephone"):
        correlation, error = rate_errors(sentences, telephone=band == "telephone", engine=name)
        yield Row(f"{band}, correlation", correlation, "", series=f"Rate of {what}", at=name)
        yield Row(f"{band}, mean error", error, "%", series=f"Rate of {what}", at=name)


def _cost_rows(name: Engine, sound: Samples) -> Iterator[Row]:
    if AUDIO.exists():
        spoken = recording("call_center/aws_lca_acme_bank_agent.wav")[: 60 * SAMPLE_RATE_HZ]
        talk = [frame for frame in speech_frames(spoken) if frame.speech]
        cost_ms = median(meter_ms(talk, name) for _ in range(RUNS))
        yield Row("CPU live, per second of speech without a pause", cost_ms, "ms", series=COST, at=name)
    error_db = _level_error_db(name, sound)
    yield Row("volume: largest difference from the exact power", error_db, "dB", series=COST, at=name)
    yield from _load_rows(name)


def _level_error_db(name: Engine, sound: Samples) -> float:
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    exact = np.mean(np.square(frames, dtype=np.float64), axis=1)
    power = tone_engine(name).power
    return max(abs(power_db(power(frame)) - power_db(float(true))) for frame, true in zip(frames, exact, strict=True))


def _load_rows(name: Engine) -> Iterator[Row]:
    """In a process that has the model of voice activity, as every call has."""
    command = [sys.executable, "-c", _LOAD.replace("ENGINE", name)]
    loads = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(RUNS)]
    for what, unit, values in zip(("CPU to load", "memory"), ("s", "MB"), zip(*loads, strict=True), strict=True):
        yield Row(what, median(values), unit, series=COST, at=name)

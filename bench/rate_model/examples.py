"""Examples to learn the local rate from: the same sentence at several tempos, over several lines."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
import parselmouth
import soundfile
from numpy.typing import NDArray
from parselmouth.praat import call

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.resample import resample
from audio.measure.frames import FRAME
from audio.measure.local_rate import Moments
from audio.measure.speech import speech_frames
from bench.material.filters import filtered
from rules.language.syllables import contents
from tests import sounds

TEMPOS = ((1.1, 1.45), (0.75, 1.75))
"""Each sentence is learnt from at its own tempo and at one out of each of these ranges, even by their logarithm."""
WAYS = ("overlap-add", "atempo", "vocoder", "both")
WAY_SHARES = (0.3, 0.3, 0.3, 0.1)
VOCODER_WINDOW = 512
LEVELS_DBFS = (-20.0, -26.0, -32.0)
LINES = ("clean", "telephone", "noise", "loss", "telephone and loss")
LINE_SHARES = (0.3, 0.25, 0.15, 0.15, 0.15)
NOISE_BELOW_DB = (15, 28)
LOSSES = (0.01, 0.03, 0.05, 0.08)
LEAST_S, MOST_S = 2.5, 15.0
EDGE_S = 0.15
"""Silence before and after a sentence."""
ROOM_DBFS = -66.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A recording of one sentence."""

    path: Path
    speaker: str
    text: str
    """Empty if unknown: its tempos can still be compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A sentence at one tempo."""

    tempo: float
    """Times its own."""
    moments: NDArray[np.float16]
    """What the network reads, shape (moments, 180)."""


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A sentence at its own tempo, and at others."""

    speaker: str
    contents: NDArray[np.float64]
    """Syllables, words, fricatives, stops and sonorants of its text, shape (5,); zeros if that is unknown."""
    versions: tuple[Version, ...]
    """The first is at its own tempo."""


def sentences(lists: Mapping[Path, int]) -> Iterator[Sentence]:
    """Sentences of some lists (columns path, speaker, seconds, text), of each list at most so many of each speaker."""
    for path, each in lists.items():
        taken: dict[str, int] = {}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                speaker = f"{path.parent.name} {row['speaker']}"
                if LEAST_S <= float(row["seconds"]) <= MOST_S and taken.get(speaker, 0) < each:
                    taken[speaker] = taken.get(speaker, 0) + 1
                    yield Sentence(Path(row["path"]), speaker, row["text"])


def example(sentence: Sentence, random: np.random.Generator) -> Example:
    """Make a sentence into an example: its level, tempos, ways of changing them, and lines are drawn by chance."""
    samples, rate_hz = soundfile.read(sentence.path, dtype="float32", always_2d=True)
    level_dbfs = float(random.choice(LEVELS_DBFS))
    edge = sounds.silence(EDGE_S)
    sound = sounds.at_level(np.concatenate([edge, resample(samples[:, 0], rate_hz), edge]), level_dbfs)
    sound += sounds.noise(len(sound) / SAMPLE_RATE_HZ, ROOM_DBFS, int(random.integers(1 << 30)))[: len(sound)]
    spoken = np.array([frame.speech for frame in speech_frames(sound)])
    tempos = [1.0, *(float(np.exp(random.uniform(*np.log(range_)))) for range_ in TEMPOS)]
    versions = [
        Version(tempo, _read(_over_a_line(_at_tempo(sound, tempo, random), level_dbfs, random), spoken, tempo))
        for tempo in tempos
    ]
    return Example(sentence.speaker, np.array(contents(sentence.text), np.float64), tuple(versions))


def _at_tempo(sound: Samples, tempo: float, random: np.random.Generator) -> Samples:
    """Change the tempo in one of several ways: each of them leaves other traces, and none is how people hurry."""
    if tempo == 1:
        return sound
    match str(random.choice(WAYS, p=WAY_SHARES)):
        case "overlap-add":
            return by_overlap_add(sound, tempo)
        case "atempo":
            return filtered(sound, f"atempo={tempo}")
        case "vocoder":
            return np.asarray(librosa.effects.time_stretch(sound, rate=tempo, n_fft=VOCODER_WINDOW), np.float32)
        case _:
            return by_overlap_add(filtered(sound, f"atempo={tempo**0.5}"), tempo**0.5)


def by_overlap_add(sound: Samples, tempo: float) -> Samples:
    """Change the tempo period by period, as Praat does it."""
    whole = parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ)
    return np.asarray(call(whole, "Lengthen (overlap-add)", 65, 500, 1 / tempo).values[0], np.float32)


def _over_a_line(sound: Samples, level_dbfs: float, random: np.random.Generator) -> Samples:
    line = str(random.choice(LINES, p=LINE_SHARES))
    if line.startswith("telephone"):
        sound = sounds.telephone(sound)
    if line == "noise":
        seed, room_dbfs = int(random.integers(1 << 30)), level_dbfs - random.uniform(*NOISE_BELOW_DB)
        sound = sound + sounds.noise(len(sound) / SAMPLE_RATE_HZ + 1, room_dbfs, seed)[: len(sound)]
    return sounds.lost_packets(sound, float(random.choice(LOSSES)), random) if line.endswith("loss") else sound


def _read(sound: Samples, spoken: NDArray[np.bool_], tempo: float) -> NDArray[np.float16]:
    """What the network reads of a version, of which that is speech which is speech in the sentence."""
    moments = Moments()
    middles = ((np.arange(len(sound) // FRAME) + 0.5) * tempo).astype(int)
    speech = spoken[np.minimum(middles, len(spoken) - 1)].tolist()
    return np.concatenate([moments.feed(frame) for frame in sounds.speech_frames(sound, speech=speech)]).astype(
        np.float16
    )

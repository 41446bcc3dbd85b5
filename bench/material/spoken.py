"""Speech whose words are known, to hold programs against: the built-in call, and real calls where they are at hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.resample import resample
from bench.instruments.word_error import words
from monitor import sample
from tests.audio_files import AUDIO, manifest

REAL_CALLS = "call_center/hvb_0*_*.wav"
"""One side each of calls to a bank, 8 kHz."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One speaker."""

    words: tuple[str, ...]
    sound: Samples
    """At 16 kHz."""

    @property
    def duration_s(self) -> float:
        """Its length."""
        return len(self.sound) / SAMPLE_RATE_HZ


def built_in(seconds: float) -> list[Spoken]:
    """Both sides of the built-in call, up to the last line that ends within so many seconds."""
    call, rate = soundfile.read(sample.CALL, dtype="float32")
    sides = []
    for channel, speaker in enumerate(("agent", "customer")):
        lines = [line for line in sample.truth().lines if line.speaker == speaker and line.end_s <= seconds]
        end = round(max(line.end_s for line in lines) * SAMPLE_RATE_HZ)
        text = " ".join(line.text for line in lines)
        sides.append(Spoken(tuple(words(text)), resample(np.ascontiguousarray(call[:, channel]), rate)[:end]))
    return sides


def real_paths() -> list[Path]:
    """Recordings of real calls with one speaker each whose words were written down; none where they are not at hand."""
    return [path for path, _ in _real()]


def real() -> list[Spoken]:
    """The same as words and sound."""
    return [Spoken(tuple(words(text)), mono(path)) for path, text in _real()]


def collections(seconds: float) -> Iterator[tuple[str, list[Spoken]]]:
    """All there is, by name; of the built-in call so many seconds."""
    yield "the built-in call", built_in(seconds)
    if spoken := real():
        yield "real calls", spoken


def mono(path: Path) -> Samples:
    """The first channel of a recording at 16 kHz."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return resample(np.ascontiguousarray(sound[:, 0]), rate)


def _real() -> Iterator[tuple[Path, str]]:
    if not AUDIO.exists():
        return
    for row in manifest():
        if row["transcript"] and Path(row["file"]).match(REAL_CALLS):
            yield AUDIO / row["file"], row["transcript"]

"""Recorded voices of the folder that TONE_MONITOR_VOICES names: a folder for each corpus, with a table of its files.

The table `list.csv` has the columns path (from the corpus or from the root), speaker, sex (f or m), split and emotion.
Nothing in the bench was tuned on what is read here: it is the parts for tests, and corpora that only measure.
"""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.resample import resample
from tests import sounds

VARIABLE = "TONE_MONITOR_VOICES"
FOLDER = Path(os.environ.get(VARIABLE) or Path(__file__).parents[3] / "data")

LEVEL_DBFS, ROOM_DBFS = -34.0, -62.0
"""Of calm speech, and of the room that it is put in."""
PAUSE_S = 0.4
EDGE_DB = 35.0
"""What is so far below the loudest moment at either end of a recording is cut off."""
GROWN_UP = 18


@dataclass(frozen=True, slots=True)
class Recorded:
    """One person, and where what they said is."""

    speaker: str
    sex: str
    paths: tuple[Path, ...]

    def sentences(self, most_s: float = 120.0) -> list[Samples]:
        """Their sentences at 16 kHz, until there are so many seconds."""
        found: list[Samples] = []
        for path in self.paths:
            sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
            found.append(_trimmed(resample(sound[:, 0], rate_hz)))
            if sum(map(len, found)) > most_s * SAMPLE_RATE_HZ:
                break
        return found


def corpus(name: str, *, split: str = "", emotion: Sequence[str] = ()) -> list[Recorded]:
    """The people of a corpus, women and men in turn; empty if it is not there.

    Args:
        name: its folder.
        split: only of this part.
        emotion: only recordings that are labelled so; of a corpus with ages, only those of adults are taken.
    """
    table = FOLDER / name / "list.csv"
    if not table.exists():
        return []
    paths: dict[tuple[str, str], list[Path]] = {}
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            label = row["emotion"]
            grown_up = not label.startswith("age") or int(label.split()[-1]) >= GROWN_UP
            if grown_up and split in {"", row["split"]} and (not emotion or label in emotion):
                paths.setdefault((row["sex"], row["speaker"]), []).append(table.parent / row["path"])
    people = [Recorded(speaker, sex, tuple(found)) for (sex, speaker), found in sorted(paths.items())]
    women, men = ([one for one in people if one.sex == sex] for sex in ("f", "m"))
    pairs = [one for pair in zip(women, men, strict=False) for one in pair]
    return [*pairs, *women[len(men) :], *men[len(women) :]]


def joined(sentences: Sequence[Samples], seconds: float) -> Samples:
    """Sentences one after the other, again from the first if need be, for so long; never cut within one."""
    return np.concatenate(list(_repeated(sentences, seconds)))


def at_desk(parts: Iterable[Samples]) -> Samples:
    """Parts of a call one after the other, with a quiet room around them."""
    whole = np.concatenate(list(parts))
    return whole + sounds.noise(len(whole) / SAMPLE_RATE_HZ + 1, ROOM_DBFS)[: len(whole)]


def _repeated(sentences: Sequence[Samples], seconds: float) -> Iterator[Samples]:
    length = at = 0
    while length < seconds * SAMPLE_RATE_HZ:
        yield (part := np.concatenate([sentences[at % len(sentences)], sounds.silence(PAUSE_S)]))
        length, at = length + len(part), at + 1


def _trimmed(sound: Samples) -> Samples:
    hop = SAMPLE_RATE_HZ // 100
    power = np.mean(np.square(sound[: len(sound) // hop * hop].reshape(-1, hop), dtype=np.float64), axis=1)
    loud = np.flatnonzero(power > power.max(initial=0.0) * 10 ** (-EDGE_DB / 10))
    return sound[max(0, loud[0] - 8) * hop : (loud[-1] + 12) * hop] if len(loud) else sound

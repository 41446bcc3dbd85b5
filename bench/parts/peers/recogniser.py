"""Words heard wrong, beside PocketSphinx and plain faster-whisper."""

import csv
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version

from audio.block import Samples
from audio.words.model import resolve
from bench.comparisons import pocketsphinx_words
from bench.figures.table import Row
from bench.instruments.transcripts import Ear, utterances_in
from bench.instruments.word_error import errors, words
from bench.material import voices
from bench.material.at_hand import voices_for
from bench.material.spoken import Spoken, mono, real
from tests import sounds

READERS = 16
SHORTEST_S, LONGEST_S = 6.0, 14.0
"""Of the one sentence that each reader gives."""


def rows() -> Iterator[Row]:
    """Word errors and CPU, each way; PocketSphinx only where it is installed."""
    ear = Ear("tiny.en", resolve("default"))
    ways: dict[str, Callable[[Samples], str]] = {
        f"plain faster-whisper {version('faster-whisper')}, tiny.en": ear.alone,
        "Tone Monitor, live, tiny.en": lambda sound: " ".join(
            one.utterance.text for one in ear.live(utterances_in(sound))
        ),
    }
    if pocketsphinx_words.is_installed():
        ways[f"PocketSphinx {version('pocketsphinx')}, en-us"] = pocketsphinx_words.hear
    else:
        print("  pocketsphinx is not installed, so its rows are left out. Install the group peers.")
    read = list(_read()) if voices_for("words of readers beside PocketSphinx") else []
    collections = {
        "read speech": read,
        "read speech by telephone": [Spoken(one.words, sounds.telephone(one.sound)) for one in read],
        "real calls": real(),
    }
    for name, spoken in collections.items():
        said, seconds = sum(len(one.words) for one in spoken), sum(one.duration_s for one in spoken)
        for at, hear in ways.items() if spoken else ():
            hear(spoken[0].sound)  # loading is measured elsewhere
            begun_s = time.process_time()
            wrong = sum(errors(one.words, words(hear(one.sound))) for one in spoken)
            cpu_s = time.process_time() - begun_s
            yield Row("word errors", 100 * wrong / said, f"% of {said}", series=f"Words: {name}", at=at)
            yield Row("CPU per second of sound", 1000 * cpu_s / seconds, "ms", series=f"Words: {name}", at=at)


def _read() -> Iterator[Spoken]:
    """A sentence of each of some readers of LibriSpeech's test set; nothing here was tuned on it."""
    table = voices.FOLDER / "librispeech_test_clean" / "list.csv"
    if not table.exists():
        return
    with table.open(encoding="utf-8", newline="") as file:
        some = [row for row in csv.DictReader(file) if SHORTEST_S <= float(row["seconds"]) <= LONGEST_S]
    first = {row["speaker"]: row for row in reversed(some)}
    for row in list(first.values())[:READERS]:
        yield Spoken(tuple(words(row["text"])), mono(table.parent / row["path"]))

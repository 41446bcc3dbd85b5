"""The card guard's ears: keys in the sound, and numbers in the words that Whisper hears of them."""

import itertools
import time
from collections.abc import Iterable, Iterator

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.files.recording import open_recording
from audio.measure.key_tones import HIGH_HZ, LOW_HZ, KeyTone, KeyTones
from bench.figures.table import Row
from bench.material.at_hand import recordings_for
from bench.material.spoken_numbers import Line, as_written, heard, labelled, spoken
from tests import sounds
from tests.audio_files import AUDIO

SENTENCE = "I would like to know whether my order was sent, because nobody called me back on Monday."
BELOW_DB = (15, 12, 9, 6)
MUST_DB = 12
"""Speech so far below a key must not hide it."""


def rows() -> Iterator[Row]:
    """Print the figures."""
    speech = spoken(SENTENCE, "slt")
    for below_db in BELOW_DB:
        name = f"keys of 60 ms heard by telephone, speech {below_db} dB below"
        yield Row(name, _heard_under(speech, below_db), "%", "≥ 98" if below_db >= MUST_DB else "")
    if recordings_for("what is taken for a key"):
        yield _taken_for_a_key()
    began = time.process_time()
    _keys([speech[at : at + 512] for _ in range(20) for at in range(0, len(speech), 512)])
    spent_ms = 1e3 * (time.process_time() - began)
    yield Row("CPU of a second of a channel", spent_ms / (20 * len(speech) / SAMPLE_RATE_HZ), "ms", "≤ 1")
    lines = heard()
    clear = [line for line in lines["secret"] if not line.murmured]
    yield from _found("as flite's voices were heard", clear)
    yield from _found("espeak-ng's, too", lines["secret"])
    yield from _found("had all been heard", [as_written(turns) for turns in labelled()["secret"]])
    count = sum(len(line.text().split()) for line in lines["ordinary"])
    yield Row("masked for nothing", 1e3 * sum(line.wronged() for line in lines["ordinary"]) / count, "of 1,000 words")


def _found(name: str, lines: list[Line]) -> Iterator[Row]:
    leaks = [line.leaked() for line in lines]
    yield Row(f"numbers without a digit left, {name}", 100 * leaks.count(0) / len(leaks), "%", "≥ 98")
    yield Row(f"digits masked, {name}", 100 - 100 * sum(leaks) / sum(line.digits() for line in lines), "%", "≥ 98")


def _heard_under(speech: Samples, below_db: float) -> float:
    """Percentage of keys that are heard under speech."""
    chance, found = np.random.default_rng(5), 0
    pressed = list(itertools.product(LOW_HZ, HIGH_HZ)) * 4
    for low, high in pressed:
        key = sounds.at_level(sounds.tone(low, 0.06) + sounds.tone(high, 0.06), -20)
        sound = np.concatenate([sounds.silence(0.15), key, sounds.silence(0.15)])
        at = int(chance.integers(0, len(speech) - len(sound)))
        voice = sounds.at_level(speech[at : at + len(sound)] + np.float32(1e-9), -20 - below_db)
        found += bool(_keys([sounds.telephone(sound + voice)]))
    return 100 * found / len(pressed)


def _taken_for_a_key() -> Row:
    seconds, taken = 0.0, 0
    for path in sorted(AUDIO.rglob("*")):
        if path.suffix in {".wav", ".mp3", ".flac", ".ogg"}:
            sound: dict[Speaker, list[Samples]] = {}
            for block in open_recording(path).blocks(0.5):
                sound.setdefault(block.speaker, []).append(block.samples)
            for parts in sound.values():
                seconds += sum(map(len, parts)) / SAMPLE_RATE_HZ
                taken += len(_keys(parts))
    return Row(f"taken for a key, in {seconds / 60:.0f} min of real speech", taken, "times", "≤ 0")


def _keys(parts: Iterable[Samples]) -> list[KeyTone]:
    step, start, found = KeyTones("agent"), 0, []
    for part in parts:
        found += step.feed(AudioBlock("agent", start, part))
        start += len(part)
    return [*found, *step.flush()]

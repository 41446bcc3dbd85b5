"""Words as they are spoken: a LocalAgreement loop over plain faster-whisper against the transcriber of a live call.

One speaker, no sound waited for, computing time counted as it passes; one run, as nothing here is a matter of chance
but the machine, over several minutes of speech.
"""

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import TYPE_CHECKING

from audio.block import Samples, seconds
from audio.measure.frames import FRAME
from audio.measure.speech import speech_frames
from audio.words.model import resolve
from audio.words.utterances import PAUSE_FRAMES, Cut, UtteranceCutter
from bench.comparisons.agreement import stream
from bench.figures.table import Row
from bench.instruments.curve import percentile
from bench.instruments.word_error import errors, words
from bench.material.spoken import collections
from bench.parts.live import play

if TYPE_CHECKING:
    from audio.words.whisper import Whisper

BUILT_IN_S = 40.0

Heard = tuple[str, float, float, float]
"""A word, when it was spoken, when it was first seen, and when it was final, in seconds of the sound."""


def rows() -> Iterator[Row]:
    """Delay, cost and errors both ways."""
    from faster_whisper import WhisperModel  # a second that other parts do not need

    from audio.words.whisper import Whisper

    plain = WhisperModel(str(resolve("default")), device="cpu", compute_type="int8", cpu_threads=2)
    whisper = Whisper.load(resolve("default"))
    ways: dict[str, Callable[[Samples], list[Heard]]] = {
        "LocalAgreement": lambda sound: [(w.text, w.end_s, w.seen_s, w.final_s) for w in stream(plain, sound)],
        "here": lambda sound: list(_utterances(whisper, sound)),
    }
    for name, spoken in collections(BUILT_IN_S):
        series = f"Streaming: {name}"
        count = sum(len(one.words) for one in spoken)
        total_s = sum(one.duration_s for one in spoken)
        for at, hear in ways.items():
            cpu_s = time.process_time()
            heard = [hear(one.sound) for one in spoken]
            cpu_s = time.process_time() - cpu_s
            wrong = sum(
                errors(one.words, words(" ".join(word for word, *_ in said)))
                for one, said in zip(spoken, heard, strict=True)
            )
            final_s = [final_s - end_s for said in heard for _, end_s, _, final_s in said]
            yield Row("word final after its end, median", median(final_s), "s", series=series, at=at)
            yield Row("p95", percentile(final_s, 0.95), "s", series=series, at=at)
            if at == "LocalAgreement":
                seen_s = [seen_s - end_s for said in heard for _, end_s, seen_s, _ in said]
                yield from _visible_rows(seen_s, series, at)
            yield Row("CPU per second of sound", cpu_s / total_s, "s", series=series, at=at)
            yield Row("word errors", 100 * wrong / count, f"% of {count}", series=series, at=at)
    seen_s = play("default", BUILT_IN_S)["word_delays_s"]
    yield from _visible_rows(seen_s, "Streaming: the built-in call", "here, both speakers at once in a live call")


def _visible_rows(seen_s: list[float], series: str, at: str) -> Iterator[Row]:
    yield Row("word visible after its end, median", median(seen_s), "s", series=series, at=at)
    yield Row("visible, p95", percentile(seen_s, 0.95), "s", series=series, at=at)


def _utterances(whisper: "Whisper", sound: Samples) -> Iterator[Heard]:
    """Words as finals alone: decoding begins in the pause, as in a live call, on one thread."""
    cutter = UtteranceCutter("agent")
    items = [item for frame in speech_frames(sound) for item in cutter.feed(frame)]
    free_s = 0.0
    for cut in (item for item in [*items, *cutter.flush()] if isinstance(item, Cut)):
        began_s = time.perf_counter()
        found = whisper.final(cut.samples)
        took_s = time.perf_counter() - began_s
        begun_s = max(free_s, min(seconds(cut.known), seconds(cut.end + PAUSE_FRAMES * FRAME)))
        free_s = begun_s + took_s
        for word in found:
            final_s = max(free_s, seconds(cut.known))
            yield word.text, seconds(cut.start) + word.end_s, final_s, final_s

"""Words: how long decoding takes, two utterances at a time, how long the model takes to load, and what it holds."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from resource import getpagesize
from statistics import median, quantiles

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ
from audio.words.model import resolve
from bench.figures.table import Row
from bench.instruments.transcripts import AT_ONCE, Ear, Heard, utterances_in
from bench.material.at_hand import recordings_for
from bench.parts.words import all_ears, built_in_call, transcribed
from monitor import sample
from monitor.whisper.arenas import share_among_threads

RUNS = 3
DECODES = 100
DELAYS = {"tiny.en": ("≤ 0.5", "≤ 0.7"), "base": ("≤ 0.9", "≤ 1.4")}
"""Targets for half and nine of ten of the final texts, in seconds after the end of speech."""


def rows() -> Iterator[Row]:
    """Delays of each model, then loading and memory of tiny.en."""
    spoken = [sound for _, sound in built_in_call()]
    if recordings_for("how long the utterances of real calls take"):
        spoken += [sound for _, sound in transcribed("call_center")]
    cuts = [utterances_in(sound) for sound in spoken]
    for ear in all_ears():
        with ThreadPoolExecutor(AT_ONCE) as speakers:
            heard = [one for said in speakers.map(ear.live, cuts) for one in said]
        yield from _delay_rows(ear.name, heard)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh:
        loading_s = [fresh.submit(_loading_s).result() for _ in range(RUNS)]
        yield Row("loading Whisper, its import included", median(loading_s), "s", "≤ 2")
        yield from fresh.submit(_memory_rows).result()


def _delay_rows(ear: str, heard: Sequence[Heard]) -> Iterator[Row]:
    lengths: dict[str, list[float]] = {"under 3 s": [], "of 3 to 6 s": [], "over 6 s": []}
    for one in heard:
        length = "under 3 s" if one.length_s < 3 else "of 3 to 6 s" if one.length_s < 6 else "over 6 s"
        lengths[length].append(one.decode_s)
    for length, decodes_s in lengths.items():
        yield from _quantiles(f"transcribing an utterance {length}, two at a time, {ear}", decodes_s)
    paused = [one.delay_s for one in heard if one.in_a_pause]
    yield from _quantiles(f"end of speech → final text, two at a time, {ear}", paused, *DELAYS[ear])
    yield Row(f"utterances cut without a pause, {ear}", 100 * (1 - len(paused) / len(heard)), f"% of {len(heard)}")


def _quantiles(name: str, values_s: list[float], p50: str = "", p90: str = "") -> Iterator[Row]:
    yield Row(f"{name}, p50", median(values_s), "s", p50)
    yield Row(f"{name}, p90", quantiles(values_s, n=10)[-1], "s", p90)


def _loading_s() -> float:
    began_s = time.perf_counter()
    _ = Ear("tiny.en", resolve("default")).whisper
    return time.perf_counter() - began_s


def _memory_rows() -> list[Row]:
    """What a process holds that does nothing but transcribe, as the Whisper process does."""
    share_among_threads()
    whisper = Ear("tiny.en", resolve("default")).whisper
    speech = np.tile(soundfile.read(sample.CALL, dtype="float32")[0][: 3 * SAMPLE_RATE_HZ, 0], 4)
    lengths = [round(length) for length in np.random.default_rng(0).uniform(0.5, 12, DECODES) * SAMPLE_RATE_HZ]
    with ThreadPoolExecutor(2) as threads:
        memory = [_memory_mb() for _ in threads.map(lambda length: whisper.final(speech[:length]), lengths)]
    growth = max(memory[DECODES // 2 :]) - max(memory[: DECODES // 2])
    return [
        Row(f"memory after {DECODES} utterances, two at a time", memory[-1], "MB"),
        Row("memory, peak of the second half over that of the first", growth, "MB", "≤ 10"),
    ]


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * getpagesize() / 2**20

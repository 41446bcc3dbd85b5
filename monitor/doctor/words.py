"""Whether speech becomes words here, how fast, and whether a better model would keep up."""

import time
from collections.abc import Iterator
from pathlib import Path

import soundfile

from audio.block import SAMPLE_RATE_HZ
from audio.words.model import DEFAULT, ModelError, is_default, resolve
from monitor import sample
from monitor.doctor.diagnosis import Diagnosis
from monitor.pipeline.whisper_model import NONE
from monitor.whisper import base_model, self_test
from monitor.whisper.choice import AUTO, chosen
from monitor.whisper.client import client
from monitor.whisper.errors import WordsLateError
from monitor.whisper.recognizer import ProcessRecognizer
from monitor.whisper.self_test import CLIP_S, MOST_S, Measured
from monitor.whisper.wire_format import ModelSpec, Urgency

GOOD_SPEED = 4.0
"""As a multiple of real time; below it, the words of an utterance come more than a second after its end."""
LEAST_SPEED = 1.5
"""Below, the words of two speakers fall behind for good."""
LEAST_SHARE = 0.6
"""Share of the clip's words that the built-in model must hear."""
INSTALL = 'Install tone-monitor[base], and leave words.model at "auto".'


def check(model: str, device: str = "cpu", compute_type: str = "int8") -> Iterator[Diagnosis]:
    """Find, verify and load the Whisper model, and have it transcribe a few sentences; then try the better one."""
    if model == NONE:
        yield Diagnosis("model", "ok", "Transcription is off. Calls are judged by tone alone.")
        return
    try:
        choice = chosen(model, device, compute_type)
        yield from _check(choice.model)
        yield from _better(model)
    except (ModelError, WordsLateError, RuntimeError) as error:
        yield Diagnosis("model", "bad", str(error))


def _check(model: ModelSpec) -> Iterator[Diagnosis]:
    recognizer = _recognizer(model)
    before_s = time.perf_counter()
    recognizer.load()
    load_s = time.perf_counter() - before_s
    first, last = (round(at_s * SAMPLE_RATE_HZ) for at_s in CLIP_S)
    clip = soundfile.read(sample.CALL, stop=last, dtype="float32")[0][first:, 0]
    before_s = time.perf_counter()
    heard = {word.text.strip(".,?!").casefold() for word in recognizer.final(clip)}
    took_s = time.perf_counter() - before_s
    yield judged(len(clip) / SAMPLE_RATE_HZ / took_s, load_s, recognizer.memory_mb())
    if is_default(Path(model.folder)) and _share(heard) < LEAST_SHARE:
        told = f"The model heard only {_share(heard):.0%} of known words. Reinstall faster-whisper and ctranslate2."
        yield Diagnosis("model", "bad", told)


def judged(speed: float, load_s: float, memory_mb: float) -> Diagnosis:
    """What to say of a model.

    Args:
        speed: as a multiple of real time.
        load_s: time it took to load.
        memory_mb: of its process, which serves all calls; 0 if that is not known.
    """
    told = f"The model loaded in {load_s:.1f} s and transcribes at {speed:.0f} times real time"
    told += f". Its process holds {memory_mb:.0f} MB for all calls" if memory_mb else ""
    if speed >= GOOD_SPEED:
        return Diagnosis("model", "ok", f"{told}.")
    return Diagnosis(
        "model",
        "bad" if speed < LEAST_SPEED else "look",
        f'{told}. Close other programs, choose a smaller model, or turn transcription off (words.model = "none").',
    )


def _better(model: str) -> Iterator[Diagnosis]:
    """Whether base keeps up, or would."""
    if model not in {AUTO, base_model.NAME}:
        return
    if not base_model.is_installed():
        if _recognizer(ModelSpec(str(resolve(DEFAULT)))).measure().base_would_keep_up:
            yield Diagnosis("model", "ok", f"A better Whisper model would keep up on this machine. {INSTALL}")
        return
    try:
        measured = _recognizer(ModelSpec(str(base_model.joined()))).measure()
        self_test.remember(measured)
    except (ModelError, OSError) as error:
        yield Diagnosis("model", "look", f"{error} Until then, the built-in model is used.")
    else:
        yield better(measured)


def better(measured: Measured) -> Diagnosis:
    """What to say of base by how it did."""
    took, memory = f"{measured.took_s:.1f} s of a core for 6 s of speech", f"{measured.memory_mb:.0f} MB"
    told = f"The Whisper model base takes {took}. With the built-in one beside it, the process holds {memory}"
    if measured.keeps_up:
        return Diagnosis("model", "ok", f"{told}.")
    return Diagnosis("model", "ok", f'{told}. Above {MOST_S:.1f} s, or on one core, "auto" chooses the built-in model.')


def _recognizer(model: ModelSpec) -> ProcessRecognizer:
    return ProcessRecognizer(client(), model, Urgency.LIVE)


def _share(heard: set[str]) -> float:
    """The share of the clip's words that were heard."""
    said = {
        word.strip(".,?!").casefold()
        for line in sample.truth().lines
        if line.speaker == "agent" and CLIP_S[0] <= line.start_s and line.end_s <= CLIP_S[1]
        for word in line.text.split()
    }
    return len(said & heard) / len(said)

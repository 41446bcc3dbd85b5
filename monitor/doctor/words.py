"""Whether speech becomes words here, and how fast."""

import time
from collections.abc import Iterator

import soundfile

from audio.block import SAMPLE_RATE_HZ
from audio.words.model import ModelError, is_default, resolve, verify
from monitor import sample
from monitor.doctor.diagnosis import Diagnosis
from monitor.pipeline.whisper_model import NONE

CLIP_S = (0.3, 6.4)
"""The first three sentences of the built-in call."""
GOOD_SPEED = 4.0
"""Times real time; slower, the words of an utterance come more than a second after its end."""
LEAST_SPEED = 1.5
"""Below, the words of two speakers fall behind for good."""
LEAST_SHARE = 0.6
"""Of the words of the clip that the built-in model has to hear."""


def check(model: str) -> Iterator[Diagnosis]:
    """Find the Whisper model, verify and load it, and have it hear a few sentences."""
    if model == NONE:
        yield Diagnosis("model", "ok", "Words are off: calls are judged by tone alone.")
        return
    try:
        folder = resolve(model)
        verify(folder)
        from audio.words.whisper import Whisper  # noqa: PLC0415 - half a second that no other check needs

        before_s = time.perf_counter()
        whisper = Whisper.load(folder)
        load_s = time.perf_counter() - before_s
    except ModelError as error:
        yield Diagnosis("model", "bad", str(error))
        return
    first, last = (round(at_s * SAMPLE_RATE_HZ) for at_s in CLIP_S)
    clip = soundfile.read(sample.CALL, stop=last, dtype="float32")[0][first:, 0]
    before_s = time.perf_counter()
    heard = {word.text.strip(".,?!").casefold() for word in whisper.final(clip)}
    took_s = time.perf_counter() - before_s
    yield judged(len(clip) / SAMPLE_RATE_HZ / took_s, load_s)
    if is_default(folder) and _share(heard) < LEAST_SHARE:
        told = f"Only {_share(heard):.0%} of known words were heard: reinstall faster-whisper and ctranslate2."
        yield Diagnosis("model", "bad", told)


def judged(speed: float, load_s: float) -> Diagnosis:
    """What is to be said of a model by how many times as fast as speech it hears, and how long it was loaded."""
    told = f"The model was loaded in {load_s:.1f} s and hears {speed:.0f} times as fast as people speak"
    if speed >= GOOD_SPEED:
        return Diagnosis("model", "ok", f"{told}.")
    return Diagnosis(
        "model",
        "bad" if speed < LEAST_SPEED else "look",
        f'{told}: close other programs, take a smaller model, or do without words (words.model = "none").',
    )


def _share(heard: set[str]) -> float:
    """Of the words that are said in the clip, those that were heard."""
    said = {
        word.strip(".,?!").casefold()
        for line in sample.truth().lines
        if line.speaker == "agent" and CLIP_S[0] <= line.start_s and line.end_s <= CLIP_S[1]
        for word in line.text.split()
    }
    return len(said & heard) / len(said)

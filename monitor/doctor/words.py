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
"""As a multiple of real time; below it, the words of an utterance come more than a second after its end."""
LEAST_SPEED = 1.5
"""Below, the words of two speakers fall behind for good."""
LEAST_SHARE = 0.6
"""Share of the clip's words that the built-in model must hear."""


def check(model: str) -> Iterator[Diagnosis]:
    """Find, verify and load the Whisper model, and have it transcribe a few sentences."""
    if model == NONE:
        yield Diagnosis("model", "ok", "Transcription is off. Calls are judged by tone alone.")
        return
    try:
        folder = resolve(model)
        verify(folder)
        from audio.words.whisper import Whisper  # half a second that no other check needs

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
        told = f"The model heard only {_share(heard):.0%} of known words. Reinstall faster-whisper and ctranslate2."
        yield Diagnosis("model", "bad", told)


def judged(speed: float, load_s: float) -> Diagnosis:
    """What to say of a model by its speed, in times real time, and the time it took to load."""
    told = f"The model loaded in {load_s:.1f} s and transcribes at {speed:.0f} times real time"
    if speed >= GOOD_SPEED:
        return Diagnosis("model", "ok", f"{told}.")
    return Diagnosis(
        "model",
        "bad" if speed < LEAST_SPEED else "look",
        f'{told}. Close other programs, choose a smaller model, or turn transcription off (words.model = "none").',
    )


def _share(heard: set[str]) -> float:
    """The share of the clip's words that were heard."""
    said = {
        word.strip(".,?!").casefold()
        for line in sample.truth().lines
        if line.speaker == "agent" and CLIP_S[0] <= line.start_s and line.end_s <= CLIP_S[1]
        for word in line.text.split()
    }
    return len(said & heard) / len(said)

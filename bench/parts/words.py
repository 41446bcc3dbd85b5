"""Words: how many are heard wrong, against plain faster-whisper, and how many are made up."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.resample import resample
from audio.words.model import resolve
from bench.figures.table import Row
from bench.instruments.transcripts import AT_ONCE, Ear, utterances_in
from bench.instruments.word_error import errors, words
from bench.material.at_hand import recordings_for
from bench.material.mobile_calls import mobile_calls
from monitor import sample
from monitor.whisper import base_model
from tests import sounds
from tests.audio_files import AUDIO, manifest

NOTHING_S = 60
DRAWS = 2_000
SOME = 3
"""One of so many recordings of read speech is taken."""
FEWER = "≥ 20"
"""Percent of the word errors that base must do without on the telephone."""

Spoken = tuple[list[str], Samples]
"""Known words and their sound, 16 kHz."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many words of a recording were said, and how many a model heard wrong."""

    said: int
    alone: int
    live: int
    again: int


@dataclass(frozen=True, slots=True)
class Collection:
    """Recordings of a kind."""

    name: str
    most: tuple[str, str]
    """Targets for the differences of live words and second pass to plain faster-whisper, in points."""
    spoken: Sequence[Spoken]
    fewer: str = ""
    """Target for the errors that base does without, in percent."""


def rows() -> Iterator[Row]:
    """Figures of the transcription."""
    ears = all_ears()
    for collection in _collections():
        with ThreadPoolExecutor(AT_ONCE) as speakers:
            counted = list(speakers.map(partial(_counts, ears), collection.spoken))
        counts = {ear.name: [by_ear[ear.name] for by_ear in counted] for ear in ears}
        for ear, own in counts.items():
            yield from _error_rows(collection, ear, own)
        if base_model.NAME in counts:
            yield from _gain_rows(collection, counts)
    for name, sound in _nothing_said():
        cuts = utterances_in(sound)
        for ear in ears:
            invented = sum(len(one.utterance.text.split()) for one in ear.live(cuts))
            yield Row(f"invented words in {NOTHING_S} s of {name}, {ear.name}", invented, "", "≤ 0")


def all_ears() -> list[Ear]:
    """Those of the models that are installed."""
    ears = [Ear("tiny.en", resolve("default"))]
    if base_model.is_installed():
        ears.append(Ear(base_model.NAME, base_model.joined()))
    return ears


def _counts(ears: Sequence[Ear], spoken: Spoken) -> dict[str, Count]:
    """A recording as each model hears it."""
    text, sound = spoken
    cuts, found = utterances_in(sound), dict[str, Count]()
    for ear in ears:
        heard = ear.live(cuts)
        live = " ".join(one.utterance.text for one in heard)
        again = " ".join(one.text for one in ear.again(sound, [one.utterance for one in heard]))
        wrong = (errors(text, words(one)) for one in (ear.alone(sound), live, again))
        found[ear.name] = Count(len(text), *wrong)
    return found


def _error_rows(collection: Collection, ear: str, counts: Sequence[Count]) -> Iterator[Row]:
    name, said = f"word errors, {collection.name}, {ear}", sum(count.said for count in counts)
    yield Row(f"{name}, plain faster-whisper", 100 * sum(count.alone for count in counts) / said, f"% of {said}")
    for how, most in zip(("live", "second pass"), collection.most, strict=True):
        found = [count.live if how == "live" else count.again for count in counts]
        more = [own - count.alone for own, count in zip(found, counts, strict=True)]
        yield Row(f"{name}, {how}", 100 * sum(found) / said, f"% of {said}")
        yield Row(f"{name}, {how}, difference", 100 * sum(more) / said, "points", most)
        yield from _interval(f"{name}, {how}, difference", more, [count.said for count in counts], "points")


def _gain_rows(collection: Collection, counts: dict[str, list[Count]]) -> Iterator[Row]:
    """How many of the errors of tiny.en the model base does without."""
    for how in ("live", "again"):
        tiny, base = ([getattr(count, how) for count in counts[ear]] for ear in ("tiny.en", base_model.NAME))
        fewer = [one - other for one, other in zip(tiny, base, strict=True)]
        name = f"fewer word errors with base, {collection.name}, {'live' if how == 'live' else 'second pass'}"
        yield Row(name, 100 * sum(fewer) / max(sum(tiny), 1), "%", collection.fewer)
        yield from _interval(name, fewer, tiny, "%")


def _interval(name: str, parts: Sequence[int], of: Sequence[int], unit: str) -> Iterator[Row]:
    """Where the share of the sums lies if other recordings of the kind had been drawn."""
    drawn = np.random.default_rng(0).integers(0, len(parts), (DRAWS, len(parts)))
    shares = 100 * np.array(parts)[drawn].sum(1) / np.maximum(np.array(of)[drawn].sum(1), 1)
    low, high = np.quantile(shares, [0.025, 0.975])
    yield Row(f"{name}, 95 % from", float(low), unit)
    yield Row(f"{name}, 95 % to", float(high), unit)


def _collections() -> Iterator[Collection]:
    yield Collection("the built-in call", ("≤ 2", "≤ 2"), list(built_in_call()))
    if recordings_for("word errors of read speech and calls"):
        read = list(transcribed("read_speech"))[::SOME]
        by_telephone = [(text, sounds.telephone(sound)) for text, sound in read]
        yield Collection("read speech", ("≤ 0.5", "≤ 0.5"), read)
        yield Collection("read speech by telephone", ("≤ 0.5", "≤ 0.5"), by_telephone)
        mobile = [(words(text), sound) for text, sound in mobile_calls()]
        yield Collection("calls", ("≤ 5", "≤ 2"), [*transcribed("call_center"), *mobile], FEWER)


def built_in_call() -> Iterator[Spoken]:
    """Both sides of the built-in call."""
    call, rate = soundfile.read(sample.CALL, dtype="float32")
    for channel, speaker in enumerate(("agent", "customer")):
        text = " ".join(line.text for line in sample.truth().lines if line.speaker == speaker)
        yield words(text), resample(call[:, channel], rate)


def transcribed(folder: str) -> Iterator[Spoken]:
    """Recordings whose words are known; of two channels, each has a text of its own after "L:" and "R:"."""
    for entry in manifest():
        if entry["transcript"] and entry["file"].startswith(folder):
            samples, rate = soundfile.read(AUDIO / entry["file"], dtype="float32", always_2d=True)
            texts = re.split(r"\s*[LR]: ", entry["transcript"])
            for channel, text in enumerate(texts[1:] or texts):
                yield words(text), resample(samples[:, channel], rate)


def _nothing_said() -> Iterator[tuple[str, Samples]]:
    """A minute each of sound that holds no words."""
    yield "silence", sounds.silence(NOTHING_S)
    for dbfs in (-20, -40, -60):
        yield f"white noise at {dbfs} dBFS", sounds.noise(NOTHING_S, dbfs)
        yield f"pink noise at {dbfs} dBFS", _pink_noise(dbfs)
    keys = [np.concatenate([sounds.dtmf(key, 0.15), sounds.silence(0.15)]) for key in sounds.KEYS]
    yield "key tones", _a_minute_of(np.concatenate(keys))
    ringing = np.concatenate([sounds.tone(440, 2) + sounds.tone(480, 2), sounds.silence(4)])
    yield "ringback tone", _a_minute_of(ringing)
    if AUDIO.exists():
        for number, path in enumerate(sorted(AUDIO.glob("call_center/hold_music/*.wav")), start=1):
            samples, rate = soundfile.read(path, dtype="float32")
            music = _a_minute_of(resample(samples, rate))
            for gain_db in (6, 0, -20):
                yield f"hold music {number} at {gain_db:+} dB", (music * 10 ** (gain_db / 20)).clip(-1, 1)


def _pink_noise(dbfs: float) -> Samples:
    spectrum = np.fft.rfft(sounds.noise(NOTHING_S))
    return sounds.at_level(np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1))), dbfs)


def _a_minute_of(sound: Samples) -> Samples:
    return np.resize(sound, NOTHING_S * SAMPLE_RATE_HZ)

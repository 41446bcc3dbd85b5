"""Words: how many are heard wrong, when, how many are made up, and what hearing costs."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from resource import getpagesize
from statistics import median, quantiles
from typing import Any

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, seconds
from audio.files.resample import resample
from audio.measure.frames import FRAME
from audio.measure.speech import speech_frames
from audio.values import HeardAgain, Utterance
from audio.words.context import Said
from audio.words.joined import JoinedSound, pieces
from audio.words.model import resolve
from audio.words.transcribe import Transcriber
from audio.words.utterances import END_FRAMES, PAUSE_FRAMES, TAIL_FRAMES, Cut, UtteranceCutter
from bench.figures.table import Row
from bench.instruments.word_error import errors, words
from bench.material.mobile_calls import mobile_calls
from monitor import sample
from monitor.call.transcript import transcript
from tests import sounds
from tests.audio_files import AUDIO, manifest

RUNS = 3
NOTHING_S = 60
DECODES = 100
DRAWS = 2_000


Spoken = list[tuple[list[str], Samples]]
"""Known words and their sound, 16 kHz."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance as it was transcribed."""

    cut: Cut
    utterance: Utterance
    decode_s: float

    @property
    def in_a_pause(self) -> bool:
        """Whether the speaker paused at its end, so that it could be begun before the end was certain."""
        return self.cut.known - self.cut.end <= (END_FRAMES - TAIL_FRAMES) * FRAME

    @property
    def delay_s(self) -> float:
        """From the end of speech to the words: begun early in the pause, given out when it has been long enough."""
        decided_s = seconds(self.cut.known - self.cut.end + TAIL_FRAMES * FRAME)
        return max(decided_s, seconds(PAUSE_FRAMES * FRAME) + self.decode_s)


def rows() -> Iterator[Row]:
    """Figures of the transcription."""
    heard: list[Heard] = []
    for name, most_again, most_live, spoken in _collections():
        counts = [_count(text, sound, heard) for text, sound in spoken]
        said = sum(count.said for count in counts)
        plain = sum(count.plain for count in counts)
        yield Row(f"word errors, {name}, plain faster-whisper", 100 * plain / said, f"% of {said}")
        for how, most in (("live", most_live), ("second pass", most_again)):
            found = [count.live if how == "live" else count.again for count in counts]
            more = [own - count.plain for own, count in zip(found, counts, strict=True)]
            low, high = _interval(more, [count.said for count in counts])
            yield Row(f"word errors, {name}, {how}", 100 * sum(found) / said, f"% of {said}")
            yield Row(f"word errors, {name}, {how}, difference", 100 * sum(more) / said, "points", most)
            yield Row(f"word errors, {name}, {how}, difference, 95 % from", low, "points")
            yield Row(f"word errors, {name}, {how}, difference, 95 % to", high, "points")
    yield from _delay_rows(heard)
    for name, sound in _nothing_said():
        invented = sum(len(utterance.utterance.text.split()) for utterance in _hear(sound))
        yield Row(f"invented words in {len(sound) / SAMPLE_RATE_HZ:.0f} s of {name}", invented, "", "≤ 0")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as fresh:
        loading_s = [fresh.submit(_loading_s).result() for _ in range(RUNS)]
        yield Row("loading Whisper, its import included", median(loading_s), "s", "≤ 2")
        yield from fresh.submit(_memory_rows).result()


@dataclass(frozen=True, slots=True)
class Count:
    """How many words of a recording were said, and how many heard wrong."""

    said: int
    plain: int
    live: int
    again: int


def _count(text: list[str], sound: Samples, heard: list[Heard]) -> Count:
    own = list(_hear(sound))
    heard += own
    live = " ".join(one.utterance.text for one in own)
    again = " ".join(one.text for one in _again(sound, [one.utterance for one in own]))
    plain = _plain_text(sound)
    return Count(len(text), *(errors(text, words(found)) for found in (plain, live, again)))


def _interval(more: list[int], said: list[int]) -> tuple[float, float]:
    """Where the difference lies if other recordings of the kind had been drawn, in points."""
    drawn = np.random.default_rng(0).integers(0, len(more), (DRAWS, len(more)))
    points = 100 * np.array(more)[drawn].sum(1) / np.array(said)[drawn].sum(1)
    low, high = np.quantile(points, [0.025, 0.975])
    return float(low), float(high)


def _cuts(sound: Samples) -> list[Cut]:
    cutter = UtteranceCutter("agent")
    items = [item for frame in speech_frames(sound) for item in cutter.feed(frame)]
    return [item for item in [*items, *cutter.flush()] if isinstance(item, Cut)]


def _hear(sound: Samples) -> Iterator[Heard]:
    """Everything a live call goes through between sound and words."""
    transcriber, last = Transcriber(_whisper()), None
    for cut in _cuts(sound):
        began_s = time.perf_counter()
        found = transcriber.utterance(cut, last=last)
        yield Heard(cut, found, time.perf_counter() - began_s)
        last = Said(cut, found.text, last.so_far if last else "")


def _again(sound: Samples, utterances: list[Utterance]) -> list[Utterance]:
    """The transcript after the second pass over a recording."""
    transcriber, before, found = Transcriber(_whisper()), "", list[HeardAgain]()
    joined = JoinedSound({"agent": pieces(utterances)})
    for piece, heard in (*joined.feed(AudioBlock("agent", 0, sound)), *joined.flush()):
        better = transcriber.again(piece, heard, before)
        before = " ".join(word.text for one in better for word in one.words)
        found += [one for one in better if one.words]
    return transcript(utterances, found)


def _plain_text(sound: Samples) -> str:
    """What faster-whisper makes of the whole sound, with the options most use."""
    segments, _ = _plain().transcribe(sound, language="en", beam_size=5, vad_filter=True)
    return " ".join(segment.text for segment in segments)


@cache
def _whisper() -> Any:  # noqa: ANN401 - the class is imported late, see below
    from audio.words.whisper import Whisper  # its import is among what is measured, in a process of its own

    return Whisper.load(resolve("default"))


@cache
def _plain() -> Any:  # noqa: ANN401 - faster-whisper has no types
    from faster_whisper import WhisperModel

    return WhisperModel(str(resolve("default")), device="cpu", compute_type="int8", cpu_threads=2)


def _collections() -> Iterator[tuple[str, str, str, Spoken]]:
    """Name, targets for the differences of second pass and live to plain faster-whisper, and what is spoken."""
    yield "the built-in call", "≤ 2", "≤ 2", list(_built_in_call())
    if AUDIO.exists():
        read = list(_transcribed("read_speech"))
        yield "read speech", "≤ 0.5", "≤ 0.5", read
        yield "read speech by telephone", "≤ 0.5", "≤ 0.5", [(text, sounds.telephone(sound)) for text, sound in read]
        yield "calls", "≤ 2", "≤ 5", list(_transcribed("call_center"))
    if mobile := [(words(text), sound) for text, sound in mobile_calls()]:
        yield "mobile telephone", "≤ 2", "≤ 5", mobile


def _built_in_call() -> Iterator[tuple[list[str], Samples]]:
    call, rate = soundfile.read(sample.CALL, dtype="float32")
    for channel, speaker in enumerate(("agent", "customer")):
        text = " ".join(line.text for line in sample.truth().lines if line.speaker == speaker)
        yield words(text), resample(call[:, channel], rate)


def _transcribed(folder: str) -> Iterator[tuple[list[str], Samples]]:
    """Recordings whose words are known; of two channels, each has a text of its own after "L:" and "R:"."""
    for entry in manifest():
        if entry["transcript"] and entry["file"].startswith(folder):
            samples, rate = soundfile.read(AUDIO / entry["file"], dtype="float32", always_2d=True)
            texts = re.split(r"\s*[LR]: ", entry["transcript"])
            for channel, text in enumerate(texts[1:] or texts):
                yield words(text), resample(samples[:, channel], rate)


def _delay_rows(heard: list[Heard]) -> Iterator[Row]:
    lengths: dict[str, list[float]] = {"under 3 s": [], "of 3 to 6 s": [], "over 6 s": []}
    for utterance in heard:
        duration_s = len(utterance.cut.samples) / SAMPLE_RATE_HZ
        lengths["under 3 s" if duration_s < 3 else "of 3 to 6 s" if duration_s < 6 else "over 6 s"].append(
            utterance.decode_s
        )
    for length, decodes_s in lengths.items():
        yield from _quantiles(f"transcribing an utterance {length}", decodes_s)
    yield from _quantiles("transcribing an utterance", [utterance.decode_s for utterance in heard], "≤ 0.3", "≤ 0.5")
    paused = [utterance.delay_s for utterance in heard if utterance.in_a_pause]
    yield from _quantiles("end of speech → final text, nothing else to do", paused, "≤ 0.5", "≤ 0.7")
    yield Row("utterances cut without a pause", 100 * (1 - len(paused) / len(heard)), f"% of {len(heard)}")


def _quantiles(name: str, values_s: list[float], p50: str = "", p90: str = "") -> Iterator[Row]:
    yield Row(f"{name}, p50", median(values_s), "s", p50)
    yield Row(f"{name}, p90", quantiles(values_s, n=10)[-1], "s", p90)


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


def _loading_s() -> float:
    began_s = time.perf_counter()
    _whisper()
    return time.perf_counter() - began_s


def _memory_rows() -> list[Row]:
    """What a process holds that does nothing but transcribe."""
    whisper = _whisper()
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

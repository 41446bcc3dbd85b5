"""Beside what people would use instead, on the same sound in the same run."""

import csv
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import parselmouth
import soundfile
from numpy.typing import NDArray

from audio import level, pitch
from audio.block import SAMPLE_RATE_HZ, Samples, seconds
from audio.frames import FRAME
from audio.model import resolve
from audio.resample import resample
from audio.speech import speech_frames
from audio.utterances import PAUSE_FRAMES, Cut, UtteranceCutter
from bench.agreement import stream
from bench.table import Row
from bench.word_error import errors, words
from monitor import sample

if TYPE_CHECKING:
    from audio.whisper import Whisper

AUDIO = Path(__file__).parents[1].parent / "shared" / "test-audio"
RUNS = 3
STREAMED_S = 60
HOP_S = 0.01

Hertz = NDArray[np.float64]

PLAIN = """
import sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=2)
for channel in sys.argv[2:]:
    segments, _ = model.transcribe(channel, language="en", beam_size=5, vad_filter=True, word_timestamps=True)
    print(" ".join(segment.text for segment in segments))
"""


def rows() -> Iterator[Row]:
    """Figures of other programs and of this one, side by side."""
    yield from _recording_rows()
    if AUDIO.exists():
        yield from _praat_rows()
    yield from _streaming_rows()


def _recording_rows() -> Iterator[Row]:
    """A whole call: transcription alone against everything."""
    with TemporaryDirectory() as folder:
        sound, rate = soundfile.read(sample.CALL, dtype="float32")
        channels = [Path(folder, f"{name}.wav") for name in ("agent", "customer")]
        for column, path in enumerate(channels):
            soundfile.write(path, sound[:, column], rate)
        plain = [sys.executable, "-c", PLAIN, str(resolve("default")), *map(str, channels)]
        ours = [sys.executable, "-m", "monitor", "analyze", str(sample.CALL), "--json", "--calls", folder]
        # Turn about, so that a machine that is busy for a while is so for both.
        costs = [(_cost(plain), _cost(ours)) for _ in range(RUNS)]
    duration_s = len(sound) / rate
    for what, unit, of in (
        ("real time", "×", lambda cost: duration_s / cost[0]),
        ("CPU per second of sound", "ms", lambda cost: 1000 * cost[1] / duration_s),
        ("memory", "MB", lambda cost: cost[2]),
    ):
        both = [median(of(cost[side]) for cost in costs) for side in (0, 1)]
        yield Row(f"file, {what}: plain faster-whisper, words alone", both[0], unit)
        yield Row(f"file, {what}: analyze, everything", both[1], unit)
        yield Row(f"file, {what}: ratio", median(of(cost[1]) / of(cost[0]) for cost in costs), "")


def _cost(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory in MB of a program, its start included."""
    began_s = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[2]} failed.")
    return time.monotonic() - began_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _praat_rows() -> Iterator[Row]:
    """Pitch and level against Praat's, on real calls."""
    sounds = [_mono(path) for path in sorted((AUDIO / "call_center").glob("hvb_*.wav"))]
    total_s = sum(map(len, sounds)) / SAMPLE_RATE_HZ
    pairs = [(pitch.track(sound, SAMPLE_RATE_HZ).hz, _praat_pitch(sound)) for sound in sounds]
    ours, praat = (np.concatenate([pair[side][: min(map(len, pair))] for pair in pairs]) for side in (0, 1))
    both = ~np.isnan(ours) & ~np.isnan(praat)
    ours_s, praat_s = _turn_about(
        lambda: [pitch.track(sound, SAMPLE_RATE_HZ) for sound in sounds], lambda: [_praat_pitch(s) for s in sounds]
    )
    yield Row("pitch, agreement with Praat within 20 %, where both are voiced", 100 * _near(ours, praat), "%")
    yield Row(
        "pitch, agreement with Praat on voiced or not", 100 * float(np.mean(np.isnan(ours) == np.isnan(praat))), "%"
    )
    yield Row("pitch, median difference to Praat", float(np.median(np.abs(_semitones(ours[both] / praat[both])))), "st")
    yield Row("pitch, time per second of sound: Praat", 1000 * praat_s / total_s, "ms")
    yield Row("pitch, time per second of sound: here", 1000 * ours_s / total_s, "ms")
    ours_s, praat_s = _turn_about(
        lambda: [level.track(sound, SAMPLE_RATE_HZ) for sound in sounds], lambda: [_praat_level(s) for s in sounds]
    )
    yield Row("level, median difference to Praat, loudest half", median(map(_level_difference_db, sounds)), "dB")
    yield Row("level, time per second of sound: Praat", 1000 * praat_s / total_s, "ms")
    yield Row("level, time per second of sound: here", 1000 * ours_s / total_s, "ms")


def _streaming_rows() -> Iterator[Row]:
    """Words as they are spoken: one speaker, no sound waited for, computing time counted."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - a second that other parts do not need

    from audio.whisper import Whisper  # noqa: PLC0415

    spoken = list(_spoken())
    plain = WhisperModel(str(resolve("default")), device="cpu", compute_type="int8", cpu_threads=2)
    whisper = Whisper.load(resolve("default"))
    count = sum(len(text) for text, _ in spoken)
    total_s = sum(len(sound) for _, sound in spoken) / SAMPLE_RATE_HZ
    for name, hear in (
        ("LocalAgreement", lambda sound: [(w.text, w.end_s, w.seen_s, w.final_s) for w in stream(plain, sound)]),
        ("here", lambda sound: list(_utterances(whisper, sound))),
    ):
        cpu_s = time.process_time()
        heard = [hear(sound) for _, sound in spoken]
        cpu_s = time.process_time() - cpu_s
        delays_s = [final_s - end_s for said in heard for _, end_s, _, final_s in said]
        seen_s = [at_s - end_s for said in heard for _, end_s, at_s, _ in said]
        wrong = sum(
            errors(text, words(" ".join(word for word, *_ in said)))
            for (text, _), said in zip(spoken, heard, strict=True)
        )
        yield Row(f"streaming, word final after its end, median: {name}", median(delays_s), "s")
        yield Row(f"streaming, word final after its end, p95: {name}", quantiles(delays_s, n=20)[-1], "s")
        if name == "LocalAgreement":
            yield Row(f"streaming, word visible after its end, median: {name}", median(seen_s), "s")
            yield Row(f"streaming, word visible after its end, p95: {name}", quantiles(seen_s, n=20)[-1], "s")
        yield Row(f"streaming, CPU per second of sound: {name}", cpu_s / total_s, "s")
        yield Row(f"streaming, word errors: {name}", 100 * wrong / count, f"% of {count}")


def _utterances(whisper: "Whisper", sound: Samples) -> Iterator[tuple[str, float, float, float]]:
    """Words, their ends, and when they are final: decoding begins in the pause, as in a live call, on one thread."""
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


def _spoken() -> Iterator[tuple[list[str], Samples]]:
    """Known words and their sound: both sides of the built-in call, and real calls up to a minute each."""
    call, rate = soundfile.read(sample.CALL, dtype="float32")
    for channel, speaker in enumerate(("agent", "customer")):
        sound = resample(call[:, channel], rate)[: STREAMED_S * SAMPLE_RATE_HZ]
        lines = [line for line in sample.truth().lines if line.speaker == speaker and line.end_s <= STREAMED_S]
        end = round(max(line.end_s for line in lines) * SAMPLE_RATE_HZ)
        yield words(" ".join(line.text for line in lines)), sound[:end]
    if AUDIO.exists():
        with (AUDIO / "manifest.csv").open(encoding="utf-8", newline="") as file:
            entries = [
                row for row in csv.DictReader(file) if row["transcript"] and row["file"].startswith("call_center")
            ]
        for entry in entries[:3]:
            text = re.split(r"\s*[LR]: ", entry["transcript"])
            if len(text) == 1:
                yield words(text[0]), _mono(AUDIO / entry["file"])


def _mono(path: Path) -> Samples:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return resample(np.ascontiguousarray(sound[:, 0]), rate)


def _praat_pitch(sound: Samples) -> Hertz:
    track = parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ).to_pitch_ac(
        time_step=HOP_S, pitch_floor=65, pitch_ceiling=500
    )
    hz = track.selected_array["frequency"]
    out = np.full(-(-len(sound) // 160), np.nan)
    places = np.round(np.asarray(track.xs()) / HOP_S).astype(int)
    fits = places < len(out)
    out[places[fits]] = np.where(hz > 0, hz, np.nan)[fits]
    return out


def _praat_level(sound: Samples) -> NDArray[np.float64]:
    intensity = parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ).to_intensity(100, 0.032)
    return np.asarray(intensity.values[0])


def _level_difference_db(sound: Samples) -> float:
    """Both relative to their own mean, as Praat's zero is 20 µPa and ours full scale."""
    ours = level.track(sound, SAMPLE_RATE_HZ)
    intensity = parselmouth.Sound(sound.astype(np.float64), SAMPLE_RATE_HZ).to_intensity(100, 0.032)
    theirs = np.interp(ours.start_s + 0.016, intensity.xs(), intensity.values[0])
    loud = ours.dbfs >= np.median(ours.dbfs)
    difference = ours.dbfs[loud] - theirs[loud]
    return float(np.median(np.abs(difference - np.median(difference))))


def _turn_about(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    times: list[tuple[float, float]] = []
    for _ in range(RUNS):
        at = [time.perf_counter()]
        for work in (one, other):
            work()
            at.append(time.perf_counter())
        times.append((at[1] - at[0], at[2] - at[1]))
    return median(pair[0] for pair in times), median(pair[1] for pair in times)


def _near(one: Hertz, other: Hertz) -> float:
    both = ~np.isnan(one) & ~np.isnan(other)
    return float(np.mean(np.abs(one[both] / other[both] - 1) <= 0.2))


def _semitones(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(12 * np.log2(ratio))

"""Ten figures that matter most, on a subset and in a few minutes: to see what a change does, not to be quoted."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from audio.block import SAMPLE_RATE_HZ
from audio.words.model import resolve
from bench.comparisons import loudness, transcription
from bench.figures.table import Row
from bench.instruments.tone_call import judged, prompted_s
from bench.instruments.transcripts import Ear, utterances_in
from bench.instruments.word_error import errors, words
from bench.material import effort
from bench.material.at_hand import recordings_for, voices_for
from bench.material.manipulated import CALLS
from bench.parts import live
from bench.parts.pace import start
from bench.parts.words import built_in_call, transcribed
from tests.audio_files import recording

LIVE_S, TONE_S = 60.0, 30.0
VOICES = 6
SPEED = "everything : words alone"


def rows() -> Iterator[Row]:
    """One run of each, where the parts take the median of several, and fewer recordings."""
    yield from _live_rows()
    yield from _recording_rows()
    yield from _word_rows()
    yield from _prompt_rows()


def _live_rows() -> Iterator[Row]:
    seen, tone = live.play("default", LIVE_S), live.play("none", TONE_S)
    yield Row(f"CPU of a live call, {LIVE_S:.0f} s", 100 * seen["cpu_share"], "% of a core", "≤ 36")
    yield Row(f"CPU of a live call, tone only, {TONE_S:.0f} s", 100 * tone["cpu_share"], "% of a core", "≤ 8")
    yield Row("end of speech → final text, p50", median(seen["final_delays_s"]), "s", "≤ 0.5")
    yield Row("end of speech → final text, p90", quantiles(seen["final_delays_s"], n=10)[-1], "s", "≤ 0.7")
    yield Row("memory of all processes, highest", max(seen["memory_mb"]), "MB", "≤ 360")
    yield from (row for row in start.rows() if row.target)


def _recording_rows() -> Iterator[Row]:
    with TemporaryDirectory() as folder:
        both = list(transcription.built_in_call(Path(folder), count=1))
    speed = next(row.value for row in both if row.name == "speed" and row.at == SPEED)
    yield Row("built-in call, everything on: speed over plain faster-whisper, once", speed, "×", "≥ 1.3")


def _word_rows() -> Iterator[Row]:
    """Live words of the built-in call and, where there are recordings, of calls to a bank."""
    spoken = list(built_in_call())
    if recordings_for("word errors of real calls"):
        spoken += transcribed("call_center")
    ear, said, more = Ear("tiny.en", resolve("default")), 0, 0
    for text, sound in spoken:
        heard = " ".join(one.utterance.text for one in ear.live(utterances_in(sound)))
        more += errors(text, words(heard)) - errors(text, words(ear.alone(sound)))
        said += len(text)
    yield Row(f"word errors over plain faster-whisper, live, {said} words", 100 * more / said, "points", "≤ 5")


def _prompt_rows() -> Iterator[Row]:
    if recordings_for("false tone prompts"):
        sounds = [recording(path) for path in CALLS]
        minutes = sum(map(len, sounds)) / SAMPLE_RATE_HZ / 60
        prompts = sum(len(prompted_s(judged(sound))) for sound in sounds)
        yield Row(f"false tone prompts in 10 min, {minutes:.1f} min of agents", 10 * prompts / minutes, "", "≤ 0.5")
    if voices_for("raised voices"):
        people = [one for group in loudness.groups_at_hand() for one in islice(group.people, VOICES // 3)]
        calls = [loudness.call_of(person) for person in people]
        caught = [loudness.caught_soon(judged(call.raised(effort.RAISED_DB)), call.changes_s) for call in calls]
        yield Row("raised voice, prompted within 6 s", 100 * sum(caught) / len(caught), f"% of {len(caught)}", "≥ 85")

"""The whole job beside what somebody would build for it in a weekend: prompts right and wrong on the same calls."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.resample import resample
from audio.words.model import resolve
from bench.comparisons import weekend
from bench.figures.table import Row
from bench.instruments.whole_program import run
from bench.material import manipulated, voices
from bench.material.at_hand import voices_for
from monitor import sample

OURS = "Tone Monitor"
PEERS = {limits.name: f"built in a weekend, {limits.name}" for limits in (weekend.FIXED, weekend.OWN)}
BEFORE_S, SOON_S = 5.0, 12.0
"""A prompt is right from so long before the moment that is known, as its reason may show sooner, to so long after."""
VOICES, ACTORS, READERS, READING_S = 4, 6, 4, 90.0
CALM_S, ANGRY_S = 45.0, 10.0
CALLS = (
    "auto_repairs_40_stereo_agent_left.wav",
    "genesys_audiohook.wav",
    "contoso_clip1.mp3",
    "lca_agent3.wav",
)
"""Calls of others, left or alone the agent: nobody in them is known to have hurried or shouted."""
LOUD = ("lower_volume", "ease_off")
BUILT_IN = "the built-in call, ours"


@dataclass(frozen=True, slots=True)
class Due:
    """A prompt that has to come."""

    actions: tuple[str, ...]
    """Any of them."""
    from_s: float

    def met_by(self, prompt: weekend.Advice) -> bool:
        """Whether the prompt is the one that is due, and in time."""
        return prompt.action in self.actions and -BEFORE_S <= prompt.at_s - self.from_s <= SOON_S


@dataclass(frozen=True, slots=True)
class Call:
    """A call, and the prompts that are right in it; every other one is wrong."""

    kind: str
    sound: Samples
    """At 16 kHz: the agent's, or shape (n, 2) with the customer's beside it."""
    due: tuple[Due, ...] = ()

    @property
    def duration_s(self) -> float:
        """Its length."""
        return len(self.sound) / SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Score:
    """How a call went."""

    delays_s: tuple[float, ...]
    """Of the right prompts."""
    due: int
    wrong: int
    minutes: float


def rows() -> Iterator[Row]:
    """Prompts right and wrong, how late the right ones are, and the CPU, both ways."""
    calls = list(_calls())
    with TemporaryDirectory() as temporary:
        paths = [Path(temporary, f"{number:03}.wav") for number in range(len(calls))]
        for call, path in zip(calls, paths, strict=True):
            soundfile.write(path, call.sound, SAMPLE_RATE_HZ)
        prompts, peers_s = _weekend(paths)
        prompts[OURS], ours_s = _ours(paths, Path(temporary, "calls"))
    for kind in dict.fromkeys(call.kind for call in calls):
        for at, found in prompts.items():
            some = [score(call, one) for call, one in zip(calls, found, strict=True) if call.kind == kind]
            yield from _rows(f"The whole job: {kind}", at, some)
    others = [number for number, call in enumerate(calls) if call.kind != BUILT_IN]
    for at, found in prompts.items() if others else ():
        yield from _rows("The whole job: all but ours", at, [score(calls[n], found[n]) for n in others])
    total_s = sum(call.duration_s * (1 if call.sound.ndim == 1 else 2) for call in calls)
    theirs = f"built in a weekend, faster-whisper {version('faster-whisper')}, librosa {version('librosa')}"
    for at, cpu_s in ((theirs, peers_s), (OURS, ours_s)):
        yield Row("CPU per second of a speaker", 1000 * cpu_s / total_s, "ms", series="The whole job", at=at)


def score(call: Call, prompts: Sequence[weekend.Advice]) -> Score:
    """Count the prompts of a call: what is due is right once, and repeated in time it is not wrong."""
    right = [[one.at_s - due.from_s for one in prompts if due.met_by(one)] for due in call.due]
    wrong = sum(not any(due.met_by(one) for due in call.due) for one in prompts)
    return Score(tuple(min(found) for found in right if found), len(call.due), wrong, call.duration_s / 60)


def _rows(series: str, at: str, scores: Sequence[Score]) -> Iterator[Row]:
    delays_s = [delay_s for one in scores for delay_s in one.delays_s]
    if due := sum(one.due for one in scores):
        yield Row("prompts that were due and came", len(delays_s), f"of {due}", series=series, at=at)
    if delays_s:
        yield Row("seconds after their reason, median", median(delays_s), "s", series=series, at=at)
    wrong, minutes = sum(one.wrong for one in scores), sum(one.minutes for one in scores)
    yield Row("wrong prompts", wrong, f"in {minutes:.0f} min", series=series, at=at)
    yield Row("wrong prompts in 10 min", 10 * wrong / minutes, "", series=series, at=at)


def _weekend(paths: Sequence[Path]) -> tuple[dict[str, list[list[weekend.Advice]]], float]:
    """What comes of each recording with each set of limits, and the CPU for it: two at a time, as ours."""
    begun_s = _children_s()
    command = [sys.executable, "-m", "bench.comparisons.weekend", str(resolve("default"))]
    halves = [subprocess.Popen([*command, *map(str, paths[half::2])], stdout=subprocess.PIPE) for half in range(2)]
    found: dict[str, dict[str, list[dict[str, object]]]] = {}
    for text in [process.communicate()[0] for process in halves]:
        found |= json.loads(text)
    prompts = {
        name: [[weekend.Advice(**one) for one in found[str(path)][limits]] for path in paths]
        for limits, name in PEERS.items()
    }
    return prompts, _children_s() - begun_s


def _ours(paths: Sequence[Path], folder: Path) -> tuple[list[list[weekend.Advice]], float]:
    """The same of `analyze`, with the same model of words."""
    cpu_s, found = 0.0, dict[Path, list[weekend.Advice]]()
    command = [sys.executable, "-m", "monitor", "analyze", "--jsonl", "--model", "default", "--jobs", "2"]
    for sides, agent in ((1, "mono"), (2, "left")):
        some = [path for path in paths if soundfile.info(path).channels == sides]
        if not some:
            continue
        cost = run([*command, "--agent", agent, "--calls", str(folder), *map(str, some)])
        cpu_s += cost.cpu_s
        for line in cost.printed.splitlines():
            call = json.loads(line)
            found[Path(call["call"]["source"])] = [
                weekend.Advice(one["action"], one["since_s"]) for one in call["prompts"]
            ]
    return [found[path] for path in paths], cpu_s


def _children_s() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _calls() -> Iterator[Call]:
    built_in, _ = soundfile.read(sample.CALL, dtype="float32")
    yield Call(BUILT_IN, built_in, tuple(Due((one.action,), one.at_s) for one in sample.planned()))
    if not voices_for("the whole job on calls of others"):
        return
    for path in (voices.FOLDER / "calls" / name for name in CALLS):
        if path.exists():
            sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
            sides = [resample(np.ascontiguousarray(side), rate_hz) for side in sound.T]
            yield Call("calm real calls", np.stack(sides, axis=1) if len(sides) > 1 else sides[0])
    for reader in voices.corpus("librispeech_test_clean")[:READERS]:
        yield Call("calm readers", _at_desk(voices.joined(reader.sentences(READING_S), READING_S)))
    if manipulated.available():
        yield from _changed("tempo ×1.3", "1.3 times as fast", ("slow_down",))
        yield from _changed("effort +9 dB", "raised voice by resynthesis", LOUD)
        yield from _changed("gain +10 dB", "another gain of the microphone", ())
    yield from _angry()


def _changed(change: str, kind: str, actions: tuple[str, ...]) -> Iterator[Call]:
    for call in islice(manipulated.calls(change), 1, 1 + VOICES):  # the first one speaks telephone announcements
        yield Call(kind, np.clip(call.sound, -1, 1), (Due(actions, call.from_s),) if actions else ())


def _angry() -> Iterator[Call]:
    """Actors: their neutral sentences again and again, then their angry ones, at the levels they had."""
    calm, angry = (
        {one.speaker: one for one in voices.corpus("ravdess", emotion=(label,))}
        for label in ("neutral normal", "angry strong")
    )
    for speaker in list(calm)[:ACTORS]:
        neutral = voices.joined(calm[speaker].sentences(), CALM_S)
        loud = voices.joined(angry[speaker].sentences(), ANGRY_S)
        due = Due(LOUD, len(neutral) / SAMPLE_RATE_HZ)
        yield Call("actors, angry after neutral", _at_desk(neutral, loud), (due,))


def _at_desk(calm: Samples, *others: Samples) -> Samples:
    """Parts one after the other in a quiet room, with the gain that gives calm speech its level in the bench."""
    gain = np.float32(10 ** (voices.LEVEL_DBFS / 20) / np.sqrt(np.mean(calm**2)))
    return np.clip(voices.at_desk([part * gain for part in (calm, *others)]), -1, 1)

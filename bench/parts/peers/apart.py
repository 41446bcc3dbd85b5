"""Who speaks when on one track with two people, beside Resemblyzer's weights with ordinary clustering."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

import numpy as np
import soundfile
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.files.resample import resample
from audio.measure.speech import speech_frames
from audio.voices.listener import VoiceListener
from audio.voices.split import VoiceSplit, split
from bench.comparisons import resemblyzer
from bench.comparisons.resemblyzer import MOMENTS_PER_S, Voices
from bench.figures.table import Row
from bench.material import voices
from bench.material.at_hand import voices_for
from bench.material.spoken import mono
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.one_track import told_apart
from rules.load import load
from tests import sounds

OURS = "Tone Monitor, as recordings are read"
TOLD = "Tone Monitor, told that there are two"
"""As the others are; a recording is only told apart where it is sure enough, else it is all the first voice's."""
EACH = 2
"""Dialogues of each kind: two women, two men, one of each."""
PIECE = 10 * SAMPLE_RATE_HZ
SAMPLE_S = 10
"""Of each voice, for the way that is given samples."""
AUDIBLE_DB = 30.0
"""Below the loud moments of a track, its speaker is silent."""
CALLS = ("auto_repairs_40_stereo_agent_left.wav", "auto_repairs_49_stereo_agent_left.wav")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Two people on one track."""

    kind: str
    sound: Samples
    """At 16 kHz."""
    truth: Voices
    """Who speaks alone in each moment of 10 ms: 0 or 1; −1 where nobody or both do."""


def rows() -> Iterator[Row]:
    """Share of the time that is given to the right one of both, and CPU, each way."""
    dialogues = list(_dialogues()) if voices_for("two voices beside Resemblyzer's weights") else []
    found: dict[str, list[tuple[float, float]]] = {at: [] for at in (*PEERS, OURS, TOLD)}
    for dialogue in dialogues:
        begun_s = time.process_time()
        embedded = resemblyzer.windows(dialogue.sound)
        embedded_s = time.process_time() - begun_s
        for at, cluster in PEERS.items():
            begun_s = time.process_time()
            given = resemblyzer.by_moment(cluster(embedded, dialogue), len(dialogue.truth))
            cpu_s = embedded_s + time.process_time() - begun_s
            found[at].append((right_share(given, dialogue.truth), cpu_s))
        for at, way in {OURS: ours, TOLD: ours_of_two}.items():
            begun_s = time.process_time()
            given = way(dialogue)
            found[at].append((right_share(given, dialogue.truth), time.process_time() - begun_s))
    for kind in dict.fromkeys(one.kind for one in dialogues):
        for at, results in found.items():
            some = [result for one, result in zip(dialogues, results, strict=True) if one.kind == kind]
            series, shares = f"Two voices: {kind}", [100 * share for share, _ in some]
            yield Row("time given to the right one, median", median(shares), f"% ({len(some)})", series=series, at=at)
            yield Row("worst", min(shares), "%", series=series, at=at)
    seconds = sum(len(one.sound) for one in dialogues) / SAMPLE_RATE_HZ
    for at, results in found.items() if dialogues else ():
        cpu_s = sum(cpu_s for _, cpu_s in results)
        yield Row("CPU per second of sound", 1000 * cpu_s / seconds, "ms", series="Two voices", at=at)


def right_share(given: Voices, truth: Voices) -> float:
    """Of the time in which one person speaks alone, the share that is given to them, whichever of both is called 0."""
    alone = truth >= 0
    agree = float(np.mean(given[alone] == truth[alone]))
    return max(agree, 1 - agree)


def ours(dialogue: Dialogue) -> Voices:
    """As a recording is told apart; one that is taken for a single voice's, or not sure enough, is all the first's."""
    blocks = (
        AudioBlock("agent", start, dialogue.sound[start : start + PIECE])
        for start in range(0, len(dialogue.sound), PIECE)
    )
    found = told_apart(blocks, load((), metrics=BY_NAME).one_track).split
    return _voices(found, dialogue)


def ours_of_two(dialogue: Dialogue) -> Voices:
    """The same where it is known that there are two."""
    listener = VoiceListener()
    listener.feed(list(speech_frames(dialogue.sound)))
    listener.flush()
    return _voices(split(listener.heard()), dialogue)


def _voices(found: VoiceSplit | None, dialogue: Dialogue) -> Voices:
    moments = (np.arange(len(dialogue.truth)) + 0.5) * SAMPLE_RATE_HZ / MOMENTS_PER_S
    return np.searchsorted(found.switches if found else (), moments) % 2


def samples_of(truth: Voices) -> tuple[slice, slice]:
    """Moments from the start until each voice has spoken alone for long enough, from its first word on."""
    first, second = (np.flatnonzero(truth == voice) for voice in (0, 1))
    longest = [_longest(one)[: SAMPLE_S * MOMENTS_PER_S] for one in (first, second)]
    return slice(int(longest[0][0]), int(longest[0][-1]) + 1), slice(int(longest[1][0]), int(longest[1][-1]) + 1)


def _longest(moments: NDArray[np.int64]) -> NDArray[np.int64]:
    """The longest stretch without a gap."""
    return max(np.split(moments, np.flatnonzero(np.diff(moments) > 1) + 1), key=len)


PEERS: dict[str, Callable[[resemblyzer.Matrix, Dialogue], Voices]] = {
    "Resemblyzer 0.1.4's weights, k-means": lambda embedded, _: resemblyzer.by_k_means(embedded),
    "Resemblyzer 0.1.4's weights, spectral clustering": lambda embedded, _: resemblyzer.by_spectrum(embedded),
    f"Resemblyzer 0.1.4's weights, given {SAMPLE_S} s of each": lambda embedded, dialogue: resemblyzer.by_samples(
        embedded, samples_of(dialogue.truth)
    ),
}


def _dialogues() -> Iterator[Dialogue]:
    """Readers in turns, as recorded and by telephone, and real calls mixed to one track."""
    folder = voices.FOLDER / "dialogues" / "report"
    for kind in ("ff", "mm", "mf"):
        for path in sorted(folder.glob(f"{kind}_*.flac"))[:EACH]:
            sound = mono(path)
            truth = _labelled(path.with_suffix(".rttm").read_text("utf-8"), len(sound))
            yield Dialogue("readers", sound, truth)
            yield Dialogue("readers by telephone", sounds.telephone(sound), truth)
    for path in (voices.FOLDER / "calls" / name for name in CALLS):
        if path.exists():
            yield _mixed(*soundfile.read(path, dtype="float32", always_2d=True))


def _labelled(rttm: str, length: int) -> Voices:
    spoken = np.zeros((2, length * MOMENTS_PER_S // SAMPLE_RATE_HZ), np.bool_)
    lines = [line.split() for line in rttm.splitlines()]
    speakers = list(dict.fromkeys(line[7] for line in lines))
    for line in lines:
        start_s, duration_s = float(line[3]), float(line[4])
        first, last = (round(at_s * MOMENTS_PER_S) for at_s in (start_s, start_s + duration_s))
        spoken[speakers.index(line[7]), first:last] = True
    return _alone(spoken)


def _mixed(call: NDArray[np.float32], rate_hz: int) -> Dialogue:
    """Both tracks as one; the truth is by which of them is loud."""
    hop = rate_hz // MOMENTS_PER_S
    whole = call[: len(call) // hop * hop].T.reshape(2, -1, hop)
    power = np.mean(np.square(whole, dtype=np.float64), axis=2)
    smooth = np.stack([np.convolve(one, np.ones(20) / 20, "same") for one in power])
    loud = np.quantile(smooth, 0.95, axis=1, keepdims=True) * 10 ** (-AUDIBLE_DB / 10)
    sound = resample(np.ascontiguousarray(call.mean(axis=1)), rate_hz)
    return Dialogue("real calls, mixed", sound, _alone(smooth > loud))


def _alone(spoken: NDArray[np.bool_]) -> Voices:
    return np.where(spoken.sum(axis=0) == 1, np.argmax(spoken, axis=0), -1)

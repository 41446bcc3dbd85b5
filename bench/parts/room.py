"""Rooms: how much of the customer's voice in the agent's microphone is taken for hers, and what is lost of her own."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import soundfile
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.resample import resample
from audio.measure.crosstalk import Likeness
from audio.measure.echo import EchoPath
from audio.measure.frames import FRAME, Frame
from audio.measure.speech import VoiceActivity
from bench.figures.table import Row
from bench.material.at_hand import recordings_for
from monitor import sample
from tests import rooms, sounds
from tests.audio_files import AUDIO, manifest, recording

Flags = NDArray[np.bool_]

CALLS = ("call_center/contoso_clip1_stereo.mp3", "call_center/genesys_audiohook_stereo_ulaw.wav")
READERS = 4
"""Pairs of readers who speak at once again and again."""
LONGEST_S = 60
ROOM_DBFS = -62.0
NEAR = 3
"""Frames beside the agent's speech, which belong to neither."""
LATE = 24
"""Frames for which an echo lasts."""
HEADSET_M = ((0.6, 0.5, 0.4), (0.1, 0.2, 0.2), (0.2, 0.25, 0.2), 0.12)
"""A small space of little reverberation stands for the leak of a headset."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the customer comes into the microphone."""

    name: str
    db: float
    delay_ms: float
    headset: bool = False
    gain_control: bool = False

    def microphone(self, agent: Samples, customer: Samples) -> Samples:
        """What the agent's microphone hears."""
        response = rooms.image_sources(*HEADSET_M) if self.headset else None
        mixed = agent + rooms.echo(customer, self.db, self.delay_ms, response)
        return rooms.gain_control(mixed) if self.gain_control else mixed.clip(-1, 1)


WAYS = (
    Way("room −6 dB, 80 ms", -6, 80),
    Way("room −12 dB, 200 ms", -12, 200),
    Way("room −6 dB, 450 ms", -6, 450),
    Way("room −6 dB, 80 ms, gain control", -6, 80, gain_control=True),
    Way("headset −12 dB", -12, 10, headset=True),
    Way("headset −20 dB", -20, 10, headset=True),
    Way("headset −20 dB, gain control", -20, 10, headset=True, gain_control=True),
)


def rows() -> Iterator[Row]:
    """Shares of speech in frames of 32 ms, against what is found without an echo; and the cost."""
    if not recordings_for("all of it"):
        return
    calls = list(_calls())
    clean = [_spoken(agent, customer) for agent, customer in calls]
    for way in WAYS:
        yield from _way_rows(way, calls, clean)
    yield from _cost_rows(*calls[0])


def _way_rows(way: Way, calls: list[tuple[Samples, Samples]], clean: list[Flags]) -> Iterator[Row]:
    taken: list[Flags] = []
    alone: list[Flags] = []
    both: list[Flags] = []
    for (agent, customer), before in zip(calls, clean, strict=True):
        heard = _spoken(way.microphone(agent, customer), customer)[:, 0]
        own, other = before.T
        late = np.convolve(other, np.ones(LATE))[: len(other)] > 0
        near = np.convolve(own, np.ones(2 * NEAR + 1), "same") > 0
        taken.append(heard[other & ~near])
        alone.append(heard[own & ~late])
        both.append(heard[own & late])
    least = "" if way.headset and way.gain_control else "≤ 5"
    yield Row(f"{way.name}: customer's speech taken for the agent's", _share(taken), "%", least)
    yield Row(f"{way.name}: agent's speech kept, alone", _share(alone), "%", "≥ 98")
    yield Row(f"{way.name}: agent's speech kept, over the customer's", _share(both), "%", "≥ 85")


def _cost_rows(agent: Samples, customer: Samples) -> Iterator[Row]:
    way = WAYS[0].microphone(agent, customer)
    seconds = len(agent) / SAMPLE_RATE_HZ
    likeness, path = Likeness(), EchoPath()
    speaks = _spoken(agent, customer)[:, 1]
    took_s = 0.0
    for at, speaking in enumerate(speaks):
        likeness.feed(np.stack([way, customer])[:, at * FRAME : (at + 1) * FRAME])
        began_s = time.process_time()
        path.feed(*likeness.newest, other_speaks=bool(speaking))
        took_s += time.process_time() - began_s
    yield Row("echo guard, CPU per second of a call", 1000 * took_s / seconds, "ms")


def _calls() -> Iterator[tuple[Samples, Samples]]:
    for name in CALLS:
        sound, rate_hz = soundfile.read(AUDIO / name, dtype="float32", always_2d=True)
        yield _prepared(*(resample(side, rate_hz) for side in sound.T[:2]))
    sound, rate_hz = soundfile.read(sample.CALL, dtype="float32", always_2d=True)
    yield _prepared(*(resample(side, rate_hz) for side in sound.T))
    yield from _readers()


def _readers() -> Iterator[tuple[Samples, Samples]]:
    """Two people who read without minding each other: the pauses differ, so that they overlap in all ways."""
    by_speaker: dict[str, list[str]] = {}
    for entry in manifest():
        if entry["file"].startswith("read_speech") and float(entry["seconds"]) > 2:
            by_speaker.setdefault(entry["speaker"], []).append(entry["file"])
    known = [files for files in by_speaker.values() if len(files) > 1]
    for first, second in zip(known[:READERS], known[READERS : 2 * READERS], strict=True):
        yield _prepared(_read(first, 4.5), _read(second, 3.0))


def _read(files: list[str], pause_s: float) -> Samples:
    parts = [sounds.silence(pause_s / 2)]
    while sum(map(len, parts)) < LONGEST_S * SAMPLE_RATE_HZ:
        name = files[len(parts) // 2 % len(files)]
        parts += [sounds.at_level(recording(name)[: 6 * SAMPLE_RATE_HZ], -26), sounds.silence(pause_s)]
    return np.concatenate(parts)


def _prepared(agent: Samples, customer: Samples) -> tuple[Samples, Samples]:
    """At most a minute of both, the agent in a room of her own."""
    length = min(len(agent), len(customer), LONGEST_S * SAMPLE_RATE_HZ)
    quiet = sounds.noise(LONGEST_S, ROOM_DBFS)[:length]
    return (agent[:length] + quiet).astype(np.float32), customer[:length]


def _spoken(agent: Samples, customer: Samples) -> Flags:
    """Who speaks in each frame: shape (frames, 2)."""
    activity, both = VoiceActivity(("agent", "customer")), np.stack([agent, customer])
    starts = range(0, len(agent) - FRAME + 1, FRAME)
    return np.array([[f.speech for f in activity.feed(Frame(at, both[:, at : at + FRAME]))] for at in starts])


def _share(flags: list[Flags]) -> float:
    return 100 * float(np.mean(np.concatenate(flags)))

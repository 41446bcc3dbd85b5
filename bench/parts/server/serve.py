"""The server: how many calls its workers carry, and what a bad network does to a call."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Literal

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.network.line import SPEAKERS, Line
from audio.network.packet import Packet
from audio.values import DeadAir, Interruption, SoundLost, Turn
from bench.figures.table import Row
from bench.instruments.curve import most
from monitor import sample
from monitor.call.events import CallEvent
from monitor.pipeline.metrics import BY_NAME
from monitor.pipeline.pipeline import Pipeline
from rules.load import load

SAMPLED_S = 8.0
LATE_S = 0.5
"""If more than one tone sample of a hundred comes later, the calls are too many."""
MOST_CALLS = 64
RATE_HZ = 8_000
PACKET = RATE_HZ // 50
BEGAN_S = 1_000.0
AGREE_S = 0.05
LATEST = SAMPLE_RATE_HZ // 50
"""Samples: both sides may be placed up to 20 ms off, where packets jitter."""
WINDOW = SAMPLE_RATE_HZ // 2
LIKENESS_S = 20
AUDIBLE = 0.05
HEARD_S, HUSH_S = 50, 6
"""Of the built-in call, and the dead air in its middle."""
Sound = NDArray[np.float32]
Case = Literal["clean", "loss 5 %", "reordered", "duplicated", "jitter 40 ms", "7 s unsent", "burst", "late start"]
CASES: tuple[Case, ...] = (
    "clean",
    "reordered",
    "duplicated",
    "burst",
    "jitter 40 ms",
    "loss 5 %",
    "7 s unsent",
    "late start",
)
SILENCED: tuple[Case, ...] = ("7 s unsent", "late start")
"""Where a side sends nothing for a while: that is silence, as in a file with silence there."""


def rows() -> Iterator[Row]:
    """All figures."""
    yield from network_rows()
    cores = os.cpu_count() or 1
    for model, kind, first, target in (("none", "tone only", 10, "≥ 12"), ("default", "with words", 4, "≥ 6")):
        yield from _curve(model, f"serve, {kind}, one worker", 1, first, "")
        yield from _curve(model, f"serve, {kind}, a worker a core", cores, cores * first, target)


def _curve(model: str, series: str, workers: int, first: int, target: str) -> Iterator[Row]:
    seen: dict[int, dict[str, float]] = {}

    def in_time(count: int) -> bool:
        command = [sys.executable, "-m", "bench.instruments.served", str(count), model, str(workers), str(SAMPLED_S)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        seen[count] = json.loads(done.stdout.splitlines()[-1])
        return seen[count]["tone_p99_s"] <= LATE_S

    found = most(in_time, limit=MOST_CALLS, within=0.15, first=first)
    for count, figures in sorted(seen.items()):
        at = f"{count} call{'s' * (count > 1)}"
        yield Row("tone delay, p50", 1000 * figures["tone_p50_s"], "ms", series=series, at=at)
        yield Row("tone delay, p99", 1000 * figures["tone_p99_s"], "ms", series=series, at=at)
        yield Row("CPU of a call", 100 * figures["cpu_share"], "% of a core", series=series, at=at)
    yield Row(f"{series}: calls until the tone's p99 passes {LATE_S} s", found, "", target)


def network_rows() -> Iterator[Row]:
    """The built-in call over networks that are good and bad, compared with the same sound as a file."""
    whole, rate_hz = soundfile.read(sample.CALL, dtype="float32")
    whole = whole[: HEARD_S * rate_hz]
    hush = np.zeros((HUSH_S * rate_hz, len(SPEAKERS)), np.float32)
    whole = np.concatenate([whole[: len(whole) // 2], hush, whole[len(whole) // 2 :]])
    sent: Sound = soxr.resample(whole, rate_hz, RATE_HZ)
    same: Sound = soxr.resample(sent, RATE_HZ, SAMPLE_RATE_HZ)
    whole_call = _events({speaker: same[:, at] for at, speaker in enumerate(SPEAKERS)})
    for case in CASES:
        expected = whole_call
        if case in SILENCED:
            silenced = _silenced(sent, case)
            expected = _events({speaker: silenced[:, at] for at, speaker in enumerate(SPEAKERS)})
        heard, lost = _over_the_network(sent, case)
        found = _events(heard)
        for kind, name in ((Turn, "turns"), (Interruption, "interruptions"), (DeadAir, "dead air")):
            share = _agreement(
                [one for one in expected if isinstance(one, kind)], [one for one in found if isinstance(one, kind)]
            )
            target = "≥ 100" if case in {*CASES[:4], *SILENCED} else ""
            yield Row(f"{name} within {1000 * AGREE_S:.0f} ms", 100 * share, "%", target, series="network", at=case)
        if case in CASES[:5]:
            likeness = min(_likeness(heard[speaker], same[:, at]) for at, speaker in enumerate(SPEAKERS))
            target = "≥ 0.99" if case in CASES[:4] else ""
            yield Row("correlation of the worse side", likeness, "", target, series="network", at=case)
        yield Row("reported as lost", sum(one.end_s - one.start_s for one in lost), "s", series="network", at=case)


def _silenced(sent: Sound, case: Case) -> Sound:
    """The file in which what is not sent is silent."""
    silenced = np.zeros_like(sent)
    for channel, speaker in enumerate(SPEAKERS):
        for packet in _sent(sent[:, channel], speaker, case, np.random.default_rng(17)):
            at = round((packet.arrived_s - BEGAN_S) * RATE_HZ) - PACKET
            silenced[at : at + PACKET, channel] = packet.samples
    return soxr.resample(silenced, RATE_HZ, SAMPLE_RATE_HZ)


def _events(sound: dict[Speaker, Sound]) -> list[CallEvent]:
    pipeline = Pipeline(SPEAKERS, load(metrics=BY_NAME), None)
    blocks = [AudioBlock(speaker, 0, samples) for speaker, samples in sound.items()]
    return [*(event for block in blocks for event in pipeline.feed(block)), *pipeline.flush()]


def _agreement(expected: list[object], found: list[object]) -> float:
    """The share of events that the other list has, too, at the same time; extra ones count as missing."""
    spans = [(one.start_s, one.end_s) for one in found]  # type: ignore[attr-defined]
    hits = sum(
        any(abs(one.start_s - start_s) <= AGREE_S and abs(one.end_s - end_s) <= AGREE_S for start_s, end_s in spans)  # type: ignore[attr-defined]
        for one in expected
    )
    most_events = max(len(expected), len(found))
    return hits / most_events if most_events else 1.0


def _likeness(heard: Sound, same: Sound) -> float:
    """The correlation of half a second of sound with the same, on average over those that are not silent."""
    count = min(len(heard), len(same), LIKENESS_S * SAMPLE_RATE_HZ) - LATEST
    found = []
    for start in range(LATEST, count - WINDOW, WINDOW):
        one = heard[start : start + WINDOW]
        if float(np.abs(one).max()) > AUDIBLE:
            others = (same[start + lag : start + lag + WINDOW] for lag in range(-LATEST, LATEST))
            found.append(max(float(np.corrcoef(one, other)[0, 1]) for other in others))
    return float(np.mean(found))


def _over_the_network(sent: Sound, case: Case) -> tuple[dict[Speaker, Sound], list[SoundLost]]:
    """What a line makes of the sound."""
    random = np.random.default_rng(17)
    packets: list[tuple[float, Speaker, Packet]] = []
    for channel, speaker in enumerate(SPEAKERS):
        packets.extend((packet.arrived_s, speaker, packet) for packet in _sent(sent[:, channel], speaker, case, random))
    line, lost = Line(BEGAN_S), list[SoundLost]()
    pieces: dict[Speaker, list[Sound]] = {speaker: [] for speaker in SPEAKERS}
    now_s, begun = BEGAN_S, set[Speaker]()

    def take(items: Iterator[AudioBlock | SoundLost]) -> None:
        for item in items:
            if isinstance(item, AudioBlock):
                pieces[item.speaker].append(item.samples)
            else:
                lost.append(item)

    for arrived_s, speaker, packet in sorted(packets, key=lambda one: one[0]):
        while now_s + 0.1 <= arrived_s:
            now_s += 0.1
            take(line.advance(now_s))
        if speaker not in begun:
            begun.add(speaker)
            take(line.begin(speaker, RATE_HZ))
        take(line.feed(speaker, packet))
    take(line.finish(now_s))
    return {speaker: np.concatenate(own) for speaker, own in pieces.items()}, lost


def _sent(sound: Sound, speaker: Speaker, case: Case, random: np.random.Generator) -> Iterator[Packet]:
    """The packets of a side, with what happens to them on the way."""
    numbered = case in {"loss 5 %", "reordered", "duplicated"}
    latest_s = 0.0
    for number in range(len(sound) // PACKET):
        at = number * PACKET
        arrives_s = BEGAN_S + (at + PACKET) / RATE_HZ
        said_s = at / RATE_HZ
        if case == "loss 5 %" and random.random() < 0.05:
            continue
        if case == "7 s unsent" and speaker == "agent" and 22 <= said_s < 29:
            continue
        if case == "late start" and speaker == "agent" and said_s < 1:
            continue
        if case == "jitter 40 ms":
            arrives_s = latest_s = max(latest_s, arrives_s + random.uniform(0, 0.04))
        if case == "reordered" and random.random() < 0.05:
            arrives_s += 0.045
        if case == "burst" and 30 <= said_s < 31:
            arrives_s = BEGAN_S + 31.0
        packet = Packet(sound[at : at + PACKET], arrives_s, at if numbered else None, number if numbered else None)
        yield packet
        if case == "duplicated" and random.random() < 0.05:
            yield packet

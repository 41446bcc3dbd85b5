"""Real speech that changes at a known time: calm, then faster, louder, higher or in noise, then calm again.

The change is made by sox, with the command lines below, or by resynthesis with more effort, on sentences that the calm
part does not hold. A gain is no louder voice: it is among what nobody must be prompted about.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from bench.material import effort
from tests import sounds
from tests.audio_files import AUDIO, manifest, recording

COMMANDS = {
    "nothing": "sox -V1 {before} {after}",
    "tempo ×1.15": "sox -V1 {before} {after} tempo -s 1.15",
    "tempo ×1.3": "sox -V1 {before} {after} tempo -s 1.3",
    "tempo ×1.4": "sox -V1 {before} {after} tempo -s 1.4",
    "gain +10 dB": "sox -V1 {before} {after} vol 10dB",
    "pitch +4 st": "sox -V1 {before} {after} pitch 400",
    "noise +10 dB and gain +8 dB": "sox -V1 {before} {after} vol 8dB",
}
"""What is done to the sound between the calm parts. Noise is added afterwards, as sox makes none of a known level."""

CALM_S, CHANGED_S, AFTER_S = 45.0, 20.0, 15.0
NOISE_BEFORE_S = 12.0
"""The room becomes loud first, and then the voice."""
LEAST_S = 15.0
"""Sound of one speaker from which a call can be made."""
PAUSE_S = 0.6
"""Between two recordings."""
LEVEL_DBFS = -30.0
"""Of the calm parts, so that nothing clips when it becomes louder."""
ROOM_DBFS, LOUD_ROOM_DBFS = -58.0, -48.0
EFFORTS_DB = {"effort +9 dB": effort.RAISED_DB, "effort +20 dB": effort.SHOUTED_DB}
"""The same by resynthesis."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A call of one speaker."""

    speaker: str
    change: str
    from_s: float
    to_s: float
    sound: Samples


def available() -> bool:
    """Whether there is sound to change, and sox to change it with."""
    return AUDIO.exists() and shutil.which("sox") is not None


def calls(change: str) -> Iterator[Changed]:
    """A call with this change of every speaker that there is enough of."""
    for speaker, sentences in _sentences().items():
        half = len(sentences) // 2
        calm, other = sentences[:half], sentences[half:]
        before = sounds.at_level(_joined(calm, CALM_S), LEVEL_DBFS)
        middle = _changed(sounds.at_level(_joined(other, CHANGED_S * 1.4), LEVEL_DBFS), change)
        middle = middle[: round(CHANGED_S * SAMPLE_RATE_HZ)]
        after = sounds.at_level(_joined(calm[::-1], AFTER_S), LEVEL_DBFS)
        room = sounds.noise((len(before) + len(middle) + len(after) + SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ, ROOM_DBFS)
        whole = np.concatenate([before, middle, after])
        whole += room[: len(whole)]
        from_, to = len(before), len(before) + len(middle)
        if change.startswith("noise"):
            noisy = from_ - round(NOISE_BEFORE_S * SAMPLE_RATE_HZ)
            whole[noisy:to] += sounds.noise(NOISE_BEFORE_S + CHANGED_S + 1, LOUD_ROOM_DBFS)[: to - noisy]
        yield Changed(speaker, change, from_ / SAMPLE_RATE_HZ, to / SAMPLE_RATE_HZ, whole)


def sentences() -> Iterator[list[Samples]]:
    """Calm sentences, a speaker each."""
    yield from _sentences().values()


def joined_at_level(parts: Sequence[Samples], seconds: float) -> Samples:
    """Sentences one after the other for so long, at the level of the calm parts."""
    return sounds.at_level(_joined(parts, seconds), LEVEL_DBFS)


def _changed(sound: Samples, change: str) -> Samples:
    if change in EFFORTS_DB:
        return np.clip(effort.with_effort(sound, EFFORTS_DB[change]), -1, 1)
    return _by_sox(sound, COMMANDS[change])


def _by_sox(sound: Samples, command: str) -> Samples:
    with TemporaryDirectory() as folder:
        before, after = Path(folder, "before.wav"), Path(folder, "after.wav")
        soundfile.write(before, sound, SAMPLE_RATE_HZ, subtype="FLOAT")
        subprocess.run([str(part).format(before=before, after=after) for part in command.split()], check=True)
        made, _ = soundfile.read(after, dtype="float32")
    return np.asarray(made, np.float32)


def _joined(sentences: Sequence[Samples], seconds: float) -> Samples:
    """Sentences one after the other, again and again, for so long; never cut within one."""
    parts: list[Samples] = []
    length = place = 0
    while length < seconds * SAMPLE_RATE_HZ:
        part = np.concatenate([sentences[place % len(sentences)], sounds.silence(PAUSE_S)])
        parts.append(part)
        length, place = length + len(part), place + 1
    return np.concatenate(parts)


@cache
def _sentences() -> dict[str, list[Samples]]:
    """Calm speech of everybody that there are two sentences and enough seconds of."""
    found: dict[str, list[Samples]] = {}
    for entry in manifest():
        if entry["file"].startswith(("read_speech", "call_center/asterisk")) and float(entry["seconds"]) > 1:
            found.setdefault(entry["speaker"], []).append(recording(entry["file"]))
    for path, speaker in CALLS.items():
        found[speaker] = list(_utterances(recording(path)))
    seconds = {speaker: sum(map(len, parts)) / SAMPLE_RATE_HZ for speaker, parts in found.items()}
    return {speaker: parts for speaker, parts in found.items() if len(parts) > 1 and seconds[speaker] >= LEAST_S}


CALLS = {
    "call_center/aws_lca_acme_bank_agent.wav": "agent of a bank",
    "call_center/genesys_audiohook_stereo_ulaw.wav": "agent of a store",
    "call_center/contoso_clip1_stereo.mp3": "agent of an internet provider",
}
"""Calls whose first channel is the agent's."""


def _utterances(sound: Samples) -> Iterator[Samples]:
    from audio.measure.speech import segments  # only calls need it

    for start_s, end_s in segments(sound, SAMPLE_RATE_HZ):
        if end_s - start_s > 1:
            yield sound[round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)]

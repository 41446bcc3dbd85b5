"""Speech found, and other sound taken for it, beside WebRTC's voice activity detection and Silero alone."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import cycle

import numpy as np
from scipy.signal import fftconvolve

from audio.block import SAMPLE_RATE_HZ, Samples
from bench.comparisons.speech_detectors import MOMENT_S, Moments, detectors
from bench.figures.table import Row
from bench.material import voices
from bench.material.at_hand import voices_for
from bench.material.spoken import mono
from tests import sounds

READERS, READING_S, GAP_S = 6, 15.0, 3.0
LEVEL_DBFS, ROOM_DBFS = -26.0, -62.0
BELOW_DB = 10.0
"""How far noise, music and voices behind are below the speech."""
AUDIBLE_DB = 25.0
"""Moments so far below the loud ones of a sentence are counted neither as speech nor as anything else."""
MARGIN_S = 0.5
"""The same of what is so near to a sentence."""
NOISES = ("traffic.wav", "fridge.wav", "speechbrain_noise4.wav", "browniannoise.ogg", "mains_hum.ogg", "pinknoise.ogg")
BEHIND = ("cafe.wav", "babble.wav")


@dataclass(frozen=True, slots=True)
class Scene:
    """A reader's sentences with gaps between them, and what else is heard."""

    sound: Samples
    spoken: Moments
    """Where speech is certain."""
    empty: Moments
    """Where there is certainly none."""


def rows() -> Iterator[Row]:
    """Shares of speech and of the rest that are taken for speech, and CPU; none without the voices."""
    readings = [_reading(reader) for reader in voices.corpus("librispeech_test_clean")[:READERS]]
    if not (voices_for("speech beside other detectors") and readings):
        return
    found, cpu_s, total_s = detectors(), dict[str, float](), 0.0
    if not any(at.startswith("WebRTC") for at in found):
        print("  webrtcvad-wheels is not installed, so its rows are left out. Install the group peers.")
    for kind, surround in _surroundings().items():
        scenes = [Scene(np.clip(surround(one), -1, 1), one.spoken, one.empty) for one in readings]
        for band, through in {"": lambda sound: sound, ", by telephone": sounds.telephone}.items():
            heard = [through(one.sound) for one in scenes]
            total_s += sum(map(len, heard)) / SAMPLE_RATE_HZ
            for at, detect in found.items():
                begun_s = time.process_time()
                taken = [detect(sound) for sound in heard]
                cpu_s[at] = cpu_s.get(at, 0.0) + time.process_time() - begun_s
                kept, false = shares(scenes, taken)
                yield Row(f"speech found{band}", 100 * kept, "%", series=f"Speech: {kind}", at=at)
                yield Row(f"other sound taken for it{band}", 100 * false, "%", series=f"Speech: {kind}", at=at)
    for at, used_s in cpu_s.items():
        yield Row("CPU per second of sound", 1000 * used_s / total_s, "ms", series="Speech", at=at)


def shares(scenes: list[Scene], taken: list[Moments]) -> tuple[float, float]:
    """Of the speech of all scenes what was found, and of the rest what was taken for speech."""
    kept = sum(int((one & scene.spoken).sum()) for scene, one in zip(scenes, taken, strict=True))
    false = sum(int((one & scene.empty).sum()) for scene, one in zip(scenes, taken, strict=True))
    return kept / sum(int(one.spoken.sum()) for one in scenes), false / sum(int(one.empty.sum()) for one in scenes)


def _reading(reader: voices.Recorded) -> Scene:
    """Sentences in silence, each after a gap."""
    sentences = [sounds.at_level(one, LEVEL_DBFS) for one in reader.sentences(READING_S)]
    hop, gap = round(MOMENT_S * SAMPLE_RATE_HZ), round(GAP_S / MOMENT_S)
    margin = round(MARGIN_S / MOMENT_S)
    parts, spoken, empty = [], [], []
    for sentence in sentences:
        whole = sentence[: len(sentence) // hop * hop]
        power = np.mean(np.square(whole.reshape(-1, hop), dtype=np.float64), axis=1)
        smooth = np.convolve(power, np.ones(3) / 3, "same")
        parts += [sounds.silence(GAP_S), whole]
        spoken += [np.zeros(gap, np.bool_), smooth > np.quantile(smooth, 0.95) * 10 ** (-AUDIBLE_DB / 10)]
        clear = np.zeros(gap + len(power), np.bool_)
        clear[margin : gap - margin] = True
        empty.append(clear)
    return Scene(np.concatenate(parts), np.concatenate(spoken), np.concatenate(empty))


def _surroundings() -> dict[str, Callable[[Scene], Samples]]:
    """What is heard around the sentences, by name, of others' recordings except the room's noise and the keys."""
    made: dict[str, Callable[[Scene], Samples]] = {"quiet room": _in_room}
    noise, music, rooms = voices.FOLDER / "noise", voices.FOLDER / "music", voices.FOLDER / "rir"
    beds = {
        "noise 10 dB below": [noise / name for name in NOISES],
        "voices 10 dB below": [noise / name for name in BEHIND],
        "music 10 dB below": sorted(music.glob("*.wav")),
    }
    for kind, paths in beds.items():
        if there := [path for path in paths if path.exists()]:
            turn = cycle(there)
            made[kind] = lambda scene, turn=turn: _over(scene, next(turn))
    made["telephone keys in the gaps"] = _with_keys
    if responses := sorted(rooms.glob("speechbrain_rir*.wav")):
        each = cycle(responses)
        made["reverberation"] = lambda scene: _in_room(
            Scene(_reverberant(scene, next(each)), scene.spoken, scene.empty)
        )
    return made


def _in_room(scene: Scene) -> Samples:
    return scene.sound + sounds.noise(len(scene.sound) / SAMPLE_RATE_HZ + 1, ROOM_DBFS)[: len(scene.sound)]


@cache
def _recorded(path: str) -> Samples:
    return mono(voices.FOLDER / path)


def _over(scene: Scene, path: object) -> Samples:
    bed = np.resize(_recorded(str(path)), len(scene.sound))
    return scene.sound + sounds.at_level(bed, LEVEL_DBFS - BELOW_DB)


def _with_keys(scene: Scene) -> Samples:
    """A key of 0.2 s in the middle of each gap, as loud as the speech."""
    sound = _in_room(scene)
    starts = np.flatnonzero(np.diff(np.concatenate([[False], scene.empty]).astype(int)) == 1)
    hop = round(MOMENT_S * SAMPLE_RATE_HZ)
    for number, start in enumerate(starts):
        key = sounds.dtmf("159"[number % 3], 0.2, LEVEL_DBFS)
        at = (int(start) + round(0.5 / MOMENT_S)) * hop
        sound[at : at + len(key)] += key
    return sound


def _reverberant(scene: Scene, path: object) -> Samples:
    response = _recorded(str(path))
    wet = fftconvolve(scene.sound, response[int(np.argmax(np.abs(response))) :])[: len(scene.sound)]
    return sounds.at_level(wet, 10 * float(np.log10(np.mean(np.square(scene.sound, dtype=np.float64)))))

"""What comes out of a real sound server is what the file holds, when the player says so."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from tests import pulse
from tests.sounds import at_level, noise

pytestmark = pytest.mark.slow


PLAY = """
import json, sys, time
from pathlib import Path
from audio.playback.output import best
from audio.playback.player import Player
from audio.files.stored_sound import RecordedSound

player = Player(RecordedSound([Path(sys.argv[1])]), best(), ("agent", "customer"))
seen = []
for mix, start, speed in json.loads(sys.argv[2]):
    player.play(start, mix=mix, speed=speed)
    until = time.monotonic() + 2.6
    while time.monotonic() < until:
        seen.append((mix, speed, time.monotonic(), player.position))
        time.sleep(0.01)
name, _ = player.output.name, player.pause()
print(json.dumps([name, seen]))
"""
PLAYED = (
    ("both", 0, 0.75),
    ("agent", 8_000, 1.0),
    ("customer", 200_000, 1.0),
    ("both", 100_000, 1.0),
    ("agent", 8_000, 1.5),
)
"""Mix, first sample, speed; the first of them is for the sound server to settle."""
LENGTH_S = 25
BETWEEN = 8
"""Places a sample at which a piece is looked for."""
PIECES = 4
PIECE_S = 0.5
"""The last seconds of a playing are looked at in pieces: a busy machine loses sound in one now and then."""


Arrivals = list[tuple[float, float]]


@dataclass(frozen=True)
class Heard:
    """What one playing gave."""

    output: str
    positions: list[tuple[str, float, float, int]]
    """Mix, speed, monotonic time, position."""
    sound: Samples
    """What came out, at 16 kHz."""
    arrivals: Arrivals
    """When each piece of it came, and how much had come by then, both in seconds."""


def speechlike(seed: int, level_dbfs: float) -> Samples:
    """Noise in syllables of random length and loudness: no stretch of it resembles another."""
    random = np.random.default_rng(seed)
    steps = np.repeat(random.uniform(0.02, 1.0, LENGTH_S * 10), SAMPLE_RATE_HZ // 10)
    telephone = np.fft.rfft(noise(LENGTH_S, seed=seed) * steps)
    telephone[LENGTH_S * 3_400 :] = 0
    return at_level(np.fft.irfft(telephone), level_dbfs)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("call") / "audio.flac"
    soundfile.write(path, np.stack([speechlike(1, -24), speechlike(2, -30)], axis=1), SAMPLE_RATE_HZ, "PCM_16")
    return path


@pytest.fixture(scope="module")
def heard(file: Path) -> Heard:
    pulse.require()
    record = [
        "parec",
        "-d",
        "headset.monitor",
        "--rate=16000",
        "--channels=1",
        "--format=float32le",
        "--latency-msec=5",
    ]
    pieces: list[tuple[float, bytes]] = []
    with (
        pulse.server(["headset"]) as environment,
        subprocess.Popen(record, env=environment, stdout=subprocess.PIPE, bufsize=0) as recorder,
    ):

        def listen() -> None:
            assert recorder.stdout
            while piece := recorder.stdout.read(4_096):
                pieces.append((time.monotonic(), piece))

        listener = threading.Thread(target=listen)
        listener.start()
        command = [sys.executable, "-c", PLAY, str(file), json.dumps(PLAYED)]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60)
        recorder.terminate()
        listener.join(10)
    assert not done.stderr, "what ALSA prints would stand across the screen"
    output, positions = json.loads(done.stdout)
    sound = np.frombuffer(b"".join(piece for _, piece in pieces), np.float32)
    ends = np.cumsum([len(piece) // 4 for _, piece in pieces]) / SAMPLE_RATE_HZ
    arrived = [at_s for at_s, _ in pieces]
    return Heard(output, positions, sound, list(zip(arrived, ends, strict=True)))


def began_s(arrivals: Arrivals, from_s: float, until_s: float) -> float:
    """When the first sample would have come, had none been lost, seen from the pieces that came in a stretch of time.

    A recorder on a busy machine loses sound now and then; what came before the loss is then dated by itself.
    """
    return float(np.median([at_s - end_s for at_s, end_s in arrivals if from_s <= at_s <= until_s]))


Piece = tuple[list[tuple[float, int]], Samples, float]
"""Positions by time, sound, and the time at which it begins."""


def pieces(heard: Heard, mix: str, speed: float) -> list[Piece]:
    """The last seconds of one of the playings."""
    seen = [(at_s, position) for who, fast, at_s, position in heard.positions if (who, fast) == (mix, speed)]
    end_s = seen[-1][0] - 0.1
    return [piece(heard, seen, end_s - PIECE_S * (place + 1), PIECE_S) for place in range(PIECES)]


def piece(heard: Heard, seen: Sequence[tuple[float, int]], start_s: float, length_s: float) -> Piece:
    end_s = start_s + length_s
    first = round((start_s - began_s(heard.arrivals, start_s, end_s)) * SAMPLE_RATE_HZ)
    chosen = [(at_s, position) for at_s, position in seen if start_s <= at_s <= end_s]
    return chosen, heard.sound[first : first + round(length_s * SAMPLE_RATE_HZ)], start_s


def source(file: Path, mix: str) -> Samples:
    both, _ = soundfile.read(file, dtype="float32")
    return both.sum(axis=1) if mix == "both" else both[:, 0 if mix == "agent" else 1]


def place(piece: Samples, within: Samples) -> tuple[int, float]:
    """Where a piece stands in a sound, and how well it fits there: its correlation, between samples if it is best so.

    A sound server that has lost its pace resamples, and what it plays lies between the samples of the file.
    """
    size = 2 ** int(np.ceil(np.log2(len(within) + len(piece))))
    spectrum = np.fft.rfft(within, size) * np.conj(np.fft.rfft(piece, size))
    fits = BETWEEN * np.fft.irfft(spectrum, BETWEEN * size)[: BETWEEN * len(within)]
    at = int(np.argmax(fits)) // BETWEEN
    same = within[at : at + len(piece)]
    return at, float(np.max(fits) / np.sqrt(np.sum(same**2) * np.sum(piece**2)))


@pytest.mark.parametrize("mix", ["agent", "customer", "both"])
def test_what_comes_out_is_what_the_file_holds(heard: Heard, file: Path, mix: str) -> None:
    within = source(file, mix)
    correlations, levels_db = [], []
    for _, sound, _ in pieces(heard, mix, 1.0):
        at, correlation = place(sound, within)
        correlations.append(correlation)
        levels_db.append(10 * np.log10(np.mean(sound**2) / np.mean(within[at : at + len(sound)] ** 2)))
    assert heard.output
    assert np.median(correlations) > 0.99
    assert np.median(levels_db) == pytest.approx(0, abs=0.2)


def test_the_position_is_what_is_heard_to_within_50_ms(heard: Heard, file: Path) -> None:
    worst_s = []
    for mix in ("agent", "customer", "both"):
        for seen, sound, start_s in pieces(heard, mix, 1.0):
            at, _ = place(sound, source(file, mix))
            worst_s.append(max(abs((position - at) / SAMPLE_RATE_HZ - (at_s - start_s)) for at_s, position in seen))
    assert np.median(worst_s) < 0.050


def test_the_position_is_what_is_heard_at_another_speed(heard: Heard, file: Path) -> None:
    """Seen by its loudness, as another speed changes the wave; that needs longer pieces."""
    original = envelope(source(file, "agent"))
    seen = [(at_s, position) for who, fast, at_s, position in heard.positions if (who, fast) == ("agent", 1.5)]
    worst_s = []
    for back_s in (1.1, 1.6, 2.1):
        chosen, sound, start_s = piece(heard, seen, seen[-1][0] - back_s, 1.0)
        shape = np.interp(np.arange(0, len(sound) * 1.5, 160) / 1.5, np.arange(0, len(sound), 160), envelope(sound))
        fits = [np.corrcoef(original[at : at + len(shape)], shape)[0, 1] for at in range(len(original) - len(shape))]
        at = int(np.argmax(fits)) * 160
        worst_s.append(max(abs((position - at) / SAMPLE_RATE_HZ - 1.5 * (at_s - start_s)) for at_s, position in chosen))
    assert np.median(worst_s) < 1.5 * 0.050


def envelope(samples: Samples) -> Samples:
    whole = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    return np.sqrt(np.mean(whole**2, axis=1))

"""From a sound to the gauge that moves with it: through PulseAudio, PortAudio and the whole pipeline."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples
from audio.devices.streams import clock_s
from audio.files.recording import open_recording
from audio.values import SoundLost, ToneSample
from bench.figures.table import Row
from bench.instruments.call import used_s
from monitor import sample

SECONDS = 30
CHUNK_S = 0.01
"""The sound goes in piece by piece, as a sound card would give it."""
FIRST_S = 5.0
"""Buffers settle and models load before this."""


@dataclass
class Played:
    """What went in, and when."""

    sound: Samples
    began_s: float = 0.0
    """Of its first sample."""


@dataclass
class Seen:
    """What a call showed of it."""

    origin_s: float
    """The media time 0 on the clock of the streams."""
    shown: list[tuple[float, ToneSample]] = field(default_factory=list)
    """When, and what."""
    sound: list[Samples] = field(default_factory=list)
    lost: int = 0
    cpu_s: float = 0.0


def rows() -> Iterator[Row]:
    """Figures of a call from sound cards."""
    if not shutil.which("pulseaudio"):
        sys.exit("PulseAudio is not installed here: apt install pulseaudio pulseaudio-utils.")
    for model, name in (("none", "tone alone"), ("default", "with words")):
        played, seen = _call(model)
        delays = _delays_s(played, seen)
        yield Row(f"sound in → gauge moves, {name}, p50", 1000 * median(delays), "ms")
        yield Row(f"sound in → gauge moves, {name}, p95", 1000 * quantiles(delays, n=20)[-1], "ms", "≤ 250")
        yield Row(f"sound in → gauge moves, {name}, worst", 1000 * max(delays), "ms")
        yield Row(f"CPU, {name}", 100 * seen.cpu_s / SECONDS, "% of a core", "≤ 40" if model == "default" else "")
        yield Row(f"times that sound was lost, {name}", seen.lost, "", "≤ 0")


def _call(model: str) -> tuple[Played, Seen]:
    """Let the agent of the built-in call speak into a microphone, and monitor that."""
    from audio.devices.capture import Capture  # PortAudio looks for PulseAudio once, when it is loaded
    from monitor.live.live_call import LiveCall
    from monitor.live.parts import CallParts
    from monitor.pipeline.metrics import BY_NAME
    from monitor.pipeline.pipeline import Pipeline
    from monitor.pipeline.whisper_model import loader
    from rules.load import load

    played = Played(_voice())
    with ExitStack() as stack:
        pipe = stack.enter_context(_microphone())
        over = Event()
        stack.callback(over.set)
        Thread(target=_play, args=(played, pipe, over), daemon=True).start()
        pipeline = stack.enter_context(
            closing(Pipeline(("agent",), load((), metrics=BY_NAME), loader(model), live=True))
        )
        pipeline.wait_until_loaded()
        capture = stack.enter_context(Capture("made"))
        seen = Seen(clock_s())
        call = LiveCall(
            CallParts(pipeline),
            lambda event: seen.shown.append((clock_s(), event)) if isinstance(event, ToneSample) else None,
            lambda: capture.lag_s,
        )
        began_s = used_s()
        for heard in capture.blocks():
            if isinstance(heard, AudioBlock):
                seen.sound.append(heard.samples)
                call.hear(heard)
                if heard.end >= SECONDS * SAMPLE_RATE_HZ:
                    break
            seen.lost += isinstance(heard, SoundLost) and heard.end_s > FIRST_S
        seen.cpu_s = used_s() - began_s
    return played, seen


def _delays_s(played: Played, seen: Seen) -> list[float]:
    """For a change of the sound at each hundredth of a second: how long until a tone sample with it was shown."""
    behind_s = _behind_s(played, np.concatenate(seen.sound), seen.origin_s)
    return [
        shown_s - (seen.origin_s + tone.start_s + hundredth / 100 - behind_s)
        for shown_s, tone in seen.shown
        if tone.start_s >= FIRST_S
        for hundredth in range(10)
    ]


def _behind_s(played: Played, heard: Samples, origin_s: float) -> float:
    """How much later than in the air the capture places the sound: PulseAudio reports no more than that."""
    first = round(2 * FIRST_S * SAMPLE_RATE_HZ)
    piece = heard[first : first + 10 * SAMPLE_RATE_HZ]
    size = 1 << (len(played.sound) + len(piece)).bit_length()
    alike = np.fft.irfft(np.fft.rfft(played.sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    in_the_air_s = played.began_s + int(np.argmax(alike[: len(played.sound)])) / SAMPLE_RATE_HZ
    return origin_s + first / SAMPLE_RATE_HZ - in_the_air_s


def _voice() -> Samples:
    """The agent's side of the built-in call, long enough for one run."""
    blocks = [block.samples for block in open_recording(sample.CALL).blocks() if block.speaker == "agent"]
    return np.concatenate(blocks)[: (SECONDS + 30) * SAMPLE_RATE_HZ]


def _play(played: Played, pipe: Path, over: Event) -> None:
    """Send each piece of sound when its last sample would have been in the air."""
    coded = (32767 * played.sound.clip(-1, 1)).astype("<i2")
    step = round(CHUNK_S * SAMPLE_RATE_HZ)
    with pipe.open("wb", buffering=0) as microphone:
        played.began_s = clock_s()
        for number, start in enumerate(range(0, len(coded), step)):
            if over.wait(max(0.0, played.began_s + (number + 1) * CHUNK_S - clock_s())):
                return
            microphone.write(coded[start : start + step].tobytes())


@contextmanager
def _microphone() -> Iterator[Path]:
    """Run a sound server whose one microphone gives what is written into a pipe."""
    with TemporaryDirectory(prefix="pulse-") as folder:
        socket, pipe = Path(folder) / "native", Path(folder) / "microphone"
        os.environ |= {"XDG_RUNTIME_DIR": folder, "PULSE_SERVER": f"unix:{socket}"}
        modules = [
            f"module-native-protocol-unix socket={socket} auth-anonymous=1",
            f"module-pipe-source file={pipe} source_name=made rate={SAMPLE_RATE_HZ} channels=1 format=s16le",
        ]
        command = ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no"]
        command += [part for module in modules for part in ("-L", module)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not (socket.exists() and pipe.exists()):
                time.sleep(0.05)
            yield pipe
        finally:
            server.terminate()
            server.wait()

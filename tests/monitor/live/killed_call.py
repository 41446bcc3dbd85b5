"""A live call that is killed with SIGKILL, and what is missing of its sound and events."""

import os
import subprocess
import sys
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from audio.files.recording import open_recording
from audio.values import ToneSample
from monitor import sample
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.upkeep.repair import repair
from tests.monitor.live.played_call import PLAY


@dataclass(frozen=True, slots=True)
class Loss:
    """What one kill cost, in seconds of the call."""

    lived_s: float
    """How long the call had lasted."""
    sound_s: float
    events_s: float


def kill_after(seconds: float, model: str = "none") -> Loss:
    """Play the built-in call in real time, kill the program so long after the first sound, and open the folder."""
    with TemporaryDirectory() as root:
        reports, report = os.pipe()
        process = subprocess.Popen(
            [sys.executable, "-c", PLAY, str(sample.CALL), root, model, str(report), "plain"],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"XDG_RUNTIME_DIR": root},
            pass_fds=[report],
        )
        os.close(report)
        with process, os.fdopen(reports) as first_sound:
            began_s = float(first_sound.readline())
            time.sleep(max(0.0, began_s + seconds - time.monotonic()))
            lived_s = time.monotonic() - began_s
            process.kill()
        (folder,) = (info.parent for info in Path(root).glob("*/*/call.toml"))  # Whisper has a folder here, too
        return _loss(folder, lived_s)


def _loss(folder: Path, lived_s: float) -> Loss:
    """Open a folder with everything that reads one, and close it as `doctor` does."""
    if read_info(folder).closed:
        raise RuntimeError("A call that was killed says that it came to its end.")
    with wave.open(str(folder / "audio.wav")) as sound:
        let_go = sound.getnframes()
    if let_go:
        open_recording(folder / "audio.wav")
    judged_s = max((event.end_s for event in read_events(folder) if isinstance(event, ToneSample)), default=0.0)
    kept_s = open_recording(folder / "audio.flac").duration_s if repair(folder).recorded else 0.0
    return Loss(lived_s, max(0.0, lived_s - kept_s), max(0.0, lived_s - judged_s))

"""Recordings from outside the checkout, for tests and bench: CONTRIBUTING.md says which, and where they come from."""

import csv
import os
from pathlib import Path
from unittest import SkipTest

import soundfile

from audio.block import Samples
from audio.files.resample import resample

VARIABLE = "TONE_MONITOR_TEST_DATA"
"""Names the folder that holds `test-audio`; without it, that is the folder `shared` beside the checkout."""
DATA = Path(os.environ.get(VARIABLE) or Path(__file__).parents[2] / "shared")
AUDIO = DATA / "test-audio"


def audio_file(name: str) -> Path:
    """Path of a recording, or of a folder of recordings, by its name in `test-audio`.

    Raises:
        SkipTest: it is not there.
    """
    path = AUDIO / name
    if not path.exists():
        raise SkipTest(f"{path} is missing: set {VARIABLE} to the folder that holds test-audio, see CONTRIBUTING.md")
    return path


def case(name: str) -> Path:
    """Path of a damaged or unusual recording, by its name in `cases`.

    Raises:
        SkipTest: it is not there.
    """
    path = DATA / "cases" / name
    if not path.exists():
        raise SkipTest(f"{path} is missing: set {VARIABLE} to the folder that holds cases, see CONTRIBUTING.md")
    return path


def recording(name: str) -> Samples:
    """Sound of a recording at 16 kHz, the first channel of several.

    Raises:
        SkipTest: the recording is not there.
    """
    samples, rate_hz = soundfile.read(audio_file(name), dtype="float32", always_2d=True)
    return resample(samples[:, 0], rate_hz)


def manifest() -> list[dict[str, str]]:
    """What is known of every recording: its `file`, `transcript`, `labels`, `speaker`, `seconds`, a row each.

    Raises:
        SkipTest: the recordings are not there.
    """
    with audio_file("manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

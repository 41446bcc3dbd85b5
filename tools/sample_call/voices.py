"""Sentences spoken by flite, with the times of their phones."""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ
from tools.scripted_call.acoustics import Sound

_VOWELS = frozenset(
    ("aa", "ae", "ah", "ao", "aw", "ax", "axr", "ay", "eh", "er", "ey", "ih", "ix", "iy", "ow", "oy", "uh", "uw")
)
_EDGE_S = 0.03
"""Kept of flite's silence before the first and after the last phone, and faded."""


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone, or a pause."""

    name: str
    start_s: float
    end_s: float

    @property
    def pause(self) -> bool:
        """Whether it is silence."""
        return self.name == "pau"

    @property
    def vowel(self) -> bool:
        """Whether it is the nucleus of a syllable."""
        return self.name in _VOWELS


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """One sentence; time 0 is the start of its first phone."""

    phones: tuple[Phone, ...]
    samples: Sound
    lead: int
    """Samples before time 0."""

    def level_dbfs(self) -> float:
        """RMS of the phones, pauses left out."""
        phones = [
            self.samples[self.lead + round(p.start_s * SAMPLE_RATE_HZ) : self.lead + round(p.end_s * SAMPLE_RATE_HZ)]
            for p in self.phones
            if not p.pause
        ]
        return 10 * float(np.log10(np.mean(np.concatenate(phones) ** 2)))


def version() -> str | None:
    """Name the flite on this machine, None if there is none."""
    if shutil.which("flite") is None:
        return None
    return next(word for word in _flite("--version").split() if word.startswith("flite-"))


def speak(text: str, voice: str, duration_stretch: float, pitch_factor: float) -> Speech:
    """Let flite say one sentence.

    Raises:
        RuntimeError: there is no flite, or another pitch is asked of a voice that has but one.
    """
    samples, phones = _read_aloud(text, voice, duration_stretch, pitch_factor)
    if pitch_factor != 1 and np.array_equal(samples, _read_aloud(text, voice, duration_stretch, 1)[0]):
        raise RuntimeError(f"flite can't change the pitch of {voice}. Leave pitch_st out of its lines.")
    zero_s, edge = phones[0].end_s, round(_EDGE_S * SAMPLE_RATE_HZ)
    said = samples[round(zero_s * SAMPLE_RATE_HZ) - edge : round(phones[-1].start_s * SAMPLE_RATE_HZ) + edge]
    fade = np.sin(np.linspace(0, np.pi / 2, edge)) ** 2
    said[:edge] *= fade
    said[-edge:] *= fade[::-1]
    inner = tuple(Phone(p.name, round(p.start_s - zero_s, 3), round(p.end_s - zero_s, 3)) for p in phones[1:-1])
    return Speech(inner, said, edge)


def _read_aloud(text: str, voice: str, duration_stretch: float, pitch_factor: float) -> tuple[Sound, list[Phone]]:
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder, "line.wav")
        how = ["--setf", f"duration_stretch={duration_stretch:.4f}", "--setf", f"f0_shift={pitch_factor:.4f}"]
        said = _flite("-voice", voice, *how, "-psdur", "-t", text, "-o", str(wave))
        samples: Sound = soundfile.read(wave)[0]
    phones: list[Phone] = []
    for word in said.split():
        name, end = word.split(":")
        phones.append(Phone(name, phones[-1].end_s if phones else 0.0, float(end)))
    return samples, phones


def _flite(*arguments: str) -> str:
    flite = shutil.which("flite")
    if flite is None:
        raise RuntimeError("flite is not installed. Install it to speak the call (Debian: apt install flite).")
    command = [flite, *arguments]
    # not checked: flite ends with 1 even after its version, and a wave that is missing is noticed
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 -- our own texts

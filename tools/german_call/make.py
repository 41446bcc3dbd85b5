"""Makes the German call from its script: `python -m tools.german_call.make call.flac` (needs SVOX Pico).

Pico's voices may be shared but not changed, so that the call is made where it is wanted and kept nowhere.
"""

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

import click
import numpy as np
import soundfile
import soxr

from audio.block import SAMPLE_RATE_HZ, Speaker
from tools.german_call import SCRIPT
from tools.german_call.script import Line, Script, Voice
from tools.scripted_call import acoustics
from tools.scripted_call.acoustics import Sound
from tools.scripted_call.channel import SPEAKERS, channel
from tools.scripted_call.parts import load

_SEED = 20
_PROGRAM = "pico2wave"
_FRAME = SAMPLE_RATE_HZ // 100
_SILENT = 0.01
"""A frame whose RMS is below this part of the loudest frame's is a pause."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a prompt is due, in seconds of the call."""

    action: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True, eq=False)
class GermanCall:
    """The call as made from its script."""

    samples: Sound
    """Shape (n, 2): agent, customer."""
    moments: tuple[Moment, ...]
    """In the order they come due."""


def available() -> bool:
    """Whether Pico is installed."""
    return shutil.which(_PROGRAM) is not None


def make(script: Script) -> GermanCall:
    """Speak the script.

    Raises:
        RuntimeError: Pico is not installed, or failed.
        ValueError: the sound would clip.
    """
    placed: dict[Speaker, list[tuple[int, Sound]]] = {speaker: [] for speaker in SPEAKERS}
    moments: list[Moment] = []
    end_s = 0.0
    for line in script.lines:
        said = _say(line, script.voices[line.speaker])
        start_s = end_s + line.gap_s
        end_s = start_s + len(said) / SAMPLE_RATE_HZ
        placed[line.speaker].append((round(start_s * SAMPLE_RATE_HZ), said))
        if line.due:
            due_s = end_s if line.due.from_end else start_s
            moments.append(Moment(line.due.action, due_s, due_s + line.due.within_s))
    length, random = round((end_s + script.silence_s) * SAMPLE_RATE_HZ), np.random.default_rng(_SEED)
    samples = np.stack([channel(placed[who], length, script.voices[who], random) for who in SPEAKERS], axis=1)
    if np.abs(samples).max() >= 1:
        raise ValueError("The call would clip. Lower level_dbfs or gain_db in the script.")
    return GermanCall(samples, tuple(moments))


def _say(line: Line, voice: Voice) -> Sound:
    samples = acoustics.raise_effort(_read_aloud(line, voice), line.effort_db)
    if voice.line == "telephone":
        samples = acoustics.telephone_band(samples)
    loud = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    rms = np.sqrt(np.mean(loud**2, axis=1))
    ordinary = np.sqrt(np.mean(rms[rms > _SILENT * rms.max()] ** 2))
    return samples * (10 ** ((voice.level_dbfs + line.gain_db) / 20) / float(ordinary))


def _read_aloud(line: Line, voice: Voice) -> Sound:
    """A line by Pico, without the silence before and after it."""
    if not available():
        raise RuntimeError("SVOX Pico is not installed. Install it to speak the call (Debian: libttspico-utils).")
    speed, pitch = round(voice.speed_pct * line.rate), round(voice.pitch_pct * line.pitch)
    text = f"<speed level='{speed}'><pitch level='{pitch}'>{escape(line.text)}</pitch></speed>"
    with tempfile.TemporaryDirectory() as folder:
        wave = Path(folder, "line.wav")
        command = [_PROGRAM, "--lang", "de-DE", "--wave", str(wave), text]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603 -- our own texts
        if not wave.exists():
            raise RuntimeError("SVOX Pico gave no sound. Install its German voice (Debian: libttspico-data).")
        samples, rate_hz = soundfile.read(wave)
    sound: Sound = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ)
    heard = np.flatnonzero(np.abs(sound) > _SILENT * np.abs(sound).max())
    return sound[heard[0] : heard[-1] + 1]


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def main(path: Path) -> None:
    """Make the German call, and print when each prompt is due."""
    call = make(load(SCRIPT, Script))
    soundfile.write(path, call.samples, SAMPLE_RATE_HZ, subtype="PCM_16")
    for moment in call.moments:
        click.echo(f"{moment.from_s:7.2f} s to {moment.to_s:7.2f} s  {moment.action}")
    click.echo(f"{len(call.samples) / SAMPLE_RATE_HZ:7.2f} s  end")


if __name__ == "__main__":
    main()

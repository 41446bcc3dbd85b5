"""Makes the built-in call from its script: `python -m tools.sample_call.make` (needs flite).

Every run gives the same sound. With `--check` nothing is written; it says whether the files still are what the script
says, sample for sample.
"""

import sys
from dataclasses import dataclass, replace

import click
import msgspec
import numpy as np
import soundfile
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Speaker
from monitor import sample
from monitor.sample import SpokenLine, Truth
from tools.sample_call import SCRIPT, plan, voices
from tools.sample_call.script import Line, Script, Voice
from tools.scripted_call import acoustics
from tools.scripted_call.acoustics import Sound
from tools.scripted_call.channel import SPEAKERS, channel
from tools.scripted_call.parts import load

_SEED = 20
_MS = SAMPLE_RATE_HZ // 1000
_STEP = 8
"""Samples are multiples of this: FLAC stores no empty bits, which halves the file; the noise lies 18 dB higher."""


@dataclass(frozen=True, slots=True, eq=False)
class MadeCall:
    """The built-in call as made from the script."""

    samples: NDArray[np.int16]
    """Shape (n, 2): agent, customer."""
    truth: Truth


def make(script: Script) -> MadeCall:
    """Speak the script.

    Raises:
        RuntimeError: there is no flite, or it cannot give a voice the pitch of a line.
        ValueError: the sound would clip, or a planned prompt never comes due.
    """
    spoken: list[SpokenLine] = []
    placed: dict[Speaker, list[tuple[int, Sound]]] = {speaker: [] for speaker in SPEAKERS}
    for line in script.lines:
        speech = _say(line, script.voices[line.speaker])
        start_s = round((spoken[-1].end_s if spoken else 0.0) + line.gap_s, 3)
        spoken.append(_truth_of(line, speech, start_s))
        placed[line.speaker].append((round(start_s * 1000) * _MS - speech.lead, speech.samples))
    duration_s = round(max(line.end_s for line in spoken) + script.silence_s, 3)
    length = round(duration_s * 1000) * _MS
    random = np.random.default_rng(_SEED)
    channels = [channel(placed[speaker], length, script.voices[speaker], random) for speaker in SPEAKERS]
    samples, lines = _to_int16(np.stack(channels, axis=1)), tuple(spoken)
    return MadeCall(samples, Truth(voices.version() or "", duration_s, lines, plan.due(lines, script.plan)))


def _say(line: Line, voice: Voice) -> voices.Speech:
    speech = voices.speak(line.text, voice.flite, voice.duration_stretch / line.rate, _pitch_factor(line))
    samples = acoustics.raise_effort(speech.samples, line.effort_db)
    if voice.line == "telephone":
        samples = acoustics.telephone_band(samples)
    shaped = replace(speech, samples=samples)
    gain_db = voice.level_dbfs + line.gain_db - shaped.level_dbfs()
    return replace(shaped, samples=samples * 10 ** (gain_db / 20))


def _truth_of(line: Line, speech: voices.Speech, start_s: float) -> SpokenLine:
    return SpokenLine(
        speaker=line.speaker,
        start_s=start_s,
        end_s=round(start_s + speech.phones[-1].end_s, 3),
        text=line.text,
        rate=line.rate,
        gain_db=line.gain_db,
        effort_db=line.effort_db,
        pitch_factor=round(_pitch_factor(line), 4),
        level_dbfs=round(speech.level_dbfs(), 2),
        syllables_s=tuple(round(start_s + (p.start_s + p.end_s) / 2, 3) for p in speech.phones if p.vowel),
        pauses_s=tuple((round(start_s + p.start_s, 3), round(start_s + p.end_s, 3)) for p in speech.phones if p.pause),
    )


def _pitch_factor(line: Line) -> float:
    return float(2 ** (line.pitch_st / 12))


def _to_int16(channels: NDArray[np.float64]) -> NDArray[np.int16]:
    whole = np.round(channels * (32768 / _STEP)) * _STEP
    if np.abs(whole).max() > np.iinfo(np.int16).max:
        raise ValueError("The call would clip. Lower level_dbfs or gain_db in the script.")
    return whole.astype(np.int16)


def as_json(truth: Truth) -> bytes:
    """The facts about a call as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(truth), indent=1) + b"\n"


def in_step(call: MadeCall) -> bool:
    """Whether the files of the package are identical to this call."""
    stored, _ = soundfile.read(sample.CALL, dtype="int16")
    return np.array_equal(stored, call.samples) and sample.TRUTH.read_bytes() == as_json(call.truth)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail if the files differ from the script.")
def main(*, check: bool) -> None:
    """Make the built-in call from script.toml."""
    call = make(load(SCRIPT, Script))
    if check:
        fine = in_step(call)
        click.echo(
            "The call matches its script."
            if fine
            else "The call does not match its script. Run python -m tools.sample_call.make."
        )
        sys.exit(not fine)
    soundfile.write(sample.CALL, call.samples, SAMPLE_RATE_HZ, subtype="PCM_16", compression_level=1.0)
    sample.TRUTH.write_bytes(as_json(call.truth))
    for moment in call.truth.planned:
        click.echo(f"{moment.at_s:7.2f} s  {moment.action}")
    click.echo(f"{call.truth.duration_s:7.2f} s  end, {sample.CALL.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()

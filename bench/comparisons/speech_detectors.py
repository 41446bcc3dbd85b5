"""Which moments are speech, by other programs and by this one.

WebRTC's detector (package webrtcvad-wheels, of the group `peers`) decides 30 ms at a time. Silero's, of the copy that
faster-whisper carries, is used with Silero's own defaults. On one track, ours is Silero's model, too, at set levels,
with a slower second hearing of what might be missed, and with turns. TEN VAD was looked at: its licence forbids
competing with its maker, and it needs libc++.
"""

from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples, seconds
from audio.measure.speech import speech_frames
from audio.measure.turns import TurnTaking
from audio.values import Turn

MOMENT_S = 0.01
WEBRTC_S = 0.03
SILERO = {"min_silence_duration_ms": 100, "min_speech_duration_ms": 250, "speech_pad_ms": 30}
"""The defaults of the package silero-vad; faster-whisper's own join over 2 s and add 0.4 s, for transcription."""

Moments = NDArray[np.bool_]
"""Whether each 10 ms is speech."""
Detector = Callable[[Samples], Moments]


def detectors() -> dict[str, Detector]:
    """All that are installed, by name."""
    found: dict[str, Detector] = {}
    if find_spec("webrtcvad"):
        name = f"WebRTC VAD ({version('webrtcvad-wheels')})"
        found[f"{name}, mode 1"] = lambda sound: webrtc(sound, 1)
        found[f"{name}, mode 3"] = lambda sound: webrtc(sound, 3)
    found["Silero alone (v6)"] = silero
    found["Tone Monitor, turns"] = turns
    return found


def webrtc(sound: Samples, mode: int) -> Moments:
    """By WebRTC, from the gentlest mode 0 to the strictest 3."""
    import webrtcvad  # need not be installed

    detector = webrtcvad.Vad(mode)
    length = round(WEBRTC_S * SAMPLE_RATE_HZ)
    pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2")
    flags = [
        detector.is_speech(pcm[start : start + length].tobytes(), SAMPLE_RATE_HZ)
        for start in range(0, len(pcm) - length + 1, length)
    ]
    return _stretches(
        sound, [(at * WEBRTC_S, (at + 1) * WEBRTC_S) for at in np.flatnonzero(np.array(flags, np.bool_)).tolist()]
    )


def silero(sound: Samples) -> Moments:
    """By Silero's model and its own way to join moments."""
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # takes a second

    found = get_speech_timestamps(sound, VadOptions(**SILERO))
    return _stretches(sound, [(seconds(one["start"]), seconds(one["end"])) for one in found])


def turns(sound: Samples) -> Moments:
    """What a call counts as speaking: pauses of less than 0.5 s are within a turn."""
    taking = TurnTaking(("agent",))
    exchanges = [one for frame in speech_frames(sound) for one in taking.feed([frame])]
    exchanges += taking.flush(len(sound))
    return _stretches(sound, [(one.start_s, one.end_s) for one in exchanges if isinstance(one, Turn)])


def _stretches(sound: Samples, found: list[tuple[float, float]]) -> Moments:
    moments = np.zeros(round(len(sound) / SAMPLE_RATE_HZ / MOMENT_S), np.bool_)
    for start_s, end_s in found:
        moments[round(start_s / MOMENT_S) : round(end_s / MOMENT_S)] = True
    return moments

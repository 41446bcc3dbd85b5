"""One side of a made call: its lines in their places, in the noise of its room or its telephone line."""

from collections.abc import Iterable

import numpy as np

from audio.block import Speaker
from tools.scripted_call import acoustics
from tools.scripted_call.acoustics import Sound
from tools.scripted_call.parts import LineAndLevel

SPEAKERS: tuple[Speaker, Speaker] = ("agent", "customer")
"""Left and right."""


def channel(
    placed: Iterable[tuple[int, Sound]], length: int, voice: LineAndLevel, random: np.random.Generator
) -> Sound:
    """Put lines into the noise of a side.

    Args:
        placed: the first sample of each line, and its sound.
        length: of the side, in samples.
        voice: whose side it is.
        random: makes the noise.
    """
    noise = acoustics.line_noise if voice.line == "telephone" else acoustics.room_noise
    sound = noise(length, voice.noise_dbfs, random)
    for start, samples in placed:
        sound[start : start + len(samples)] += samples
    return acoustics.through_mu_law(sound) if voice.line == "telephone" else sound

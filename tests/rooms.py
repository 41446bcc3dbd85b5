"""Made rooms: what a loudspeaker, walls and a microphone make of a voice."""

from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples

SOUND_M_PER_S = 343.0
OFFICE_M = (5.0, 4.0, 2.7)
LOUDSPEAKER_M, MICROPHONE_M = (1.0, 1.0, 1.0), (3.2, 2.6, 1.2)
"""Far apart, so that most of what arrives comes from the walls: the hard case."""
DECAY_S = 0.5
"""Time in which a sound falls by 60 dB."""


def echo(voice: Samples, db: float, delay_ms: float, response: NDArray[np.float64] | None = None) -> Samples:
    """A voice as it comes back, as long as the voice.

    Args:
        voice: at 16 kHz.
        db: level of the echo over that of the voice.
        delay_ms: of sound cards and line, before the room.
        response: of the room; an office if None.
    """
    heard = office() if response is None else response
    size = len(voice) + len(heard)
    wet = np.fft.irfft(np.fft.rfft(voice, size) * np.fft.rfft(heard, size), size)
    late = np.concatenate([np.zeros(round(delay_ms * SAMPLE_RATE_HZ / 1000)), wet])
    return (10 ** (db / 20) * late[: len(voice)]).astype(np.float32)


@cache
def office() -> NDArray[np.float64]:
    """The impulse response of an office, of unit energy."""
    return image_sources(OFFICE_M, LOUDSPEAKER_M, MICROPHONE_M, DECAY_S)


def image_sources(
    room_m: tuple[float, float, float],
    loudspeaker_m: tuple[float, float, float],
    microphone_m: tuple[float, float, float],
    decay_s: float,
) -> NDArray[np.float64]:
    """Impulse response of a shoebox by the method of image sources (Allen and Berkley 1979), of unit energy.

    Walls absorb as Sabine's formula asks for the decay. The arrival of each reflection jitters by half a sample, as no
    wall is flat; the loudspeaker has no bass.
    """
    size, mic = np.array(room_m), np.array(microphone_m)
    surface = 2 * (size[0] * size[1] + size[1] * size[2] + size[0] * size[2])
    reflected = np.sqrt(1 - min(0.95, 0.161 * size.prod() / (surface * decay_s)))
    length = round(decay_s * SAMPLE_RATE_HZ)
    reach = [np.arange(-count, count + 1) for count in np.ceil(decay_s * SOUND_M_PER_S / (2 * size)).astype(int)]
    cells = np.stack(np.meshgrid(*reach, indexing="ij"), axis=-1).reshape(-1, 3)
    response = np.zeros(length + 1)
    random = np.random.default_rng(0)
    for mirrored in product((0, 1), repeat=3):
        image_m = (1 - 2 * np.array(mirrored)) * loudspeaker_m + 2 * cells * size
        distance_m = np.linalg.norm(image_m - mic, axis=1)
        walls = (np.abs(cells - mirrored) + np.abs(cells)).sum(axis=1)
        at = distance_m / SOUND_M_PER_S * SAMPLE_RATE_HZ + (walls > 0) * random.uniform(-0.5, 0.5, len(walls))
        near = at < length
        np.add.at(response, at[near].astype(int), reflected ** walls[near] / distance_m[near])
    hz = np.fft.rfftfreq(2 * length, 1 / SAMPLE_RATE_HZ)
    thin = np.fft.irfft(np.fft.rfft(response, 2 * length) / np.sqrt(1 + (150 / np.maximum(hz, 1)) ** 6))[:length]
    return np.asarray(thin / np.sqrt(thin @ thin))


def gain_control(sound: Samples, target_dbfs: float = -20.0, most_db: float = 25.0, release_s: float = 0.8) -> Samples:
    """What a microphone's automatic gain makes of a sound: quick down, slow up, never over the most."""
    hop = SAMPLE_RATE_HZ // 100
    whole = np.pad(sound, (0, -len(sound) % hop)).reshape(-1, hop)
    levels, held = np.sqrt(np.mean(np.square(whole, dtype=np.float64), axis=1)) + 1e-9, 1e-4
    gains = []
    for level in levels:
        held = max(level, held * np.exp(-0.01 / release_s))
        gains.append(min(10 ** (target_dbfs / 20) / held, 10 ** (most_db / 20)))
    smooth = np.interp(np.arange(len(sound)), np.arange(len(gains)) * hop, gains)
    return (sound * smooth).clip(-1, 1).astype(np.float32)

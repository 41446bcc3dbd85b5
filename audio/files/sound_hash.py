"""A hash of decoded sound: the same for a file and its copy in another lossless format."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from audio.files.pcm import to_pcm


class SoundHash:
    """Hashes sound as it is decoded, piece by piece, rounded to 16 bits.

    WAV and FLAC of one sound give the same hash, and so do copies with other tags. Sound that was encoded again with
    loss, as MP3, has other samples and so another hash.

    Args:
        rate_hz: samples a second of each channel.
        channels: how many there are.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._hash = hashlib.sha256(f"{rate_hz} {channels} ".encode())

    def feed(self, piece: NDArray[np.float32]) -> None:
        """Take the next piece, shape (n, channels)."""
        self._hash.update(np.ascontiguousarray(to_pcm(piece)).tobytes())

    def hex(self) -> str:
        """The hash of all pieces, 64 hexadecimal digits."""
        return self._hash.hexdigest()


def of_both(agent: str, customer: str) -> str:
    """The hash of two files that are one call, whichever of them is the agent's.

    Args:
        agent: hash of one file.
        customer: hash of the other.
    """
    return hashlib.sha256(" ".join(sorted((agent, customer))).encode()).hexdigest()

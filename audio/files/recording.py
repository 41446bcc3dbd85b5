"""A recording as blocks of its speakers' sound, in constant memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.files.decode import Encoding, SoundError, encoding, pieces
from audio.files.resample import LOUDEST, Resampler
from audio.files.sound_hash import SoundHash
from audio.files.storage import PLAIN, Storage

AgentChannel = Literal["left", "right", "mono"]

LOWEST_RATE_HZ = 8_000
HIGHEST_RATE_HZ = 192_000
"""No microphone has a higher sample rate; a header that claims one only costs memory."""
LONGEST_H = 12.0
LEAST_BYTES_PER_S = 10
"""Fewest bytes per second of a file longer than `BRIEF_S`: FLAC needs several times as much for pure silence."""
BRIEF_S = 600.0
SILENCE = 1e-4
"""Peak below which nothing is audible: −80 dBFS."""
ONE_SPEAKER = "analysed as one speaker, the agent. If there are two people, the figures mix them."
SAME_DB = -40.0
"""Two channels are the same if their difference is below this, relative to their sum."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that has been scanned once and can be read block by block."""

    path: Path
    speakers: tuple[Speaker, ...]
    duration_s: float
    notes: tuple[str, ...]
    """Sentences about how it had to be read."""
    broken: str | None
    """A sentence if the file is truncated; what is there can be read."""
    sound_hash: str
    """Of its sound in all channels, see `SoundHash`."""
    silent: bool
    """Whether nothing in it is audible."""
    _encoding: Encoding
    _sources: tuple[int | None, ...]
    """The channel of each speaker; None for the mix of all."""

    def blocks(self, piece_s: float = 1.0) -> Iterator[AudioBlock]:
        """Read it as blocks at 16 kHz, with the speakers alternating.

        Args:
            piece_s: approximate length of a block in seconds: short to play it, long to read it.
        """
        resamplers = [Resampler(speaker, self._encoding.rate_hz) for speaker in self.speakers]
        for piece in _whole_pieces(self.path, self._encoding, piece_s):
            for resampler, source in zip(resamplers, self._sources, strict=True):
                yield from resampler.feed(piece.mean(axis=1) if source is None else piece[:, source])
        for resampler in resamplers:
            yield from resampler.flush()


def open_recording(  # noqa: PLR0913 - one argument a decision of the caller
    path: Path,
    agent: AgentChannel = "left",
    *,
    longest_h: float = LONGEST_H,
    looked_through: Callable[[float], None] = lambda _: None,
    storage: Storage = PLAIN,
    may_be_silent: bool = False,
) -> Recording:
    """Scan a recording.

    Args:
        path: a file in any format that libsndfile or FFmpeg reads.
        agent: the agent's channel of a stereo file, the customer having the other; "mono" for one speaker, whose
            sound is the mix of all channels.
        longest_h: hours of sound that a recording may hold.
        looked_through: called repeatedly with the seconds scanned so far; if it raises, the scan ends.
        storage: how the file is opened.
        may_be_silent: whether a file without any audible sound is accepted, such as one side of a call.

    Raises:
        SoundError: it cannot be used; the message says why and what to do.
    """
    how = encoding(path, storage)
    if how.channels > 2:  # noqa: PLR2004 - agent and customer
        raise SoundError(f"{path} has {how.channels} channels. Choose a file with one or two, one per speaker.")
    if how.rate_hz < LOWEST_RATE_HZ:
        raise SoundError(f"{path} has a sample rate of {how.rate_hz} Hz. Speech needs at least {LOWEST_RATE_HZ} Hz.")
    if how.rate_hz > HIGHEST_RATE_HZ:
        raise SoundError(f"{path} has a sample rate of {how.rate_hz} Hz. Convert it to at most {HIGHEST_RATE_HZ} Hz.")
    seen = _look_through(path, how, longest_h, looked_through)
    if not seen.frames:
        raise SoundError(f"{path} contains no sound. Record or copy it again.")
    if seen.bad == seen.frames * how.channels:
        raise SoundError(f"{path} contains only NaN samples. Export it again.")
    silent = max(seen.peaks) < SILENCE
    if silent and not may_be_silent:
        raise SoundError(f"{path} is silent throughout. Check which device or channel was recorded.")
    speakers, sources, notes = _cast(seen, agent)
    duration_s = -(-seen.frames * SAMPLE_RATE_HZ // how.rate_hz) / SAMPLE_RATE_HZ
    broken = (
        f"{path} is truncated after {duration_s:.1f} s. That much was used; copy the file again for the rest."
        if seen.broken
        else None
    )
    return Recording(path, speakers, duration_s, notes, broken, seen.sound_hash, silent, how, sources)


@dataclass(frozen=True, slots=True)
class _Seen:
    frames: int
    peaks: tuple[float, ...]
    """Peak of each channel."""
    difference_db: float
    """Energy of left − right over that of left + right."""
    bad: int
    """NaN or infinite samples."""
    broken: bool
    sound_hash: str


def _look_through(path: Path, how: Encoding, longest_h: float, looked_through: Callable[[float], None]) -> _Seen:
    size = path.stat().st_size
    frames = bad = 0
    broken = False
    peaks = np.zeros(how.channels)
    shared = differing = 1e-20
    decoded, sound_hash = pieces(path, how), SoundHash(how.rate_hz, how.channels)
    while True:
        try:
            piece = next(decoded, None)
        except EOFError:
            broken = True
            break
        if piece is None:
            break
        frames += len(piece)
        sound_hash.feed(piece)
        _check_length(path, frames / how.rate_hz, size, longest_h)
        looked_through(frames / how.rate_hz)
        sides = np.ascontiguousarray(piece.T)  # numpy takes 20 times as long over pairs of samples
        finite = np.isfinite(sides)
        bad += sides.size - int(np.count_nonzero(finite))
        clean = np.where(finite, sides, np.float32(0)).clip(-LOUDEST, LOUDEST)
        peaks = np.maximum(peaks, np.abs(clean).max(axis=1, initial=0))
        if how.channels == 2:  # noqa: PLR2004 - left and right
            left, right = clean
            shared += float(np.square(left + right).sum())
            differing += float(np.square(left - right).sum())
    difference_db = 10 * float(np.log10(differing / shared))
    return _Seen(frames, tuple(map(float, peaks)), difference_db, bad, broken, sound_hash.hex())


def _check_length(path: Path, so_far_s: float, size: int, longest_h: float) -> None:
    if so_far_s > longest_h * 3600:
        raise SoundError(f"{path} is longer than {longest_h:g} hours. Cut it, or raise analyze's limit with --longest.")
    if so_far_s > BRIEF_S and size < so_far_s * LEAST_BYTES_PER_S:
        raise SoundError(f"{path} unpacks to far more sound than its {size} bytes can hold. Export it again.")


def _cast(seen: _Seen, agent: AgentChannel) -> tuple[tuple[Speaker, ...], tuple[int | None, ...], tuple[str, ...]]:
    """Which speaker is on which channel."""
    notes: list[str] = []
    if seen.bad:
        notes.append(f"{seen.bad} NaN or infinite samples count as silence.")
    if len(seen.peaks) == 1:
        notes.append(f"One channel: {ONE_SPEAKER}")
        return ("agent",), (0,), tuple(notes)
    if agent == "mono":
        return ("agent",), (None,), tuple(notes)
    if seen.difference_db < SAME_DB:
        notes.append(f"Both channels are the same: {ONE_SPEAKER}")
        return ("agent",), (None,), tuple(notes)
    notes += [
        f"The {side} channel is silent."
        for side, peak in zip(("left", "right"), seen.peaks, strict=True)
        if peak < SILENCE
    ]
    left = 0 if agent == "left" else 1
    return ("agent", "customer"), (left, 1 - left), tuple(notes)


def _whole_pieces(path: Path, how: Encoding, piece_s: float) -> Iterator[NDArray[np.float32]]:
    try:
        yield from pieces(path, how, piece_s)
    except EOFError:
        return

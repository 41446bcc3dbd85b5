"""A recording as blocks of its speakers' sound, in constant memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.files.decode import encoding, pieces
from audio.files.encoding import Encoding, Missing, SoundError
from audio.files.headerless import RawFormat
from audio.files.likeness import Likeness
from audio.files.names import text_of
from audio.files.resample import LOUDEST, Resampler
from audio.files.sound_hash import SoundHash
from audio.files.storage import PLAIN, Storage
from audio.values import SoundLost

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


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that has been scanned once and can be read block by block."""

    path: Path
    speakers: tuple[Speaker, ...]
    duration_s: float
    notes: tuple[str, ...]
    """Sentences about how it had to be read."""
    gaps: tuple[SoundLost, ...]
    """Where sound is missing, silence having taken its place; one of no length where the file breaks off."""
    sound_hash: str
    """Of its sound in all channels, see `SoundHash`."""
    silent: bool
    """Whether nothing in it is audible."""
    _encoding: Encoding
    _sources: tuple[int | None, ...]
    """The channel of each speaker; None for the mix of all."""

    @property
    def broken(self) -> str | None:
        """A sentence if the file is truncated; what is there can be read."""
        return next((gap.why for gap in self.gaps if gap.start_s == gap.end_s), None)

    def sound(self, piece_s: float = 1.0) -> Iterator[AudioBlock | SoundLost]:
        """Read it as `blocks` does, with each gap told where it ends."""
        return with_gaps(self.blocks(piece_s), self.gaps)

    def blocks(self, piece_s: float = 1.0) -> Iterator[AudioBlock]:
        """Read it as blocks at 16 kHz, with the speakers alternating.

        Args:
            piece_s: approximate length of a block in seconds: short to play it, long to read it.
        """
        resamplers = [Resampler(speaker, self._encoding.rate_hz) for speaker in self.speakers]
        for piece in pieces(self.path, self._encoding, piece_s):
            if not isinstance(piece, Missing):
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
    raw: RawFormat | None = None,
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
        raw: how it is read if it has no header and no suffix that says so.

    Raises:
        SoundError: it cannot be used; the message says why and what to do.
    """
    how = encoding(path, storage, raw=raw)
    if how.channels > 2:  # noqa: PLR2004 - agent and customer
        raise SoundError(f"{path} has {how.channels} channels. Choose a file with one or two, one per speaker.")
    if how.rate_hz < LOWEST_RATE_HZ:
        raise SoundError(f"{path} has a sample rate of {how.rate_hz} Hz. Speech needs at least {LOWEST_RATE_HZ} Hz.")
    if how.rate_hz > HIGHEST_RATE_HZ:
        raise SoundError(f"{path} has a sample rate of {how.rate_hz} Hz. Convert it to at most {HIGHEST_RATE_HZ} Hz.")
    seen = _look_through(path, how, longest_h, looked_through)
    if seen.missing and not how.cut_short and not how.raw and how.library == "libsndfile":
        how = encoding(path, storage, past_damage=True)
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
    gaps = tuple(_gap(path, missing, how.rate_hz) for missing in seen.missing)
    return Recording(path, speakers, duration_s, (*how.notes, *notes), gaps, seen.sound_hash, silent, how, sources)


def _gap(path: Path, missing: Missing, rate_hz: int) -> SoundLost:
    start_s, end_s = round(missing.start / rate_hz, 3), round(missing.end / rate_hz, 3)
    if missing.rest:
        why = (
            f"{text_of(path)} is truncated after {start_s:.1f} s. That much was used; copy the file again for the rest."
        )
    else:
        why = f"The file holds no sound that can be read between {start_s:.3f} and {end_s:.3f} s."
    return SoundLost(None, start_s, end_s, why)


@dataclass(frozen=True, slots=True)
class _Seen:
    frames: int
    peaks: tuple[float, ...]
    """Peak of each channel."""
    same: bool
    """Whether both channels hold the same sound."""
    bad: int
    """NaN or infinite samples."""
    missing: tuple[Missing, ...]
    sound_hash: str


def _look_through(path: Path, how: Encoding, longest_h: float, looked_through: Callable[[float], None]) -> _Seen:
    size = how.storage.size(path)
    frames = bad = 0
    missing: list[Missing] = []
    peaks = np.zeros(how.channels)
    likeness, sound_hash = Likeness(how.rate_hz), SoundHash(how.rate_hz, how.channels)
    for piece in pieces(path, how):
        if isinstance(piece, Missing):
            missing.append(piece)
            continue
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
            likeness.feed(*clean)
    return _Seen(frames, tuple(map(float, peaks)), likeness.same, bad, tuple(missing), sound_hash.hex())


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
    if seen.same:
        notes.append(f"Both channels are the same: {ONE_SPEAKER}")
        return ("agent",), (seen.peaks.index(max(seen.peaks)),), tuple(notes)  # an inverted one would undo the other
    if agent == "mono":
        return ("agent",), (None,), tuple(notes)
    notes += [
        f"The {side} channel is silent."
        for side, peak in zip(("left", "right"), seen.peaks, strict=True)
        if peak < SILENCE
    ]
    left = 0 if agent == "left" else 1
    return ("agent", "customer"), (left, 1 - left), tuple(notes)


def with_gaps(blocks: Iterable[AudioBlock], gaps: Iterable[SoundLost]) -> Iterator[AudioBlock | SoundLost]:
    """Tell each gap as soon as all speakers' sound up to its end has been given, wherever the sound is cut.

    Args:
        blocks: of the speakers in turn, each stretch as one block of each.
        gaps: in order.
    """
    waiting = deque(gaps)
    for _, stretch in groupby(blocks, lambda block: block.start):
        sides = list(stretch)
        while waiting and (end := round(waiting[0].end_s * SAMPLE_RATE_HZ)) <= sides[0].end:
            yield from (AudioBlock(side.speaker, side.start, side.samples[: end - side.start]) for side in sides)
            yield waiting.popleft()
            sides = [AudioBlock(side.speaker, end, side.samples[end - side.start :]) for side in sides]
        yield from (side for side in sides if len(side.samples))
    yield from waiting

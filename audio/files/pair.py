"""Two files of one call, one speaker each, as the blocks of a recording with two speakers."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.files.encoding import SoundError
from audio.files.headerless import RawFormat
from audio.files.names import text_of
from audio.files.recording import LONGEST_H, ONE_SPEAKER, Recording, open_recording, with_gaps
from audio.files.sound_hash import of_both
from audio.files.storage import PLAIN, Storage
from audio.values import SoundLost

SAME_LENGTH_S = 0.5
"""Files that differ by less are of the same length: recorders stop the two sides one after the other."""
SPEAKERS: tuple[Speaker, ...] = ("agent", "customer")


@dataclass(frozen=True, slots=True)
class PairedRecording:
    """Two files that have been scanned and can be read together block by block; see `Recording` for the fields."""

    path: Path
    """Of the agent's file."""
    speakers: tuple[Speaker, ...]
    duration_s: float
    notes: tuple[str, ...]
    gaps: tuple[SoundLost, ...]
    sound_hash: str
    _files: tuple[Recording, Recording]
    _late: tuple[int, int]
    """Samples of silence before each file."""

    def sound(self, piece_s: float = 1.0) -> Iterator[AudioBlock | SoundLost]:
        """Read it as `blocks` does, with each gap told where it ends."""
        return with_gaps(self.blocks(piece_s), self.gaps)

    def blocks(self, piece_s: float = 1.0) -> Iterator[AudioBlock]:
        """Read both files as blocks at 16 kHz, the speakers alternating; where one has ended there is silence.

        Args:
            piece_s: length of a block in seconds.
        """
        total, count = round(self.duration_s * SAMPLE_RATE_HZ), max(1, round(piece_s * SAMPLE_RATE_HZ))
        sides = [
            _in_pieces(file.blocks(piece_s), late, count, total)
            for file, late in zip(self._files, self._late, strict=True)
        ]
        starts = range(0, total, count)
        for start, agent, customer in zip(starts, *sides, strict=True):
            yield AudioBlock("agent", start, agent)
            yield AudioBlock("customer", start, customer)


def open_pair(  # noqa: PLR0913 - what `open_recording` takes, for two files
    agent: Path,
    customer: Path,
    customer_late_s: float = 0.0,
    *,
    longest_h: float = LONGEST_H,
    looked_through: Callable[[float], None] = lambda _: None,
    storage: Storage = PLAIN,
    raw: RawFormat | None = None,
) -> PairedRecording:
    """Scan two files that are one call.

    Args:
        agent: the agent's file; of several channels, the mix is taken.
        customer: the customer's file.
        customer_late_s: how long after the agent's file the customer's starts, in seconds; negative if before.
        longest_h: as for `open_recording`.
        looked_through: as for `open_recording`, for one file after the other.
        storage: as for `open_recording`.
        raw: as for `open_recording`, for both files.

    Raises:
        SoundError: one of them cannot be used, both are silent, or one starts only when the other has ended.
    """
    files = tuple(
        open_recording(
            path,
            "mono",
            longest_h=longest_h,
            looked_through=looked_through,
            storage=storage,
            may_be_silent=True,
            raw=raw,
        )
        for path in (agent, customer)
    )
    first, second = files
    if first.silent and second.silent:
        raise SoundError(f"{agent} and {customer} are both silent. Check which devices or channels were recorded.")
    late_s = max(0.0, -customer_late_s), max(0.0, customer_late_s)
    if late_s[0] >= second.duration_s or late_s[1] >= first.duration_s:
        raise SoundError(
            f"{agent} and {customer} start {abs(customer_late_s):.1f} s apart and do not overlap. Check the times of "
            "both, or analyze each by itself."
        )
    ends_s = [wait_s + file.duration_s for wait_s, file in zip(late_s, files, strict=True)]
    notes = [f"Two files, one call: the agent is {text_of(agent.name)}, the customer {text_of(customer.name)}."]
    if customer_late_s:
        later = customer if customer_late_s > 0 else agent
        notes.append(f"{text_of(later.name)} starts {abs(customer_late_s):.1f} s later; silence fills that time.")
    if abs(ends_s[0] - ends_s[1]) > SAME_LENGTH_S:
        shorter = files[ends_s.index(min(ends_s))].path
        notes.append(
            f"{text_of(shorter.name)} ends {abs(ends_s[0] - ends_s[1]):.1f} s earlier; silence fills that time."
        )
    notes += [note for file in files for note in file.notes if ONE_SPEAKER not in note]
    notes += [f"The {speaker}'s file is silent." for speaker, file in zip(SPEAKERS, files, strict=True) if file.silent]
    gaps = [
        replace(gap, speaker=speaker, start_s=round(gap.start_s + wait_s, 3), end_s=round(gap.end_s + wait_s, 3))
        for speaker, file, wait_s in zip(SPEAKERS, files, late_s, strict=True)
        for gap in file.gaps
    ]
    return PairedRecording(
        agent,
        SPEAKERS,
        max(ends_s),
        tuple(notes),
        tuple(sorted(gaps, key=lambda gap: gap.end_s)),
        of_both(first.sound_hash, second.sound_hash),
        (first, second),
        (round(late_s[0] * SAMPLE_RATE_HZ), round(late_s[1] * SAMPLE_RATE_HZ)),
    )


def _in_pieces(blocks: Iterator[AudioBlock], late: int, count: int, total: int) -> Iterator[Samples]:
    """Cut a file's sound, after `late` samples of silence, into pieces of `count` samples up to `total` of them."""
    waiting = np.zeros(late, np.float32)
    for start in range(0, total, count):
        size = min(count, total - start)
        with suppress(StopIteration):
            while len(waiting) < size:
                waiting = np.concatenate([waiting, next(blocks).samples])
        piece, waiting = waiting[:size], waiting[size:]
        yield np.pad(piece, (0, size - len(piece)))

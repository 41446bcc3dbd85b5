"""The spool of a call: keeps what waits to be written in memory that outlives the program, so a kill loses nothing."""

import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec
import numpy as np

from audio.block import AudioBlock, Speaker
from audio.files.pcm import to_pcm, to_samples
from monitor.privacy.stretches import Why

SUFFIX = ".held"
COMPACT_FROM = 1_000_000
"""Bytes; a smaller spool is not worth compacting."""
_LENGTH = struct.Struct("<I")
_LONGEST = 2**28


class CallHeader(msgspec.Struct, tag="about", array_like=True, frozen=True):
    """Which call it is; the first record of a spool."""

    folder: str
    speakers: tuple[Speaker, ...]


class Sound(msgspec.Struct, tag="sound", array_like=True, frozen=True):
    """A block, as 16-bit samples."""

    speaker: Speaker
    start: int
    pcm: bytes

    @classmethod
    def of(cls, block: AudioBlock) -> Self:
        """The record of a block."""
        return cls(block.speaker, block.start, to_pcm(block.samples).tobytes())

    @property
    def block(self) -> AudioBlock:
        """The block."""
        return AudioBlock(self.speaker, self.start, to_samples(np.frombuffer(self.pcm, "<i2")))

    @property
    def end(self) -> int:
        """Sample index behind it."""
        return self.start + len(self.pcm) // 2

    def cut(self, at: int) -> tuple[Self, Self]:
        """What is before a sample index, and what is not."""
        place = 2 * (at - self.start)
        return type(self)(self.speaker, self.start, self.pcm[:place]), type(self)(self.speaker, at, self.pcm[place:])


class EventLine(msgspec.Struct, tag="said", array_like=True, frozen=True):
    """An event with words."""

    place: int
    """Among all that was said of the call."""
    line: bytes


class HiddenSound(msgspec.Struct, tag="not kept", array_like=True, frozen=True):
    """A stretch that must not be kept."""

    start_s: float
    end_s: float
    """Infinite for a pause in progress; the next record of a pause with the same start has its end."""
    why: Why


class HiddenWords(msgspec.Struct, tag="hidden", array_like=True, frozen=True):
    """Words that must not be kept."""

    words: tuple[tuple[Speaker, float, float], ...]
    spoken: tuple[str, ...]
    until_s: float


Record = CallHeader | Sound | EventLine | HiddenSound | HiddenWords

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Record).decode


class Spool:
    """The spool of one call.

    Full memory ends the spool: the call continues, and from then on only the program holds what waits.

    Args:
        folder: of the call.
        speakers: in the call.
        where: the folder of all spools; None for no spool at all.
    """

    def __init__(self, folder: Path, speakers: tuple[Speaker, ...], where: Path | None) -> None:
        self._header = CallHeader(str(folder.resolve()), speakers)
        self._path = where / (folder.name + SUFFIX) if where else None
        self._file = -1
        self._size = 0
        if self._path:
            self._write(self._path, [self._header])

    def add(self, record: Record) -> None:
        """Append a record; once this returns, a kill does not lose it."""
        if self._file < 0:
            return
        try:
            self._size += _put(self._file, _packed(record))
        except OSError:
            self.remove()

    def has_grown(self, needed: int) -> bool:
        """Whether most of it is no longer needed.

        Args:
            needed: bytes of what still waits, roughly.
        """
        return self._file >= 0 and self._size > max(2 * needed, COMPACT_FROM)

    def replace(self, records: Iterable[Record]) -> None:
        """Replace everything with these records."""
        if self._path and self._file >= 0:
            half = self._path.with_suffix(".half")
            before = self._file
            self._write(half, [self._header, *records])
            os.close(before)
            if self._file >= 0:
                half.replace(self._path)

    def remove(self) -> None:
        """Delete the spool."""
        if self._path and self._file >= 0:
            os.close(self._file)
            self._file = -1
            for path in (self._path, self._path.with_suffix(".half")):
                path.unlink(missing_ok=True)

    def _write(self, path: Path, records: Iterable[Record]) -> None:
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            _lock(self._file)
            self._size = _put(self._file, b"".join(map(_packed, records)))
        except OSError:
            self._file = -1
            with suppress(OSError):
                path.unlink(missing_ok=True)


def is_in_use(path: Path) -> bool:
    """Whether a program has the spool open to write to it."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return not _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Lock an open file until it is closed, however that happens; whether nobody else has locked it."""
    import fcntl  # there are spools on Linux alone

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read(path: Path) -> Iterator[Record]:
    """Read a spool up to its end, or up to a torn or damaged record."""
    content = path.read_bytes()
    at = 0
    while at + _LENGTH.size <= len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        record = content[at : at + length]
        if len(record) < length or length > _LONGEST:
            return
        try:
            yield _decode(record)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return
        at += length


def _packed(record: Record) -> bytes:
    packed = _encode(record)
    return _LENGTH.pack(len(packed)) + packed


def _put(file: int, content: bytes) -> int:
    """Write all of it; return the number of bytes."""
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]
    return len(content)

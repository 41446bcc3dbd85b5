"""The spool of a call: what waits to be written, in memory that outlives the program, so that a kill loses nothing."""

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
    """Infinite for a pause that goes on; the next record of a pause with the same start tells."""
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

    A memory that is full ends it: the call goes on, and what waits is in the program alone from then on.

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
        """Append a record; when this returns, a kill does not lose it."""
        if self._file < 0:
            return
        try:
            self._size += _put(self._file, _packed(record))
        except OSError:
            self.remove()

    def has_grown(self, needed: int) -> bool:
        """Whether most of it is not needed any more.

        Args:
            needed: bytes of what still waits, about.
        """
        return self._file >= 0 and self._size > max(2 * needed, COMPACT_FROM)

    def replace(self, records: Iterable[Record]) -> None:
        """Have these records and no others."""
        if self._path and self._file >= 0:
            half = self._path.with_suffix(".half")
            before = self._file
            self._write(half, [self._header, *records])
            os.close(before)
            if self._file >= 0:
                half.replace(self._path)

    def remove(self) -> None:
        """Nothing waits any more."""
        if self._path and self._file >= 0:
            os.close(self._file)
            self._file = -1
            for path in (self._path, self._path.with_suffix(".half")):
                path.unlink(missing_ok=True)

    def _write(self, path: Path, records: Iterable[Record]) -> None:
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            self._size = _put(self._file, b"".join(map(_packed, records)))
        except OSError:
            self._file = -1
            with suppress(OSError):
                path.unlink(missing_ok=True)


def read(path: Path) -> Iterator[Record]:
    """Read a spool as far as it goes; a torn or damaged record ends it."""
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
    """Write all of it; return how much that is."""
    left = memoryview(content)
    while left:
        left = left[os.write(file, left) :]
    return len(content)

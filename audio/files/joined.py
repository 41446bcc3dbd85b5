"""Recordings that were joined byte by byte, one complete file behind the other: where each begins."""

import io
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from audio.files.encoding import Encoding, Missing
from audio.files.storage import Storage

_CHUNKS = {b"RIFF": ("<I", b"WAVE"), b"FORM": (">I", b"AIF")}
"""How WAV and AIFF files begin, the byte order of their length, and the kind that follows it."""
_CHUNK_HEAD = 12
_FLAC = b"fLaC\x00\x00\x00\x22"
"""The name, and the head of the block that is always the first."""
_OGG_LINK = b"OggS\x00\x02"
"""A page on which a stream begins."""
_OGG_HEAD = 28
_VORBIS = b"\x01vorbis"
_VORBIS_HEAD = 16
"""Bytes up to the sample rate: FFmpeg follows links that agree in them."""
_AT_ONCE = 1 << 20
MOST_PARTS = 1_000


def starts(path: Path, storage: Storage) -> list[int]:
    """Where each recording in a file begins that the decoders would not read in one go; [0] for an ordinary file."""
    with storage.read(path) as file:
        begins = file.read(4)
        if begins in _CHUNKS:
            found = list(_chunks(file, *_CHUNKS[begins]))
        elif begins == _FLAC[:4]:
            found = list(_places(file, _FLAC))
        elif begins == _OGG_LINK[:4]:
            found = _ogg_links(file)
        else:
            return [0]
    return found[:MOST_PARTS] if found[:1] == [0] else [0]


def _chunks(file: BinaryIO, order: str, kind: bytes) -> Iterator[int]:
    size = file.seek(0, io.SEEK_END)
    at = 0
    while at + _CHUNK_HEAD <= size:
        file.seek(at)
        head = file.read(_CHUNK_HEAD)
        if head[:4] not in _CHUNKS or not head[8:].startswith(kind):
            return
        yield at
        (length,) = struct.unpack(order, head[4:8])
        at += 8 + length + length % 2


def _places(file: BinaryIO, mark: bytes) -> Iterator[int]:
    """Where the mark stands in a file."""
    file.seek(0)
    at, tail = 0, b""
    while piece := file.read(_AT_ONCE):
        text = tail + piece
        found = text.find(mark)
        while found >= 0:
            yield at - len(tail) + found
            found = text.find(mark, found + 1)
        at += len(piece)
        tail = text[1 - len(mark) :]


def _ogg_links(file: BinaryIO) -> list[int]:
    """Where Vorbis begins with another rate or number of channels than before."""
    found: list[int] = []
    before = b""
    for at in list(_places(file, _OGG_LINK)):
        file.seek(at + _OGG_HEAD)
        head = file.read(_VORBIS_HEAD)
        if head.startswith(_VORBIS) and head != before:
            found.append(at)
            before = head
    return found


def part(storage: Storage, start: int, end: int) -> Storage:
    """A storage in which a file is only its bytes from `start` to `end`."""
    return replace(
        storage,
        read=lambda path: cast("BinaryIO", io.BufferedReader(_Part(storage.read(path), start, end))),
        size=lambda _path: end - start,
    )


def joined_encoding(parts: Sequence[Encoding], storage: Storage) -> Encoding:
    """How a file stores its sound that is several recordings, each of them with a storage of its own."""
    rates = list(dict.fromkeys(part.rate_hz for part in parts))
    changes = f" Its sample rate changes: {', '.join(map(str, rates))} Hz." if len(rates) > 1 else ""
    libraries = [one.library for one in parts]
    return Encoding(
        max(rates),
        max(one.channels for one in parts),
        "libsndfile" if "libsndfile" in libraries else libraries[0],
        cut_short=parts[-1].cut_short,
        notes=(
            f"{len(parts)} recordings are joined in it.{changes}",
            *dict.fromkeys(n for one in parts for n in one.notes),
        ),
        storage=storage,
        parts=tuple(parts),
    )


def joined_pieces(
    whole: Encoding, read: Callable[[Encoding], Iterator[NDArray[np.float32] | Missing]]
) -> Iterator[NDArray[np.float32] | Missing]:
    """All parts of a file one after the other, at one rate and with one number of channels.

    Args:
        whole: how the file stores them.
        read: decodes a part.
    """
    end = 0
    for one in whole.parts:
        begin, last, broken = end, one is whole.parts[-1], False
        resampled = _Resampled(one, whole)
        for piece in read(one):
            if isinstance(piece, Missing):
                start, stop = (begin + round(at * whole.rate_hz / one.rate_hz) for at in (piece.start, piece.end))
                broken = piece.rest and not last
                if not broken:
                    yield Missing(start, stop)
                continue
            out = resampled.feed(piece)
            end += len(out)
            yield out
        out = resampled.flush()
        end += len(out)
        yield out
        if broken:  # nobody knows how much is missing, so that the next part begins a millisecond later
            lost = whole.rate_hz // 1000
            yield Missing(end, end + lost)
            yield np.zeros((lost, whole.channels), np.float32)
            end += lost


class _Resampled:
    """The sound of a part at the rate and with the channels of the whole file."""

    def __init__(self, one: Encoding, whole: Encoding) -> None:
        import soxr  # most recordings have one rate

        self._channels = whole.channels
        self._ratio = whole.rate_hz, one.rate_hz
        self._taken = self._given = 0
        same = one.rate_hz == whole.rate_hz
        self._stream = (
            None if same else soxr.ResampleStream(one.rate_hz, whole.rate_hz, whole.channels, dtype="float32")
        )

    def feed(self, piece: NDArray[np.float32]) -> NDArray[np.float32]:
        if piece.shape[1] != self._channels:
            piece = np.repeat(piece.mean(axis=1, keepdims=True), self._channels, axis=1)
        if self._stream is None:
            return piece
        self._taken += len(piece)
        return self._counted(self._stream.resample_chunk(np.ascontiguousarray(piece)))

    def flush(self) -> NDArray[np.float32]:
        nothing = np.zeros((0, self._channels), np.float32)
        if self._stream is None:
            return nothing
        missing = -(-self._taken * self._ratio[0] // self._ratio[1]) - self._given
        rest = self._stream.resample_chunk(nothing, last=True)[:missing]
        return np.pad(rest, ((0, missing - len(rest)), (0, 0)))

    def _counted(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        sound = sound.reshape(-1, self._channels)
        self._given += len(sound)
        return sound


class _Part(io.RawIOBase):
    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._start, self._size = file, start, end - start
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset
        if at < 0:
            raise ValueError(f"Can't seek to {at}.")
        self._at = at
        return at

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        self._file.seek(self._start + self._at)
        found = self._file.read(max(0, min(len(view), self._size - self._at)))
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

"""The content of a sealed file: read, written and sought like a plain one. See `layout` for what is on the disk."""

import io
import os
import struct
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import IO, Any, cast

from monitor.sealed.cipher import ADDED_BYTES, SALT_BYTES, Key
from monitor.sealed.errors import SealedError
from monitor.sealed.layout import HEAD, LARGEST, MAGIC, RECORD_HEAD_BYTES, RecordHead, is_start, record_head

SECTOR_BYTES = 512
"""Sector of a disk: written wholly or not at all."""
_NUMBER = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    """In the order in which they were written."""
    at: int
    """Place in the file on the disk."""
    head: RecordHead

    @property
    def start(self) -> int:
        return self.head.offset

    @property
    def end(self) -> int:
        return self.head.offset + self.head.length

    @property
    def next_at(self) -> int:
        return self.at + RECORD_HEAD_BYTES + self.head.length + ADDED_BYTES


class SealedFile(io.RawIOBase):
    """The content of a sealed file. Unbuffered: every write is a record, so put a buffer in front.

    Reading and opening raise SealedError if the file is damaged or was sealed with another key; a torn end is missing.
    Writing raises OSError if it fails, and leaves nothing of it in the file.

    Args:
        file: the file on the disk, unbuffered; closed with this one. An empty one gets a head.
        key: of all calls.
        name: of the file, for messages.
    """

    def __init__(self, file: IO[bytes], key: Key, name: str) -> None:
        self._file = file
        self._name = name
        self._at = 0
        self._size = 0
        self._records: list[_Record] = []
        """Those behind each other, which make up the content."""
        self._starts: list[int] = []
        """Where each of them begins."""
        self._changes: dict[tuple[int, int], _Record] = {}
        """Those laid over earlier ones, the latest last, by their place and length."""
        self._opened: tuple[int, bytes] = (-1, b"")
        """The record that was opened last, by its number."""
        self._torn = False
        """Whether something is on the disk behind the last whole record."""
        self._next = 0
        """Number of the next record,"""
        self._next_at = HEAD.size
        """and where it will stand on the disk."""
        self._salt = self._begun(key)
        self._key = key.of_file(self._salt)
        for record in self._scanned():
            self._add(record)

    def readable(self) -> bool:
        """Whether it can be read."""
        return self._file.readable()

    def writable(self) -> bool:
        """Whether it can be written."""
        return self._file.writable()

    def seekable(self) -> bool:
        """It can be sought."""
        return True

    def fileno(self) -> int:
        """File descriptor of the file on the disk, for fsync."""
        return self._file.fileno()

    def tell(self) -> int:
        """Place in the content."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the content."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError(22, "Invalid argument")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever takes bytes
        """Read up to the end of a record."""
        if self._at >= self._size:
            return 0
        record = self._records[bisect_right(self._starts, self._at) - 1]
        content = self._content(record)
        end = min(record.end, self._at + len(buffer))
        buffer[: end - self._at] = content[self._at - record.start : end - record.start]
        for change in self._changes.values():
            first, last = max(self._at, change.start), min(end, change.end)
            if first < last:
                changed = self._content(change)
                buffer[first - self._at : last - self._at] = changed[first - change.start : last - change.start]
        count, self._at = end - self._at, end
        return count

    def write(self, content: Any) -> int:  # noqa: ANN401 - whatever holds bytes
        """Write as much as fits into a record; it replaces what was there, and nothing behind it."""
        if self._at > self._size:
            raise OSError(22, "Invalid argument")
        room = LARGEST if self._at == self._size else min(LARGEST, self._size - self._at)
        part = bytes(memoryview(content)[:room])
        if part:
            self._append(part)
            self._at += len(part)
        return len(part)

    def truncate(self, size: int | None = None) -> int:
        """Cut the content off; it does not grow."""
        end = self._at if size is None else size
        if end < self._size:
            records = list(self._scanned())
            kept = list(takewhile(lambda record: record.end <= end, records))
            start = min([end, *(record.start for record in records[len(kept) :])])
            rest, at = self._between(start, end), self._at
            self._cut(kept)
            self._at = start
            while rest:  # what stood in records that reached further
                rest = rest[self.write(rest) :]
            self._at = at
        return end

    def close(self) -> None:
        """Close it, and the file on the disk."""
        if not self.closed:
            super().close()
            self._file.close()

    def _begun(self, key: Key) -> bytes:
        """Read the head, or write one; return the file's random number."""
        self._file.seek(0)
        head = self._file.read(HEAD.size)
        if len(head) == HEAD.size and head.startswith(MAGIC):
            _, found, salt = HEAD.unpack(head)
            if found != key.id:
                raise SealedError(
                    f"{self._name} was sealed with the key {found.hex()}, but the key in use is {key.name}. "
                    "Restore the key that it was sealed with; nothing can open it without that key."
                )
            return cast("bytes", salt)
        if not is_start(head):
            raise SealedError(f"{self._name} is not a sealed file. Restore it from a backup.")
        salt = os.urandom(SALT_BYTES)
        if self.writable():  # new, or interrupted before anything was in it
            self._file.seek(0)
            self._file.write(HEAD.pack(MAGIC, key.id, salt))
        return salt

    def _scanned(self) -> Iterator[_Record]:
        """All records that are whole."""
        disk_size = self._file.seek(0, os.SEEK_END)
        at, number = HEAD.size, 0
        while at + RECORD_HEAD_BYTES <= disk_size:
            head = record_head(self._from_disk(at, RECORD_HEAD_BYTES))
            if head is None:
                if any(self._from_disk(at, LARGEST)):
                    raise self._damaged(at)
                break
            record = _Record(number, at, head)
            if record.next_at > disk_size or (record.next_at == disk_size and self._never_written(record)):
                break
            yield record
            at, number = record.next_at, number + 1
        self._torn = disk_size > at

    def _never_written(self, record: _Record) -> bool:
        """Whether the power failed after space for the last record was reserved, and before it was written."""
        last_sector = max(record.at, (record.next_at - 1) // SECTOR_BYTES * SECTOR_BYTES)
        return not any(self._from_disk(last_sector, record.next_at - last_sector)) and self._unsealed(record) is None

    def _from_disk(self, at: int, count: int) -> bytes:
        self._file.seek(at)
        return self._file.read(count)

    def _add(self, record: _Record) -> None:
        if record.start == self._size:
            self._records.append(record)
            self._starts.append(record.start)
            self._size = record.end
        elif record.end <= self._size:
            place = record.start, record.end
            self._changes.pop(place, None)
            self._changes[place] = record
        else:
            raise self._damaged(record.at)
        self._next, self._next_at = record.number + 1, record.next_at

    def _append(self, content: bytes) -> None:
        record = _Record(self._next, self._next_at, RecordHead(len(content), self._at))
        sealed = memoryview(record.head.to_bytes() + self._key.seal(content, self._place(record)))
        try:
            if self._torn:
                self._file.truncate(record.at)
            self._torn = True
            self._file.seek(record.at)
            while sealed:
                sealed = sealed[self._file.write(sealed) :]
        except OSError:
            with suppress(OSError):
                self._file.truncate(record.at)
            raise
        self._torn = False
        self._add(record)

    def _cut(self, kept: list[_Record]) -> None:
        """Keep these records, the first on the disk, and nothing behind."""
        self._file.truncate(kept[-1].next_at if kept else HEAD.size)
        self._size, self._next, self._next_at, self._torn = 0, 0, HEAD.size, False
        self._records, self._starts, self._changes, self._opened = [], [], {}, (-1, b"")
        for record in kept:
            self._add(record)

    def _between(self, start: int, end: int) -> bytes:
        at, self._at = self._at, start
        found = bytearray(end - start)
        with memoryview(found) as view:
            while self._at < end:
                self.readinto(view[self._at - start :])
        self._at = at
        return bytes(found)

    def _content(self, record: _Record) -> bytes:
        if self._opened[0] != record.number:
            content = self._unsealed(record)
            if content is None:
                raise self._damaged(record.at)
            self._opened = record.number, content
        return self._opened[1]

    def _unsealed(self, record: _Record) -> bytes | None:
        sealed = self._from_disk(record.at + RECORD_HEAD_BYTES, record.head.length + ADDED_BYTES)
        return self._key.open(sealed, self._place(record))

    def _place(self, record: _Record) -> bytes:
        return self._salt + _NUMBER.pack(record.number) + record.head.to_bytes()

    def _damaged(self, at: int) -> SealedError:
        return SealedError(
            f"{self._name} was damaged or changed after it was sealed (at byte {at}). "
            "It is left as it is. Restore it from a backup."
        )

"""How a sealed file looks on the disk.

A head, then one record for each write, in order. Nothing is ever overwritten: a changed WAV header is a record of its
own that overrides the first. So a killed program or a power failure costs the last record and never an earlier one. A
record is tied to its file, its number and its place in the content. A missing end counts as torn off, as in a plain
file.

    head    MAGIC, id of the key (8 bytes), the file's random number (16)
    record  length of the content (4), its place in the file's content (8), CRC-32 of these two (4),
            nonce (12), content sealed by AES-256-GCM, tag (16)

The file's own key is HKDF-SHA-256 of the key, with the random number for salt and "tone-monitor file" for info; the
additional data of a record are the random number, the record's number from 0 (8 bytes) and its first 16 bytes. The
content of a file that was written from its beginning to its end is that of its records, joined. Numbers are little-
endian. The CRC shows whether a record is torn or its head was damaged.
"""

import struct
import zlib
from dataclasses import dataclass

MAGIC = b"tone-monitor sealed 1\n"
"""The first bytes of a sealed file."""
KEY_FILE = "key.toml"
"""The wrapped key of a call that others can open, too: the one file of a sealed call that is not sealed."""
HEAD = struct.Struct(f"<{len(MAGIC)}s8s16s")
LARGEST = 1 << 16
"""Bytes of content in a record."""

_PLACE = struct.Struct("<IQ")
_CRC = struct.Struct("<I")
RECORD_HEAD_BYTES = _PLACE.size + _CRC.size


@dataclass(frozen=True, slots=True)
class RecordHead:
    """The head of a record."""

    length: int
    """Of its content."""
    offset: int
    """Place of its first byte in the content of the file."""

    def to_bytes(self) -> bytes:
        """Its bytes on the disk."""
        place = _PLACE.pack(self.length, self.offset)
        return place + _CRC.pack(zlib.crc32(place))


def is_start(head: bytes) -> bool:
    """Whether a file that begins like this is sealed, or has only a part of a sealed file's head."""
    return head.startswith(MAGIC) or (len(head) < len(MAGIC) and MAGIC.startswith(head))


def record_head(found: bytes) -> RecordHead | None:
    """Read the head of a record; None if it is not one."""
    place, (crc,) = found[: _PLACE.size], _CRC.unpack(found[_PLACE.size :])
    head = RecordHead(*_PLACE.unpack(place))
    return head if zlib.crc32(place) == crc and 0 < head.length <= LARGEST else None

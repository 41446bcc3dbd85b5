"""Recordings that were made to do harm."""

import struct


def mp4(samples: int) -> bytes:
    """An MP4 file of a few hundred bytes whose tables promise so many samples of sound in one chunk."""
    head = _atom(b"ftyp", b"M4A ", bytes(4), b"M4A ")
    sound_at = len(head) + len(_movie(samples, 0)) + 8
    return head + _movie(samples, sound_at) + _atom(b"mdat", bytes(64))


def wav(rate_hz: int = 16_000, channels: int = 1, data: bytes = bytes(64), promised: int | None = None) -> bytes:
    """A 16-bit WAV file whose header says what the arguments say."""
    form = struct.pack("<HHIIHH", 1, channels, rate_hz, rate_hz * 2 * channels & 0xFFFFFFFF, 2 * channels & 0xFFFF, 16)
    length = len(data) if promised is None else promised
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", length) + data
    return b"RIFF" + struct.pack("<I", min(len(body) - len(data) + length, 0xFFFFFFFF)) + body


def flac(real: bytes, samples: int = 2**36 - 1) -> bytes:
    """A FLAC file whose header promises so many samples."""
    streaminfo = bytearray(real)
    rate_to_count = int.from_bytes(streaminfo[18:26], "big")
    streaminfo[18:26] = (rate_to_count >> 36 << 36 | samples).to_bytes(8, "big")
    return bytes(streaminfo)


def _movie(samples: int, sound_at: int) -> bytes:
    unit = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    entry = _atom(b"alaw", bytes(6), struct.pack(">H8xHHHHI", 1, 1, 16, 0, 0, 8_000 << 16))
    tables = _atom(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        _full(b"stts", struct.pack(">III", 1, samples, 2)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, samples, 1)),
        _full(b"stsz", struct.pack(">II", 1, samples)),
        _full(b"stco", struct.pack(">II", 1, sound_at)),
    )
    here = _atom(b"dinf", _full(b"dref", struct.pack(">I", 1), _atom(b"url ", b"\0\0\0\1")))
    media = _atom(
        b"mdia",
        _full(b"mdhd", struct.pack(">IIIIHH", 0, 0, 8_000, 8_000, 0, 0)),
        _full(b"hdlr", bytes(4), b"soun", bytes(13)),
        _atom(b"minf", _full(b"smhd", bytes(4)), here, tables),
    )
    track = _atom(b"tkhd", struct.pack(">IIIIII16x", 7, 0, 0, 1, 0, 8_000), unit, bytes(8))
    head = _full(b"mvhd", struct.pack(">IIIIIH10x", 0, 0, 8_000, 8_000, 0x10000, 0x100), unit, bytes(24), b"\0\0\0\2")
    return _atom(b"moov", head, _atom(b"trak", track, media))


def _atom(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def _full(name: bytes, *parts: bytes) -> bytes:
    return _atom(name, bytes(4), *parts)

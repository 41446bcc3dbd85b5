"""Recordings without a header, as telephone systems write them: the suffix, or whoever knows it, says their format."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, get_args

from audio.files.storage import Storage

Codec = Literal["ulaw", "alaw", "s16", "s16be", "g722", "gsm", "vox"]

CODECS: tuple[Codec, ...] = get_args(Codec)
SUBTYPES: Mapping[Codec, tuple[str, str]] = {
    "ulaw": ("ULAW", "FILE"),
    "alaw": ("ALAW", "FILE"),
    "s16": ("PCM_16", "LITTLE"),
    "s16be": ("PCM_16", "BIG"),
    "gsm": ("GSM610", "FILE"),
    "vox": ("VOX_ADPCM", "FILE"),
}
"""What libsndfile calls them, and their byte order; FFmpeg reads G.722."""

_ALIASES: Mapping[str, Codec] = {
    "mulaw": "ulaw",
    "ul": "ulaw",
    "pcmu": "ulaw",
    "al": "alaw",
    "pcma": "alaw",
    "s16le": "s16",
    "slin": "s16",
    "sln": "s16",
}
_MONO = frozenset({"g722", "gsm", "vox"})
_TELEPHONE_HZ = 8_000
_G722_HZ = 16_000
_MOST_DIGITS = 6
_BEGINNINGS = (
    b"RIFF",
    b"RF64",
    b"riff",
    b"fLaC",
    b"FORM",
    b".snd",
    b"caff",
    b"NIST",
    b"OggS",
    b"\x1aE\xdf\xa3",
    b"ID3",
    b"#!AM",
)
"""First bytes of files that have a header, whatever their name."""
_MP4_AT, _MP4 = 4, b"ftyp"


@dataclass(frozen=True, slots=True)
class RawFormat:
    """How the bytes of a recording without a header are to be read."""

    codec: Codec
    rate_hz: int = _TELEPHONE_HZ
    channels: int = 1

    def __post_init__(self) -> None:
        """Refuse what no telephone writes.

        Raises:
            ValueError: the codec has one rate or one channel, and another was given.
        """
        if self.codec == "g722" and self.rate_hz != _G722_HZ:
            raise ValueError(f"G.722 has a sample rate of {_G722_HZ} Hz, not {self.rate_hz}.")
        if self.codec in _MONO and self.channels != 1:
            raise ValueError(f"{self.codec} has 1 channel, not {self.channels}.")

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a format as people write it: FORMAT, FORMAT:RATE or FORMAT:RATE:CHANNELS, such as "ulaw:8000".

        Raises:
            ValueError: it can't be read; the message is a full sentence.
        """
        name, *numbers = re.split("[:,]", text.strip().lower())
        codec = _ALIASES.get(name) or next((one for one in CODECS if one == name), None)
        if codec is None:
            raise ValueError(f"{name[:40]!r} is not a format of sound without a header. Choose {', '.join(CODECS)}.")
        if len(numbers) > 2 or not all(  # noqa: PLR2004 - rate and channels
            one.isdecimal() and len(one) <= _MOST_DIGITS and int(one) for one in numbers
        ):
            raise ValueError(f"{text[:40]!r} is not FORMAT:RATE:CHANNELS. Write, for example, {codec}:8000:1.")
        rate_hz = int(numbers[0]) if numbers else _G722_HZ if codec == "g722" else _TELEPHONE_HZ
        return cls(codec, rate_hz, int(numbers[1]) if len(numbers) > 1 else 1)


_SLIN_KHZ = (12, 16, 24, 32, 48, 96, 192)
SUFFIXES: Mapping[str, RawFormat] = {
    **{f".{name}": RawFormat("s16") for name in ("sln", "slin", "sln8")},
    **{f".{name}{khz}": RawFormat("s16", khz * 1000) for name in ("sln", "slin") for khz in _SLIN_KHZ},
    **{f".{name}44": RawFormat("s16", 44_100) for name in ("sln", "slin")},
    **{f".{name}": RawFormat("ulaw") for name in ("ulaw", "ul", "mulaw", "mu", "ulw", "pcmu")},
    **{f".{name}": RawFormat("alaw") for name in ("alaw", "al", "alw", "pcma")},
    ".g722": RawFormat("g722", _G722_HZ),
    ".gsm": RawFormat("gsm"),
    ".vox": RawFormat("vox"),
}
"""Asterisk's suffixes. `.raw` and `.pcm` are missing: programs disagree on what they hold."""


def raw_format(path: Path, storage: Storage, given: RawFormat | None) -> RawFormat | None:
    """How to read a file if it has no header; None if it has one, or if nothing says how.

    Args:
        path: the file.
        storage: how it is opened.
        given: what whoever knows it says; it counts more than the suffix.
    """
    found = given or SUFFIXES.get(path.suffix.lower())
    if found is None:
        return None
    with storage.read(path) as file:
        start = file.read(_MP4_AT + len(_MP4))
    return None if start.startswith(_BEGINNINGS) or start[_MP4_AT:] == _MP4 else found

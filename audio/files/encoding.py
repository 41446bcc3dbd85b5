"""How a file stores its sound, and where some of it is missing."""

from dataclasses import dataclass

from audio.errors import AudioError
from audio.files.headerless import RawFormat
from audio.files.storage import PLAIN, Storage

TWO_MONO = (1, 1)
"""The tracks of a file with one for each speaker."""


class SoundError(AudioError):
    """Sound that cannot be used; the message is a full sentence."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file stores its sound."""

    rate_hz: int
    channels: int
    library: str
    """"libsndfile" or "ffmpeg"."""
    frames: int | None = None
    """How many frames the header promises, where it can be trusted."""
    cut_short: bool = False
    """Whether the header promises more sound than the file holds."""
    notes: tuple[str, ...] = ()
    """Sentences about how it has to be read."""
    tracks: tuple[int, ...] = ()
    """Channels of each sound track in the file."""
    storage: Storage = PLAIN
    """How the file is opened."""
    raw: RawFormat | None = None
    """How its bytes are read if it has no header."""
    parts: "tuple[Encoding, ...]" = ()
    """The recordings that were joined in it, each with a storage that shows it alone."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A stretch of a file that cannot be decoded, counted in frames; silence takes its place."""

    start: int
    end: int
    """The same as `start` where the file breaks off."""

    @property
    def rest(self) -> bool:
        """Whether everything from here on is missing."""
        return self.start == self.end

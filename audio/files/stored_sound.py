"""The recorded sound of a call, in one file or in parts, read on demand."""

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.storage import PLAIN, Caught, Storage

if TYPE_CHECKING:
    import soundfile


class RecordedSound:
    """Reads pieces of recorded sound; a recording in progress may grow meanwhile.

    Args:
        paths: the parts in their order, all at 16 kHz with the same channels. None means a call without sound.
        storage: how the files are opened.
    """

    def __init__(self, paths: Sequence[Path], storage: Storage = PLAIN) -> None:
        self._paths = tuple(paths)
        self._storage = storage
        self._files = ExitStack()
        self._sources: list[Caught] = []
        self._refused: Exception | None = None
        self._open: list[soundfile.SoundFile] | None = None

    @property
    def _parts(self) -> "list[soundfile.SoundFile]":
        if self._open is None:
            import soundfile  # loads a library that looking at a call does without

            self._open = []
            for path in self._paths:
                try:
                    file = self._storage.read(path)
                except OSError:  # such as a part that has just been packed
                    continue
                except Exception as error:  # noqa: BLE001 - from a storage that is not plain; see `error`
                    self._refused = error
                    continue
                with ExitStack() as unless_it_opens, suppress(soundfile.LibsndfileError):
                    # What is not sound, such as a part that broke off inside its header, has nothing to play.
                    self._sources.append(source := Caught(unless_it_opens.enter_context(file)))
                    self._open.append(unless_it_opens.enter_context(soundfile.SoundFile(source)))
                    self._files.push(unless_it_opens.pop_all())
        return self._open

    @property
    def frames(self) -> int:
        """How many samples there are for each channel."""
        return sum(part.frames for part in self._parts)

    @property
    def channels(self) -> int:
        """How many speakers there are; 0 if there is no sound."""
        return self._parts[0].channels if self._parts else 0

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return self.frames / SAMPLE_RATE_HZ

    @property
    def error(self) -> Exception | None:
        """What a file raised, if any did: later reads were incomplete."""
        return next((source.error for source in self._sources if source.error), self._refused)

    def read(self, start: int, count: int) -> Samples:
        """Read a piece.

        Args:
            start: index of the first sample, counted from the start of the call.
            count: how many to read.

        Returns:
            Shape (n, channels); n is smaller than `count` at the end of the sound, and where it cannot be decoded.
        """
        import soundfile

        pieces = [np.zeros((0, self.channels), np.float32)]
        first = 0
        for part in self._parts:
            begin, end = max(start, first), min(start + count, first + part.frames)
            if begin < end:
                try:
                    part.seek(begin - first)
                    pieces.append(part.read(end - begin, dtype="float32", always_2d=True))
                except soundfile.LibsndfileError:
                    break
            first += part.frames
        return np.concatenate(pieces)

    def close(self) -> None:
        """Close the files; the next read opens them again, and so finds sound added since."""
        self._files.close()
        self._sources.clear()
        self._refused = None
        self._open = None


class NoSound:
    """Stands for the sound of a call without a recording, so that its time can pass.

    Args:
        frames: how long the call was, in samples.
    """

    channels = 1

    def __init__(self, frames: int) -> None:
        self.frames = frames

    def read(self, start: int, count: int) -> Samples:
        """Give silence up to the end of the call, shape (n, 1)."""
        return np.zeros((max(min(count, self.frames - start), 0), 1), np.float32)

    def close(self) -> None:
        """Close nothing."""

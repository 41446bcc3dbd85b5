"""Blocks to a recording that survives a kill: 16-bit WAV whose header is correct after every flush."""

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker
from audio.files.growing_file import GrowingFile
from audio.files.pcm import to_pcm
from audio.files.storage import PLAIN, Storage, sound_file

HEADER_BYTES = 44
LONGEST_BYTES = 2**32 - 2**20
"""A WAV header counts bytes in 32 bits; sound beyond that goes to the next part."""


class Recorder:
    """Writes one call as WAV, one channel per speaker; after every `sync` it is complete on the disk.

    Blocks wait in memory until they are written. If a write fails, the files are unchanged, and the next `sync`
    retries.

    Args:
        path: the file to make; parts that follow are numbered `name.2.wav` and so on.
        speakers: the channels in their order.
        storage: how the files are opened.
        before: the parts that an earlier recorder wrote; `path` is the one that follows them.
        start: samples of each channel in those.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(
        self,
        path: Path,
        speakers: Sequence[Speaker],
        storage: Storage = PLAIN,
        *,
        before: Sequence[Path] = (),
        start: int = 0,
    ) -> None:
        self.paths: list[Path] = [*before]
        self._storage = storage
        self._speakers = tuple(speakers)
        self._frame_bytes = 2 * len(self._speakers)
        self._waiting: dict[Speaker, list[Samples]] = {speaker: [] for speaker in speakers}
        self._heard = dict.fromkeys(self._speakers, start)
        self._pcm = bytearray()
        self._file = self._open(path)

    def feed(self, block: AudioBlock, *, muted: bool = False) -> None:
        """Take a block, or silence of its length; it is on the disk after the next `sync`.

        A gap between two blocks of a speaker is recorded as silence of its length.
        """
        if (missing := block.start - self._heard[block.speaker]) > 0:
            self._waiting[block.speaker].append(np.zeros(missing, np.float32))
        self._heard[block.speaker] = block.end
        self._waiting[block.speaker].append(np.zeros_like(block.samples) if muted else block.samples)

    def sync(self) -> None:
        """Make the file on the disk complete up to the sound that all speakers' blocks have reached.

        Raises:
            OSError: not everything was written; the rest waits for the next `sync`.
        """
        ready = min(sum(map(len, blocks)) for blocks in self._waiting.values())
        if ready:
            self._join(ready)
        while self._pcm:
            room = LONGEST_BYTES - (self._file.size - HEADER_BYTES)
            if room < self._frame_bytes:
                full, self._file = self._file, self._open(self._next_part())
                full.close()
                continue
            piece = bytes(self._pcm[: room - room % self._frame_bytes])
            sound_bytes = self._file.size - HEADER_BYTES + len(piece)
            self._file.grow(piece, header(sound_bytes, len(self._speakers)))
            del self._pcm[: len(piece)]

    def close(self) -> None:
        """Write what is waiting, with shorter channels filled with silence, and close the file.

        Raises:
            OSError: the write failed; what was not written is lost.
        """
        longest = max(sum(map(len, blocks)) for blocks in self._waiting.values())
        if longest:
            for speaker in self._speakers:
                missing = longest - sum(map(len, self._waiting[speaker]))
                self._waiting[speaker].append(np.zeros(missing, np.float32))
            self._join(longest)
        try:
            self.sync()
        finally:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _join(self, count: int) -> None:
        """Turn so many samples of every speaker into the bytes of a WAV."""
        frames = np.stack([self._take(speaker, count) for speaker in self._speakers], axis=1)
        self._pcm += to_pcm(frames).tobytes()

    def _take(self, speaker: Speaker, count: int) -> Samples:
        sound = np.concatenate(self._waiting[speaker])
        self._waiting[speaker] = [sound[count:]] if len(sound) > count else []
        return sound[:count]

    def _next_part(self) -> Path:
        first = self.paths[0]
        return first.with_suffix(f".{len(self.paths) + 1}{first.suffix}")

    def _open(self, path: Path) -> GrowingFile:
        file = GrowingFile(self._storage.create(path))
        try:
            file.grow(header(0, len(self._speakers)))
        except OSError:
            file.close()
            path.unlink(missing_ok=True)
            raise
        self.paths.append(path)
        return file


def header(data_bytes: int, channels: int) -> bytes:
    """The 44 bytes in front of 16-bit sound at 16 kHz."""
    frame = 2 * channels
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        36 + data_bytes,
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        SAMPLE_RATE_HZ,
        SAMPLE_RATE_HZ * frame,
        frame,
        16,
        b"data",
        data_bytes,
    )


def to_flac(wavs: Sequence[Path], flac: Path, storage: Storage = PLAIN, most: int | None = None) -> None:
    """Pack finished WAV parts into one FLAC file and remove them; the FLAC appears whole or not at all.

    Without any sound there is no FLAC: a file without samples can't be opened.

    Args:
        wavs: the parts in their order.
        flac: the file to make.
        storage: how the files are opened.
        most: samples of each channel to keep, from the start; None for all.

    Raises:
        OSError: the FLAC cannot be written; the WAV files are unchanged.
    """
    import soundfile  # loads a library that a live call does without until its end

    half = flac.with_suffix(".half")
    kept = 0
    try:
        with storage.read(wavs[0]) as file, sound_file(file) as first:
            channels = first.channels
        half.unlink(missing_ok=True)
        with (
            storage.create(half) as packing,
            sound_file(packing, "w", SAMPLE_RATE_HZ, channels, "PCM_16", format="FLAC") as packed,
        ):
            for wav in wavs:
                with storage.read(wav) as file, sound_file(file) as sound:
                    for piece in sound.blocks(SAMPLE_RATE_HZ * 10, dtype="int16", always_2d=True):
                        wanted = piece if most is None else piece[: most - kept]
                        packed.write(wanted)
                        kept += len(wanted)
        if kept:
            _bring_to_disk(half)
            half.replace(flac)
            _bring_to_disk(flac.parent)
    except soundfile.SoundFileError as error:
        raise OSError(str(error)) from error
    finally:
        half.unlink(missing_ok=True)
    for wav in wavs:
        wav.unlink()


def _bring_to_disk(path: Path) -> None:
    """Flush a file, or the names in a folder, so that they survive a power failure."""
    if path.is_dir() and os.name == "nt":
        return  # Windows keeps names in its own log
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

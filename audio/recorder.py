"""Blocks to a recording that survives a kill: 16-bit WAV whose header is true once a second."""

import os
import struct
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Samples, Speaker

HEADER_BYTES = 44
SYNC_EVERY = SAMPLE_RATE_HZ
"""Samples between two moments at which the file on disk is complete."""
LONGEST_BYTES = 2**32 - 2**20
"""A WAV header counts its bytes in 32 bits; sound beyond goes to the next part."""


class Recorder:
    """Writes one call as WAV, a channel a speaker; every second it is complete on the disk.

    Args:
        path: the file to make; parts that follow are numbered `name.2.wav` and so on.
        speakers: the channels in their order.

    Raises:
        OSError: the disk did not take it.
    """

    def __init__(self, path: Path, speakers: Sequence[Speaker]) -> None:
        self.paths = [path]
        self._speakers = tuple(speakers)
        self._waiting: dict[Speaker, list[Samples]] = {speaker: [] for speaker in speakers}
        self._heard = dict.fromkeys(self._speakers, 0)
        self._unsynced = 0
        self._open(path)

    def feed(self, block: AudioBlock, *, muted: bool = False) -> None:
        """Take a block, or as much silence; it is written when all speakers' sound up to its end is there.

        Sound that is missing between two blocks of a speaker is kept as silence of its length.
        """
        if (missing := block.start - self._heard[block.speaker]) > 0:
            self._waiting[block.speaker].append(np.zeros(missing, np.float32))
        self._heard[block.speaker] = block.end
        self._waiting[block.speaker].append(np.zeros_like(block.samples) if muted else block.samples)
        ready = min(sum(map(len, blocks)) for blocks in self._waiting.values())
        if ready:
            self._write(np.stack([self._take(speaker, ready) for speaker in self._speakers], axis=1))

    def sync(self) -> None:
        """Make the file on the disk complete up to the sound that all speakers' blocks have reached."""
        if self._unsynced:
            self._sync()

    def close(self) -> None:
        """Write what is waiting, the shorter channels filled with silence, and make the header true."""
        longest = max(sum(map(len, blocks)) for blocks in self._waiting.values())
        if longest:
            for speaker in self._speakers:
                missing = longest - sum(map(len, self._waiting[speaker]))
                self._waiting[speaker].append(np.zeros(missing, np.float32))
            self._write(np.stack([self._take(speaker, longest) for speaker in self._speakers], axis=1))
        self._sync()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, speaker: Speaker, count: int) -> Samples:
        sound = np.concatenate(self._waiting[speaker])
        self._waiting[speaker] = [sound[count:]] if len(sound) > count else []
        return sound[:count]

    def _write(self, frames: Samples) -> None:
        pcm = (np.clip(frames, -1.0, 1.0) * 32767).round().astype("<i2").tobytes()
        if self._bytes + len(pcm) > LONGEST_BYTES:
            self._sync()
            self._file.close()
            first = self.paths[0]
            self.paths.append(first.with_suffix(f".{len(self.paths) + 1}{first.suffix}"))
            self._open(self.paths[-1])
        self._file.write(pcm)
        self._bytes += len(pcm)
        self._unsynced += len(frames)
        if self._unsynced >= SYNC_EVERY:
            self._sync()

    def _open(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._file.write(header(0, len(self._speakers)))
        self._file.flush()
        self._bytes = 0

    def _sync(self) -> None:
        self._file.seek(0)
        self._file.write(header(self._bytes, len(self._speakers)))
        self._file.seek(0, os.SEEK_END)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unsynced = 0


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


def to_flac(wavs: Sequence[Path], flac: Path) -> None:
    """Pack finished WAV parts into one FLAC file and remove them; the FLAC appears whole or not at all.

    Raises:
        OSError: the disk did not take it; the WAV files are left as they are.
    """
    import soundfile  # noqa: PLC0415 - loads a library that a live call does without until its end

    half = flac.with_suffix(".half")
    try:
        with soundfile.SoundFile(wavs[0]) as first:
            channels = first.channels
        half.touch(mode=0o600)
        with soundfile.SoundFile(half, "w", SAMPLE_RATE_HZ, channels, "PCM_16", format="FLAC") as packed:
            for wav in wavs:
                for piece in soundfile.blocks(wav, SAMPLE_RATE_HZ * 10, dtype="int16", always_2d=True):
                    packed.write(piece)
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
    """Wait until a file, or the names in a folder, would survive a power cut."""
    if path.is_dir() and os.name == "nt":
        return  # Windows keeps names in its own log
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

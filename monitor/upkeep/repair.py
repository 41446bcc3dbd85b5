"""Repairs calls that broke off. Nothing is lost: a file is removed only when its replacement is verified."""

import dataclasses
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, seconds
from audio.files.growing_file import GrowingFile
from audio.files.recorder import HEADER_BYTES, header
from audio.files.storage import sound_file
from audio.values import ToneSample
from monitor.base.errors import CallFolderError
from monitor.call import files, lock
from monitor.call.events import CallEvent, Ended, Gap, from_lines, to_line
from monitor.call.info import CallInfo, read_info, write_info
from monitor.call.log import LOG, LogReader, NoLogError
from monitor.call.state import state
from monitor.privacy.spool_folder import spool_of

WHY = "The call broke off here and was repaired later; up to a second before may be missing."

_PIECE = 10 * SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A call that was repaired."""

    folder: Path
    duration_s: float
    recorded: bool
    """Whether there is sound."""
    torn_bytes: int
    """Length of an event that was half written, and removed."""


def broke_off(folder: Path, now_s: float) -> bool:
    """Whether a call broke off, or ended without its sound being packed.

    Args:
        folder: of the call.
        now_s: the current time, as file times count it.

    Raises:
        CallFolderError: there is no readable call.toml.
    """
    if read_info(folder).closed:
        return bool(sound_parts(folder)) and not lock.is_held(folder)
    return state(folder, now_s) == "broken off"


def repair(folder: Path) -> Repaired:
    """Repair a call that broke off, up to where it got.

    What the card guard held back is masked and added. The sound is packed from the bytes behind the WAV's header,
    whatever the header says. It is read back and compared, and only then is the WAV removed. Every whole line of the
    events stays; a torn last line is removed. If it is interrupted at any point, it can be repeated.

    Raises:
        CallFolderError: it cannot be read or written; nothing was lost.
    """
    info = read_info(folder)
    try:
        with lock.hold(folder):  # released before the log is replaced, which Windows refuses while it is held
            waited = spool_of(folder)
            added = take_up(waited, folder, info) if waited else ()
            frames = _pack(sound_parts(folder), folder / "audio.flac", len(info.speakers))
        duration_s, torn_bytes = _end_events(folder, seconds(frames), added)
        write_info(folder, dataclasses.replace(info, closed=True, duration_s=duration_s))
        for half in folder.glob("*.half"):  # what the program that was killed had not finished
            half.unlink()
        if waited:
            waited.unlink()
    except lock.HeldError as error:
        raise CallFolderError(f"The call {folder} is open in another program. End it there, then try again.") from error
    except OSError as error:
        raise CallFolderError(
            f"Can't repair the call {folder} ({error.strerror or error}). Nothing was removed. "
            "Free some disk space or change its permissions, then try again."
        ) from error
    return Repaired(folder, duration_s, frames > 0, torn_bytes)


def take_up(waited: Path, folder: Path, info: CallInfo) -> tuple[bytes, ...]:
    """Add the sound that was held back as its own part; return the lines of the log that were held back."""
    from monitor.privacy.recovery import recovered  # loads what hears speech, for very few calls

    log, _ = whole_lines(folder)
    found = recovered(waited, info, log)
    parts = sound_parts(folder)
    if parts and not (folder / "audio.flac").exists():  # else the repair that packed it has added it before
        channels = len(info.speakers)
        frames = sum(frames_of(wav, channels) for wav in parts)
        missing = np.zeros((max(found.start - frames, 0), channels), "<i2")
        pcm = np.concatenate([missing, found.sound[max(frames - found.start, 0) :]]).astype("<i2").tobytes()
        if pcm:
            with files.creating(folder / f"audio.{_number(parts[-1]) + 1}.wav") as file:
                GrowingFile(file).grow(bytes(HEADER_BYTES) + pcm, header(len(pcm), channels))
    return found.lines


def sound_parts(folder: Path) -> list[Path]:
    """The WAV files of a recording in their order: audio.wav, audio.2.wav and so on."""
    return sorted((path for path in folder.iterdir() if _number(path)), key=_number)


def _number(wav: Path) -> int:
    """Which part of a recording it is, counted from 1; 0 for none."""
    match = re.fullmatch(r"audio(?:\.(\d+))?\.wav", wav.name)
    return int(match[1] or 1) if match else 0


def _pack(wavs: Sequence[Path], flac: Path, channels: int) -> int:
    """Pack what the WAV files hold and remove them once the FLAC is proven; return the samples of each channel."""
    import soundfile  # a call without sound does not need it

    frames = sum(frames_of(wav, channels) for wav in wavs)
    try:
        packed = _packed_frames(flac)
        if not packed and frames:
            half = flac.with_suffix(".half")
            half.unlink(missing_ok=True)
            with (
                files.creating(half) as file,
                sound_file(file, "w", SAMPLE_RATE_HZ, channels, "PCM_16", format="FLAC") as packing,
            ):
                for piece in pieces(wavs, channels):
                    packing.write(piece)
            _prove(half, wavs, channels, skip=0)
            half.replace(flac)
        elif frames:  # killed while it removed them; the first ones may already be gone
            _prove(flac, wavs, channels, skip=packed - frames)
    except soundfile.SoundFileError as error:
        raise OSError(str(error)) from error
    for wav in wavs:
        wav.unlink()
    return max(packed, frames)


def _packed_frames(flac: Path) -> int:
    """Samples of each channel in a FLAC; 0 if there is none, or it cannot be read."""
    import soundfile

    try:
        with files.reading(flac) as file, sound_file(file) as packed:
            return int(packed.frames)
    except (FileNotFoundError, soundfile.SoundFileError):
        return 0


def frames_of(wav: Path, channels: int) -> int:
    """How many samples of each channel a WAV file holds, whatever its header says."""
    return max(files.size(wav) - HEADER_BYTES, 0) // (2 * channels)


def pieces(wavs: Sequence[Path], channels: int) -> Iterator[Pcm]:
    """The samples behind the headers, shape (n, channels)."""
    for wav in wavs:
        frames = frames_of(wav, channels)
        with files.reading(wav) as file:
            file.seek(HEADER_BYTES)
            for start in range(0, frames, _PIECE):
                pcm = file.read(min(_PIECE, frames - start) * 2 * channels)
                yield np.frombuffer(pcm, "<i2").reshape(-1, channels).astype(np.int16, copy=False)


def _prove(flac: Path, wavs: Sequence[Path], channels: int, skip: int) -> None:
    """Raise OSError unless the FLAC is on the disk and holds, after `skip` samples, what the WAV files hold."""
    with flac.open("r+b") as on_disk:
        os.fsync(on_disk.fileno())
    with files.reading(flac) as file, sound_file(file) as packed:
        if skip < 0:
            raise OSError("the packed sound is shorter than what was recorded")
        packed.seek(skip)
        for piece in pieces(wavs, channels):
            if not np.array_equal(packed.read(len(piece), "int16", always_2d=True), piece):
                raise OSError("the packed sound is not what was recorded")


def _end_events(folder: Path, sound_s: float, added: Sequence[bytes]) -> tuple[float, int]:
    """Add what was held back to the log, and an end if it has none.

    Returns:
        The length of the call, and the bytes of the torn line.
    """
    lines, torn_bytes = whole_lines(folder)
    heard_s, ended = sound_s, None
    for event in from_lines(lines):
        if isinstance(event, ToneSample):
            heard_s = max(heard_s, event.end_s)
        ended = event if isinstance(event, Ended) else ended
    if ended and not added:
        return max(ended.at_s, heard_s), 0
    at_s = round(heard_s, 3)
    ending: tuple[CallEvent, ...] = () if ended else (Gap(at_s, at_s, "sound", WHY), Ended(at_s, "error"))
    files.write(folder / LOG, b"".join((*(line + b"\n" for line in lines), *added, *map(to_line, ending))))
    return max(ended.at_s, heard_s) if ended else at_s, torn_bytes


def whole_lines(folder: Path) -> tuple[list[bytes], int]:
    """The lines of a log, and the bytes of a torn one at its end, which is left out."""
    reader = LogReader(folder)
    with suppress(NoLogError):
        lines = reader.lines()
        if any(from_lines([reader.torn])):
            lines += reader.rest()
        return lines, len(reader.torn)
    return [], 0

"""Closes calls that broke off. Nothing that was written is lost: it goes only when what replaces it is proven."""

import dataclasses
import os
import re
from collections.abc import Iterator, Sequence
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
from monitor.call.folder import CallInfo, read_info, write_info
from monitor.call.state import state
from monitor.privacy import spool

WHY = "The call was broken off here and closed afterwards; up to a second before may be missing."

_PIECE = 10 * SAMPLE_RATE_HZ

Pcm = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Repaired:
    """A call that was closed."""

    folder: Path
    duration_s: float
    recorded: bool
    """Whether there is sound."""
    torn_bytes: int
    """Of an event that was being written, and is none."""


def broke_off(folder: Path, now_s: float) -> bool:
    """Whether a call broke off, or ended without its sound being packed.

    Args:
        folder: of the call.
        now_s: the time now, as files have it.

    Raises:
        CallFolderError: there is no readable call.toml.
    """
    if read_info(folder).closed:
        return bool(_parts(folder)) and not lock.is_held(folder)
    return state(folder, now_s) == "broken off"


def repair(folder: Path) -> Repaired:
    """Close a call that broke off, as far as it went.

    What waited behind the card guard is masked and added. The sound is packed from the bytes behind the WAV's header,
    whatever that says, read back, compared, and only then the WAV removed. The events keep every line; the last one
    goes if it was torn. Stopped anywhere, it can be repeated.

    Raises:
        CallFolderError: it cannot be read, or the disk does not take it; what there was is still there.
    """
    info = read_info(folder)
    try:
        with lock.hold(folder):  # released before the log is replaced, which Windows refuses while it is held
            waited = spool.of_call(folder)
            added = _take_up(waited, folder, info) if waited else ()
            frames = _pack(_parts(folder), folder / "audio.flac", len(info.speakers))
        duration_s, torn_bytes = _end_events(folder / "events.jsonl", seconds(frames), added)
        write_info(folder, dataclasses.replace(info, closed=True, duration_s=duration_s))
        for half in folder.glob("*.half"):  # what the program that was killed had not finished
            half.unlink()
        if waited:
            waited.unlink()
    except lock.HeldError as error:
        raise CallFolderError(f"The call {folder} is open in another program: end it there, then try again.") from error
    except OSError as error:
        raise CallFolderError(
            f"The call {folder} cannot be repaired ({error.strerror or error}): make room or allow it, "
            "and try again; nothing of it was removed."
        ) from error
    return Repaired(folder, duration_s, frames > 0, torn_bytes)


def _take_up(waited: Path, folder: Path, info: CallInfo) -> tuple[bytes, ...]:
    """Add the sound that waited as a part of its own; return the lines of the log that did."""
    from monitor.privacy.recovery import left  # noqa: PLC0415 - loads what hears speech, for very few calls

    log, _ = _whole_lines(folder / "events.jsonl")
    found = left(waited, info, log)
    parts = _parts(folder)
    if parts and not (folder / "audio.flac").exists():  # else the repair that packed it has added it before
        channels = len(info.speakers)
        frames = sum(_frames(wav, channels) for wav in parts)
        missing = np.zeros((max(found.start - frames, 0), channels), "<i2")
        pcm = np.concatenate([missing, found.sound[max(frames - found.start, 0) :]]).astype("<i2").tobytes()
        if pcm:
            with files.creating(folder / f"audio.{_number(parts[-1]) + 1}.wav") as file:
                GrowingFile(file).grow(bytes(HEADER_BYTES) + pcm, header(len(pcm), channels))
    return found.lines


def _parts(folder: Path) -> list[Path]:
    """The WAV files of a recording in their order: audio.wav, audio.2.wav and so on."""
    return sorted((path for path in folder.iterdir() if _number(path)), key=_number)


def _number(wav: Path) -> int:
    """Which part of a recording it is, counted from 1; 0 for none."""
    match = re.fullmatch(r"audio(?:\.(\d+))?\.wav", wav.name)
    return int(match[1] or 1) if match else 0


def _pack(wavs: Sequence[Path], flac: Path, channels: int) -> int:
    """Pack what the WAV files hold and remove them once the FLAC is proven; return the samples of each channel."""
    import soundfile  # noqa: PLC0415 - a call without sound needs it not

    frames = sum(_frames(wav, channels) for wav in wavs)
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
        elif frames:  # killed while it removed them, the first ones perhaps already
            _prove(flac, wavs, channels, skip=packed - frames)
    except soundfile.SoundFileError as error:
        raise OSError(str(error)) from error
    for wav in wavs:
        wav.unlink()
    return max(packed, frames)


def _packed_frames(flac: Path) -> int:
    """Samples of each channel in a FLAC; 0 if there is none, or none that can be read."""
    import soundfile  # noqa: PLC0415 - same

    try:
        with files.reading(flac) as file, sound_file(file) as packed:
            return int(packed.frames)
    except (FileNotFoundError, soundfile.SoundFileError):
        return 0


def _frames(wav: Path, channels: int) -> int:
    return max(files.size(wav) - HEADER_BYTES, 0) // (2 * channels)


def pieces(wavs: Sequence[Path], channels: int) -> Iterator[Pcm]:
    """The samples behind the headers, shape (n, channels)."""
    for wav in wavs:
        frames = _frames(wav, channels)
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


def _end_events(path: Path, sound_s: float, added: Sequence[bytes]) -> tuple[float, int]:
    """Give the log what waited, and an honest end if it has none.

    Returns:
        The length of the call, and the bytes of the torn line.
    """
    lines, torn_bytes = _whole_lines(path)
    heard_s, ended = sound_s, None
    for event in from_lines(lines):
        if isinstance(event, ToneSample):
            heard_s = max(heard_s, event.end_s)
        ended = event if isinstance(event, Ended) else ended
    if ended and not added:
        return max(ended.at_s, heard_s), 0
    at_s = round(heard_s, 3)
    ending: tuple[CallEvent, ...] = () if ended else (Gap(at_s, at_s, "sound", WHY), Ended(at_s, "error"))
    files.write(path, b"".join((*lines, *added, *map(to_line, ending))))
    return max(ended.at_s, heard_s) if ended else at_s, torn_bytes


def _whole_lines(path: Path) -> tuple[list[bytes], int]:
    """The lines of a log, and the bytes of a torn one at its end, which is left out."""
    log = files.read(path) if path.exists() else b""
    whole, newline, last = log.rpartition(b"\n")
    whole += newline
    if last and any(from_lines([last])):
        whole, last = log + b"\n", b""
    return whole.splitlines(keepends=True), len(last)

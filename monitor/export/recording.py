"""The recording of a call as one file in memory, with masked digits silenced."""

import io
from dataclasses import dataclass

from audio.block import SAMPLE_RATE_HZ
from audio.files.stored_sound import RecordedSound
from monitor.call import files
from monitor.export.errors import ExportError
from monitor.export.source import Source
from monitor.privacy.stretches import silenced

PIECE = 60 * SAMPLE_RATE_HZ
"""Samples that are compressed at a time."""
TYPES = {".flac": "audio/flac", ".wav": "audio/x-wav"}


@dataclass(frozen=True, slots=True)
class Recording:
    """One sound file."""

    name: str
    mediatype: str
    content: bytes


def recording(source: Source) -> Recording | None:
    """Read the recording as it was saved, or compress it again if digits are masked or it has several parts.

    Returns:
        None if there is none.

    Raises:
        ExportError: it cannot be read.
    """
    if not source.sound:
        return None
    first, *others = source.sound
    try:
        if source.silent or others:
            return Recording("audio.flac", TYPES[".flac"], _packed(source))
        return Recording(first.name, TYPES[first.suffix], files.read(first))
    except OSError as error:
        raise ExportError(
            f"Can't read the recording {first}: {error.strerror or error}. Fix it, or use --no-audio."
        ) from error


def _packed(source: Source) -> bytes:
    import soundfile  # most exports need no sound

    recorded, packed = RecordedSound(source.sound, files.STORAGE), io.BytesIO()
    try:
        with soundfile.SoundFile(
            packed, "w", SAMPLE_RATE_HZ, max(1, recorded.channels), subtype="PCM_16", format="FLAC"
        ) as file:
            for start in range(0, recorded.frames, PIECE):
                file.write(silenced(recorded.read(start, PIECE), start, source.silent))
        if recorded.error:
            raise recorded.error
    finally:
        recorded.close()
    return packed.getvalue()

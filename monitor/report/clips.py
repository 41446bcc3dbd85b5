"""The sound of moments, small enough to stand in a page: Opus, agent left and customer right."""

import base64
import io
from collections.abc import Iterable
from pathlib import Path

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.recorded import RecordedSound
from monitor.calls import CallFolderError
from monitor.replay.log import sound_parts
from monitor.report.moments import Moment


def clips(folder: Path, moments: Iterable[Moment]) -> tuple[str, ...]:
    """Cut the moments out of a call's recording.

    Returns:
        For each moment a `data:` address of Ogg Opus; empty where the recording is too short for it.

    Raises:
        CallFolderError: there is no recording.
    """
    recorded = RecordedSound(sound_parts(folder))
    if not recorded.frames:
        raise CallFolderError(f"{folder} holds no sound: leave --clips out.")
    try:
        stretches = [
            (round(moment.start_s * SAMPLE_RATE_HZ), round(moment.end_s * SAMPLE_RATE_HZ)) for moment in moments
        ]
        return tuple(_address(recorded.read(start, end - start)) for start, end in stretches)
    finally:
        recorded.close()


def _address(sound: Samples) -> str:
    import soundfile  # noqa: PLC0415 - only pages with clips need it

    if not len(sound):
        return ""
    packed = io.BytesIO()
    soundfile.write(packed, sound, SAMPLE_RATE_HZ, format="OGG", subtype="OPUS")
    return "data:audio/ogg;base64," + base64.b64encode(packed.getvalue()).decode("ascii")

"""The sound of moments, small enough for a page: Opus, the agent left and the customer right."""

import base64
from collections.abc import Iterable, Sequence
from pathlib import Path

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files.opus import ogg_opus
from audio.files.stored_sound import RecordedSound
from monitor.base.errors import CallFolderError
from monitor.call.files import STORAGE, sound_parts
from monitor.privacy.stretches import HiddenStretch, silenced
from monitor.report.moments import ReportMoment


def clips(folder: Path, moments: Iterable[ReportMoment], silent: Sequence[HiddenStretch] = ()) -> tuple[str, ...]:
    """Cut the moments out of a call's recording.

    Args:
        folder: of the call.
        moments: to cut out.
        silent: what must be silenced.

    Returns:
        For each moment a `data:` address of Ogg Opus; empty where the recording is too short for it.

    Raises:
        CallFolderError: there is no recording.
    """
    recorded = RecordedSound(sound_parts(folder), STORAGE)
    try:
        if not recorded.frames:
            raise recorded.error or CallFolderError(f"{folder} has no sound. Leave out --clips.")
        packed = tuple(_address(_cut(recorded, moment, silent)) for moment in moments)
        if recorded.error:
            raise recorded.error
        return packed
    finally:
        recorded.close()


def _cut(recorded: RecordedSound, moment: ReportMoment, silent: Sequence[HiddenStretch]) -> Samples:
    start, end = (round(at_s * SAMPLE_RATE_HZ) for at_s in (moment.start_s, moment.end_s))
    return silenced(recorded.read(start, end - start), start, silent)


def _address(sound: Samples) -> str:
    if not len(sound):
        return ""
    return "data:audio/ogg;base64," + base64.b64encode(ogg_opus(sound)).decode("ascii")

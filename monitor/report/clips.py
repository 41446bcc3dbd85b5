"""The sound of moments, small enough to stand in a page: Opus, agent left and customer right."""

import base64
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.recorded import RecordedSound
from monitor.calls import CallFolderError
from monitor.export.redaction import silenced
from monitor.replay.log import sound_parts
from monitor.report.moments import Moment


def clips(folder: Path, moments: Iterable[Moment], silent: Sequence[tuple[float, float]] = ()) -> tuple[str, ...]:
    """Cut the moments out of a call's recording.

    Args:
        folder: of the call.
        moments: to cut out.
        silent: start and end in seconds of what must not be heard.

    Returns:
        For each moment a `data:` address of Ogg Opus; empty where the recording is too short for it.

    Raises:
        CallFolderError: there is no recording.
    """
    recorded = RecordedSound(sound_parts(folder))
    if not recorded.frames:
        raise CallFolderError(f"{folder} holds no sound: leave --clips out.")
    try:
        return tuple(_address(_cut(recorded, moment, silent)) for moment in moments)
    finally:
        recorded.close()


def _cut(recorded: RecordedSound, moment: Moment, silent: Sequence[tuple[float, float]]) -> Samples:
    start, end = (round(at_s * SAMPLE_RATE_HZ) for at_s in (moment.start_s, moment.end_s))
    return silenced(recorded.read(start, end - start), moment.start_s, silent)


def _address(sound: Samples) -> str:
    if not len(sound):
        return ""
    return "data:audio/ogg;base64," + base64.b64encode(_packed(sound)).decode("ascii")


def _packed(sound: Samples) -> bytes:
    """The same Ogg Opus for the same sound: libsndfile would number its stream at random."""
    import av  # noqa: PLC0415 - only pages with clips need it

    layout = "stereo" if sound.shape[1] > 1 else "mono"
    samples = (np.clip(sound, -1, 1) * 32767).round().astype(np.int16)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate = SAMPLE_RATE_HZ
    packed = io.BytesIO()
    with av.open(packed, "w", format="ogg", options={"fflags": "+bitexact"}) as file:
        stream = file.add_stream("libopus", SAMPLE_RATE_HZ, layout=layout)
        file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return packed.getvalue()

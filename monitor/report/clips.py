"""The sound of moments, small enough to stand in a page: Opus, agent left and customer right."""

import base64
import io
from collections.abc import Iterable
from pathlib import Path

from monitor.calls import CallFolderError
from monitor.report.moments import Moment

RECORDING = "audio.flac"


def clips(folder: Path, moments: Iterable[Moment]) -> tuple[str, ...]:
    """Cut the moments out of a call's recording.

    Returns:
        For each moment a `data:` address of Ogg Opus.

    Raises:
        CallFolderError: there is no recording, or it cannot be read.
    """
    import soundfile  # noqa: PLC0415 - only pages with clips need it

    path = folder / RECORDING
    if not path.is_file():
        raise CallFolderError(f"{folder} holds no {RECORDING}: leave --clips out, or record the next call.")
    try:
        with soundfile.SoundFile(path) as recording:
            return tuple(_clip(recording, moment) for moment in moments)
    except (OSError, soundfile.LibsndfileError) as error:
        raise CallFolderError(f"{path} cannot be read ({error}): leave --clips out.") from error


def _clip(recording: "soundfile.SoundFile", moment: Moment) -> str:  # type: ignore[name-defined]  # noqa: F821
    import soundfile  # noqa: PLC0415

    recording.seek(min(round(moment.start_s * recording.samplerate), recording.frames))
    samples = recording.read(round((moment.end_s - moment.start_s) * recording.samplerate), dtype="float32")
    written = io.BytesIO()
    soundfile.write(written, samples, recording.samplerate, format="OGG", subtype="OPUS")
    return "data:audio/ogg;base64," + base64.b64encode(written.getvalue()).decode("ascii")

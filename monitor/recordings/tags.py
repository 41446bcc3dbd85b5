"""When a recording was made, by the tags inside its own file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from audio.files import ffmpeg
from monitor.base.start_time import read_started
from monitor.recordings.known import Known

_WHOLE_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CLOCK = re.compile(r"\d\d[^0-9]\d\d[^0-9]\d\d")


def from_tags(path: Path) -> Known:
    """What the tags of a file say: when it was recorded, if they have at least the day.

    They are the time of origin in a broadcast WAV, the creation time of MP4 and M4A, the date of MP3, Ogg and FLAC and
    of the INFO list of a WAV.
    """
    import av  # takes long to load

    with suppress(av.error.FFmpegError, OSError, ValueError, UnicodeError), ffmpeg.opened(path) as container:
        tags = dict(container.metadata)
        for stream in container.streams:
            tags = {**stream.metadata, **tags}
        return from_tag_values({name.casefold(): value for name, value in tags.items()})
    return Known()


def from_tag_values(tags: Mapping[str, str]) -> Known:
    """The same, from tags by their names in lower case, as FFmpeg gives them."""
    date, created = tags.get("date", "").strip(), tags.get("creation_time", "").strip()
    if _CLOCK.fullmatch(created):  # of a broadcast WAV, whose date stands by itself
        created = f"{re.sub('[^0-9]', '-', date)}T{re.sub('[^0-9]', ':', created)}"
    for written in (created, date):
        if _WHOLE_DAY.match(written):
            with suppress(ValueError):  # a recorder without a clock writes 1904, or zeros
                return Known(started=read_started(written))
    return Known()

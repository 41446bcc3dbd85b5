"""Sound that FFmpeg reads: packet by packet, past damaged ones, each placed at the time that the file gives it."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audio.files import ffmpeg
from audio.files.encoding import TWO_MONO, Encoding, Missing
from audio.files.frames import FrameConverter, in_pieces
from audio.files.storage import Storage
from audio.files.timeline import Timeline

PAUSING = frozenset({"opus", "libopus", "amrnb", "amr_nb", "amrwb", "amr_wb"})
"""Codecs whose encoders leave out silence on purpose,"""
LONGEST_PAUSE_S = 0.5
"""but not for longer: a longer gap is missing sound."""
SHORT_S = 0.5
"""A file whose container promises this much more than it holds breaks off."""
PROMISING = ("matroska", "mov", "flac")
"""Containers that say how long the sound is; others leave FFmpeg to guess."""
MOST_DAMAGES = 1_000
"""Places of a file that cannot be read; with more, it is given up."""
MOST_CHANNELS = 2
"""PyAV crashes on the frame of a damaged file that claims dozens of channels."""
_NOTHING = np.zeros((0, 1), np.float32)


def encoding(path: Path, storage: Storage) -> Encoding | None:
    """Inspect a file; None if FFmpeg finds no sound in it."""
    import av

    with (
        suppress(av.error.FFmpegError, AttributeError, IndexError, ValueError),
        storage.read(path) as file,
        ffmpeg.opened(path, file) as container,
    ):
        tracks = tuple(stream.channels for stream in container.streams.audio)
        first = container.streams.audio[0]
        if first.rate and first.channels:
            return Encoding(
                first.rate,
                len(tracks) if tracks == TWO_MONO else first.channels,
                "ffmpeg",
                frames=_promised(container, first),
                notes=_notes(tracks),
                tracks=tracks,
                storage=storage,
            )
    return None


def pieces(path: Path, how: Encoding, piece_s: float) -> Iterator[NDArray[np.float32] | Missing]:
    """Decode a file piece by piece; see `decode.pieces`."""
    size = max(1, round(piece_s * how.rate_hz))
    with ExitStack() as stack:
        containers = [
            stack.enter_context(
                ffmpeg.opened(path, stack.enter_context(how.storage.read(path)), how.raw.codec if how.raw else None)
            )
            for _ in range(2 if how.tracks == TWO_MONO else 1)
        ]
        if len(containers) == 1:
            yield from in_pieces(_track(containers[0], 0, how, None), size)
        else:
            begin_s = min(_start_s(stream) for stream in containers[0].streams.audio)
            first, second = (
                in_pieces(_track(container, number, how, begin_s), size) for number, container in enumerate(containers)
            )
            yield from _side_by_side(first, second)


def _notes(tracks: tuple[int, ...]) -> tuple[str, ...]:
    if tracks == TWO_MONO:
        return ("Two tracks: the first counts as the left channel, the second as the right.",)
    if len(tracks) > 1:
        return (f"It has {len(tracks)} sound tracks; only the first was used.",)
    return ()


def _start_s(stream: Any) -> float:  # noqa: ANN401 - PyAV's
    return float(stream.start_time * stream.time_base) if stream.start_time is not None else 0.0


def _promised(container: Any, stream: Any) -> int | None:  # noqa: ANN401 - PyAV's
    """How many frames the track should have, if the container says so."""
    if not container.format.name.startswith(PROMISING) or container.streams.video:
        return None
    if stream.duration is not None:
        return int(float(stream.duration * stream.time_base) * stream.rate)
    return int(container.duration / 1e6 * stream.rate) if container.duration else None


def _track(
    container: Any,  # noqa: ANN401 - PyAV's
    number: int,
    how: Encoding,
    begin_s: float | None,
) -> Iterator[NDArray[np.float32] | Missing]:
    """The sound of a track, with silence and a `Missing` where there is none."""
    timeline = Timeline(how.rate_hz, begin_s)
    pauses = container.streams.audio[number].codec_context.name in PAUSING
    told = round(LONGEST_PAUSE_S * how.rate_hz) if pauses else 1
    converter = FrameConverter(how.rate_hz, 1 if how.tracks == TWO_MONO else how.channels)
    lost = False
    for frame in _frames(container, number):
        if frame is None or not 0 < frame.layout.nb_channels <= MOST_CHANNELS or not frame.sample_rate:
            lost = True
            continue
        time_s = None if frame.pts is None else float(frame.pts * frame.time_base)
        samples, before = converter.feed(frame), timeline.end
        start = timeline.place(time_s, len(samples), exactly=lost)
        if (lost and start > before) or start - before >= told:
            yield Missing(before, start)
        for silent in range(before, start, how.rate_hz):
            yield np.zeros((min(how.rate_hz, start - silent), converter.channels), np.float32)
        lost = False
        yield samples
    rest = converter.flush()
    yield rest
    end = timeline.end + len(rest)
    if lost or (how.frames is not None and end + SHORT_S * how.rate_hz < how.frames):
        yield Missing(end, end)


def _frames(container: Any, track: int) -> Iterator[Any]:  # noqa: ANN401 - PyAV's
    """All frames that can be decoded, and None for each place where one cannot."""
    import av

    for _ in range(MOST_DAMAGES):
        packets = container.demux(container.streams.audio[track])
        while True:
            try:
                with ffmpeg.places_checked():
                    packet = next(packets)
            except (StopIteration, av.error.EOFError):
                return
            except (av.error.FFmpegError, ValueError):
                yield None
                break  # a generator that has failed is at its end, the container is not
            try:
                frames = packet.decode()
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                yield None
            else:
                yield from frames


def _side_by_side(
    first: Iterator[NDArray[np.float32] | Missing], second: Iterator[NDArray[np.float32] | Missing]
) -> Iterator[NDArray[np.float32] | Missing]:
    """Two tracks of one channel as one sound of two; the shorter one is silent at its end."""
    broken = False
    end = 0
    iterators = (first, second)
    while True:
        pair: list[NDArray[np.float32]] = []
        for iterator in iterators:
            item = next(iterator, None)
            while isinstance(item, Missing):
                broken = broken or item.rest
                if not item.rest:
                    yield item
                item = next(iterator, None)
            pair.append(_NOTHING if item is None else item)
        longest = max(len(side) for side in pair)
        if not longest:
            break
        end += longest
        yield np.concatenate([np.pad(side, ((0, longest - len(side)), (0, 0))) for side in pair], axis=1)
    if broken:
        yield Missing(end, end)

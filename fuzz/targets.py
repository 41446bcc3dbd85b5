"""What is fed damaged input: for each reader, good inputs to damage and how it is called."""

import contextlib
import io
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.files import open_recording
from monitor import marks
from monitor.analysis import Call
from monitor.calls import read_events, read_info
from monitor.events import to_line
from monitor.failures import EXPECTED
from monitor.metrics import BY_NAME
from monitor.summary import analysis
from rules.load import LIBRARY, load
from tests.monitor.test_events import EVENTS

BLOCKS = 2_000
"""A recording is read so far; how long a damaged header makes it is no matter here."""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader of outside input."""

    seeds: Callable[[], Sequence[bytes]]
    file: str
    """The name under which it finds its input."""
    run: Callable[[Path], object]
    """Reads the file; may raise what a command tells as a sentence, and nothing else."""
    tokens: tuple[bytes, ...] = ()


def run(target: Target, path: Path) -> None:
    """Have a file read; what is expected to fail may fail."""
    with contextlib.suppress(*EXPECTED):
        target.run(path)


def _sounds() -> list[bytes]:
    """Half a second in every kind of file that is likely to come."""
    tone = 0.3 * np.sin(np.arange(SAMPLE_RATE_HZ // 2) / np.array([[5], [7]])).T.astype(np.float32)
    made = []
    for kind, subtype, rate in (
        ("WAV", "PCM_16", 16_000),
        ("WAV", "ULAW", 8_000),
        ("WAV", "FLOAT", 48_000),
        ("WAVEX", "PCM_24", 44_100),
        ("RF64", "PCM_16", 16_000),
        ("AIFF", "PCM_16", 16_000),
        ("AU", "ALAW", 8_000),
        ("FLAC", "PCM_16", 16_000),
        ("OGG", "VORBIS", 16_000),
        ("OGG", "OPUS", 16_000),
        ("MP3", "MPEG_LAYER_III", 16_000),
    ):
        file = io.BytesIO()
        soundfile.write(file, tone, rate, format=kind, subtype=subtype)
        made.append(file.getvalue())
    return made + [_coded(tone, *codec) for codec in (("mp4", "aac"), ("matroska", "flac"), ("webm", "libopus"))]


def _coded(tone: Samples, container: str, codec: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=48_000, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, 0
        resampler = av.AudioResampler(stream.format, "stereo", 48_000, frame_size=stream.frame_size)
        for even in itertools.chain(resampler.resample(frame), resampler.resample(None)):
            out.mux(stream.encode(even))
        out.mux(stream.encode(None))
    return file.getvalue()


def _hear(path: Path) -> None:
    for block in itertools.islice(open_recording(path).blocks(0.032), BLOCKS):
        assert np.isfinite(block.samples).all()  # noqa: S101 - what everything behind relies on


def _rule_files() -> list[bytes]:
    return [path.read_bytes() for path in sorted(LIBRARY.glob("*.toml"))]


def _sum_up(path: Path) -> None:
    call = Call("a.wav", 10.0, ("agent", "customer"), "default", "abc")
    analysis(call, read_events(path.parent)).to_json()


_INFO = b"""started = 2026-03-01T10:00:00+01:00
source = "a.wav"
speakers = ["agent", "customer"]
model = "default"
rules = "abcdef012345"
version = "0.1.0"
agent = "Sam"
consent = "given"
closed = true
duration_s = 131.5
"""
_TOML = (b"[", b"]", b"=", b'"', b"\n", b"true", b"1e400", b"nan", b"[[", b"\\u0000", b"2026-01-01", b'"""')
_JSON = (b"{", b"}", b"[", b'"', b"\n", b"null", b"1e400", b"-1", b'"event"', b":", b"\\ud800", b"true")

TARGETS: dict[str, Target] = {
    "sound": Target(_sounds, "sound", _hear),
    "rules": Target(
        _rule_files,
        "rules.toml",
        lambda path: load([path], metrics=BY_NAME),
        (*_TOML, b"extends", b"conditions", b"above", b"phrases", b"answer", b"repeat", b"[items.a]"),
    ),
    "events": Target(lambda: [b"".join(map(to_line, EVENTS))], "events.jsonl", _sum_up, _JSON),
    "call": Target(lambda: [_INFO], "call.toml", lambda path: read_info(path.parent), _TOML),
    "marks": Target(
        lambda: [b"".join(to_line(event) for event in EVENTS if type(event).__name__ == "Mark")],
        "marks.jsonl",
        lambda path: marks.read(path.parent),
        _JSON,
    ),
}

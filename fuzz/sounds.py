"""Half a second of two tones in every kind of file that is likely to come."""

import io
import itertools

import av
import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ, Samples

_WRITTEN = (
    ("WAV", "PCM_16", 16_000),
    ("WAV", "ULAW", 8_000),
    ("WAV", "ALAW", 8_000),
    ("WAV", "MS_ADPCM", 8_000),
    ("WAV", "FLOAT", 48_000),
    ("WAV", "DOUBLE", 16_000),
    ("WAV", "PCM_U8", 11_025),
    ("WAVEX", "PCM_24", 44_100),
    ("RF64", "PCM_16", 16_000),
    ("W64", "PCM_16", 16_000),
    ("AIFF", "PCM_16", 16_000),
    ("AIFF", "FLOAT", 32_000),
    ("AU", "ALAW", 8_000),
    ("AU", "PCM_16", 22_050),
    ("CAF", "PCM_16", 16_000),
    ("CAF", "ALAC_16", 44_100),
    ("NIST", "PCM_16", 16_000),
    ("FLAC", "PCM_16", 16_000),
    ("FLAC", "PCM_24", 48_000),
    ("OGG", "VORBIS", 16_000),
    ("OGG", "OPUS", 16_000),
    ("MP3", "MPEG_LAYER_III", 16_000),
)
"""Container, coding and rate of what libsndfile makes."""
_CODED = (
    ("mp4", "aac", 44_100),
    ("ipod", "alac", 44_100),
    ("adts", "aac", 48_000),
    ("mp3", "libmp3lame", 44_100),
    ("matroska", "flac", 48_000),
    ("webm", "libopus", 48_000),
    ("asf", "wmav2", 44_100),
    ("wav", "pcm_mulaw", 8_000),
)
"""Container, coding and rate of what FFmpeg makes."""


def sounds() -> list[bytes]:
    """Make all of them."""
    tone = 0.3 * np.sin(np.arange(SAMPLE_RATE_HZ // 2) / np.array([[5], [7]])).T.astype(np.float32)
    written = [_written(tone, *kind) for kind in _WRITTEN]
    coded = [_coded(tone, *kind) for kind in _CODED]
    return [*written, _written(tone[:, :1], "WAV", "GSM610", 8_000), *coded]


def _written(tone: Samples, container: str, subtype: str, rate_hz: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone, rate_hz, format=container, subtype=subtype)
    return file.getvalue()


def _coded(tone: Samples, container: str, codec: str, rate_hz: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate_hz, layout="stereo")
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(tone.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = rate_hz, 0
        resampler = av.AudioResampler(stream.format, "stereo", rate_hz, frame_size=stream.frame_size)
        for even in itertools.chain(resampler.resample(frame), resampler.resample(None)):
            out.mux(stream.encode(even))
        out.mux(stream.encode(None))
    return file.getvalue()

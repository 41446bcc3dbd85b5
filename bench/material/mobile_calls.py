"""Read speech joined to calls by mobile telephone: codecs of low rate, noise, lost packets.

The speech is that of two corpora of `bench.material.voices`: LibriSpeech's test-clean, and the test speakers of
speechocean762, who are not native. Nothing was tuned on either.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import soundfile
import soxr

from audio.block import SAMPLE_RATE_HZ, Samples
from bench.material.voices import FOLDER

CORPORA = ("librispeech_test_clean", "speechocean762")
SPEAKERS = 6
"""Of each corpus."""
CALL_S = 75
LINE_HZ = 8_000
PACKET = 160
CHANNELS = (
    ("libopencore_amrnb", "amr", 4_750, 0.0, None),
    ("libopencore_amrnb", "amr", 7_950, 0.02, 20),
    ("libopencore_amrnb", "amr", 12_200, 0.03, 15),
    ("libopus", "ogg", 6_000, 0.02, None),
)
"""Codec, container, bits a second, share of packets lost, signal over noise in dB."""
ADULT = 18


def mobile_calls() -> Iterator[tuple[str, Samples]]:
    """What is said in each call, and its sound; nothing where the corpora are missing."""
    for corpus in CORPORA:
        speakers = _speakers(FOLDER / corpus / "list.csv") if (FOLDER / corpus).exists() else []
        for number, rows in enumerate(speakers[:: max(1, len(speakers) // SPEAKERS)][:SPEAKERS]):
            random = np.random.default_rng(number)
            text, sound = _joined(rows, random)
            yield text, _by_telephone(sound, CHANNELS[number % len(CHANNELS)], random)


def _speakers(listing: Path) -> list[list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    with listing.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            grown = not row["emotion"].startswith("age ") or int(row["emotion"].split()[-1]) >= ADULT
            if row["split"] == "test" and grown:
                found.setdefault(row["speaker"], []).append(row)
    return [found[speaker] for speaker in sorted(found)]


def _joined(rows: list[dict[str, str]], random: np.random.Generator) -> tuple[str, Samples]:
    """Sentences of a speaker at one level, with pauses of 0.4 to 1.4 s."""
    texts: list[str] = []
    parts: list[Samples] = []
    for row in rows:
        sound, rate_hz = soundfile.read(FOLDER / row["path"], dtype="float32")
        if rate_hz != SAMPLE_RATE_HZ or sum(map(len, parts)) + len(sound) > CALL_S * SAMPLE_RATE_HZ:
            continue
        pause = 0.0005 * random.standard_normal(int(SAMPLE_RATE_HZ * random.uniform(0.4, 1.4)))
        parts += [sound * (0.06 / np.sqrt(np.mean(sound**2))), pause.astype(np.float32)]
        texts.append(row["text"])
    return " ".join(texts).lower(), np.concatenate(parts).clip(-1, 1)


def _by_telephone(
    sound: Samples, channel: tuple[str, str, int, float, int | None], random: np.random.Generator
) -> Samples:
    codec, container, bits, loss, snr_db = channel
    line = soxr.resample(sound, SAMPLE_RATE_HZ, LINE_HZ)
    if snr_db is not None:
        speech = np.sqrt(np.mean(line[np.abs(line) > 0.01] ** 2))
        line = line + speech * 10 ** (-snr_db / 20) * random.standard_normal(len(line))
    heard = _decoded(_encoded(0.5 * line / np.abs(line).max(), codec, container, bits), container)
    for start in range(0, len(heard), PACKET):
        if random.random() < loss:
            heard[start : start + PACKET] = 0
    return soxr.resample(heard, LINE_HZ, SAMPLE_RATE_HZ).astype(np.float32)


def _encoded(line: Samples, codec: str, container: str, bits: int) -> io.BytesIO:
    written = io.BytesIO()
    with av.open(written, "w", format=container) as file:
        stream = file.add_stream(codec, rate=LINE_HZ, layout="mono")
        stream.bit_rate = bits
        frame = av.AudioFrame.from_ndarray((line * 32_767).astype(np.int16)[None], format="s16", layout="mono")
        frame.sample_rate = LINE_HZ
        size = stream.codec_context.frame_size
        cutter = av.AudioResampler(stream.codec_context.format.name, "mono", LINE_HZ, frame_size=size or None)
        for piece in (*cutter.resample(frame), *cutter.resample(None), None):
            file.mux(stream.encode(piece))
    written.seek(0)
    return written


def _decoded(written: io.BytesIO, container: str) -> Samples:
    with av.open(written, format=container) as file:
        flat = av.AudioResampler("flt", "mono", LINE_HZ)
        pieces = [piece.to_ndarray().ravel() for frame in file.decode(audio=0) for piece in flat.resample(frame)]
    return np.concatenate(pieces).astype(np.float32)

"""Recordings as real recorders and networks write them: of each kind the input that failed, and siblings made here."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from audio.block import AudioBlock
from audio.files.recording import Recording, open_recording
from audio.values import SoundLost
from tests.audio_files import case

RATE_HZ = 16_000
Sound = NDArray[np.float32]


def noise(seconds: float, channels: int = 2, seed: int = 1) -> Sound:
    shape = (round(RATE_HZ * seconds), channels)
    return np.random.default_rng(seed).normal(0, 0.1, shape).astype(np.float32)


def sides(recording: Recording, piece_s: float = 1.0) -> dict[str, Sound]:
    blocks = list(recording.blocks(piece_s))
    return {
        speaker: np.concatenate([block.samples for block in blocks if block.speaker == speaker])
        for speaker in recording.speakers
    }


def gaps(recording: Recording) -> list[tuple[float, float]]:
    return [(gap.start_s, gap.end_s) for gap in recording.gaps]


def encoded(path: Path, codec: str, sound: Sound, late: Callable[[float], float] = lambda time_s: time_s) -> None:
    """Write a file with FFmpeg; `late` moves each packet from its time to another."""
    with av.open(str(path), "w") as container:
        layout = "stereo" if sound.shape[1] == 2 else "mono"
        stream = container.add_stream(codec, rate=48_000, layout=layout)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=48_000, frame_size=960)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout=layout)
        frame.rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
        packets = [packet for even in resampler.resample(frame) for packet in stream.encode(even)]
        for packet in [*packets, *stream.encode(None)]:
            if packet.pts is not None:
                shift = round(
                    (late(float(packet.pts * packet.time_base)) - float(packet.pts * packet.time_base)) * 48_000
                )
                packet.pts += shift
                packet.dts = packet.pts
            container.mux(packet)


@pytest.mark.parametrize(
    ("name", "duration_s", "missing"),
    [
        ("k1-flac-streamed-6s.flac", 6.0, []),
        ("k1-flac-bad-bytes.flac", 11.0, [(6.656, 7.168)]),
        ("k2-wav-pipe-ffffffff.wav", 5.0, []),
        ("k2-wav-msadpcm.wav", 8.096, []),
        ("k3-wav-killed-data0.wav", 5.0, []),
        ("k3-wav-killed-junk4088.wav", 5.0, []),
        ("k4-ogg-chained.opus", 16.0, []),
        ("k4-mkv-two-tracks.mkv", 16.0, []),
        ("k5-opus-gap10.opus", 26.0, [(5.013, 15.014)]),
        ("k5-webm-gap10.webm", 26.0, [(5.013, 15.014)]),
        ("k6-mp3-bad-bytes-middle.mp3", 16.0, [(7.959, 7.995)]),
        ("k6-mp3-two-joined.mp3", 32.151, [(16.023, 16.059)]),
        ("k6-webm-cut-unsaid.webm", 10.934, [(10.934, 10.934)]),
    ],
)
def test_each_input_that_failed_gives_all_of_its_sound_and_names_what_is_missing(
    name: str, duration_s: float, missing: list[tuple[float, float]]
) -> None:
    recording = open_recording(case(name))
    assert recording.speakers == ("agent", "customer")
    assert recording.duration_s == pytest.approx(duration_s, abs=0.001)
    assert gaps(recording) == missing
    short, long = sides(recording, 0.032), sides(recording, 10.0)
    for speaker in recording.speakers:
        assert len(short[speaker]) == pytest.approx(recording.duration_s * RATE_HZ, abs=1)
        assert np.array_equal(short[speaker], long[speaker]), "the sound depends on how it is cut"


@pytest.mark.parametrize("name", ["k7-inverted.flac", "k7-half-level.flac"])
@pytest.mark.parametrize("agent", ["left", "mono"])
def test_the_same_sound_on_both_channels_is_one_speaker_who_is_heard(name: str, agent: str) -> None:
    recording = open_recording(case(name), "mono" if agent == "mono" else "left")
    assert recording.speakers == ("agent",)
    assert "Both channels are the same" in recording.notes[0]
    assert np.abs(sides(recording)["agent"]).max() > 0.1


@pytest.mark.parametrize("size", [0, 0x7FFF_F000, 0xFFFF_FFFF, 0xFFFF_FFF0])
def test_a_wav_file_without_its_length_is_taken_to_its_end(tmp_path: Path, size: int) -> None:
    path = tmp_path / "pipe.wav"
    soundfile.write(path, noise(3), RATE_HZ)
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = struct.pack("<I", size)
    path.write_bytes(content)
    recording = open_recording(path)
    assert (recording.duration_s, recording.broken) == (3.0, None)
    assert bool(recording.notes) == (size == 0)


@pytest.mark.parametrize("form", ["IMA_ADPCM", "GSM610"])
def test_a_wav_file_with_blocks_is_not_said_to_be_truncated(tmp_path: Path, form: str) -> None:
    path = tmp_path / "blocks.wav"
    soundfile.write(path, noise(3, channels=1), 8_000 if form == "GSM610" else RATE_HZ, subtype=form)
    assert open_recording(path).broken is None


def test_wrong_bytes_a_second_are_no_missing_sound(tmp_path: Path) -> None:
    path = tmp_path / "wrong.wav"
    soundfile.write(path, noise(3), RATE_HZ)
    content = bytearray(path.read_bytes())
    content[28:32] = struct.pack("<I", 12_345)
    path.write_bytes(content)
    assert open_recording(path).broken is None


@pytest.mark.parametrize("form", ["WAV", "W64", "RF64", "AIFF", "AU"])
def test_a_file_that_was_cut_says_so_in_each_format_that_knows_its_length(tmp_path: Path, form: str) -> None:
    path = tmp_path / "cut.sound"
    soundfile.write(path, noise(3), RATE_HZ, format=form)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    recording = open_recording(path)
    assert recording.broken is not None
    assert recording.duration_s == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_flac_goes_on_behind_damaged_frames(tmp_path: Path, share: float) -> None:
    path = tmp_path / "damaged.flac"
    sound = noise(8)
    soundfile.write(path, sound, RATE_HZ)
    content = bytearray(path.read_bytes())
    at = round(len(content) * share)
    content[at : at + 64] = bytes(64)
    path.write_bytes(content)
    recording = open_recording(path)
    ((start_s, end_s),) = gaps(recording)
    assert start_s < 8 * share < end_s
    assert end_s - start_s < 1.0
    heard = sides(recording)["agent"]
    before, behind = round(start_s * RATE_HZ), round(end_s * RATE_HZ)
    assert np.abs(heard[:before] - sound[:before, 0]).max() < 1e-4
    assert np.abs(heard[behind:] - sound[behind:, 0]).max() < 1e-4
    assert not heard[before:behind].any()


@pytest.mark.parametrize("suffix", ["webm", "mka", "opus"])
@pytest.mark.parametrize("gap_s", [0.3, 4.0])
def test_packets_that_are_missing_are_silence_and_nothing_is_heard_twice(
    tmp_path: Path, suffix: str, gap_s: float
) -> None:
    path = tmp_path / f"gap.{suffix}"
    encoded(path, "libopus", noise(4), lambda time_s: time_s + gap_s * (time_s > 2))
    recording = open_recording(path)
    assert recording.duration_s == pytest.approx(4 + gap_s, abs=0.05)
    assert len(recording.gaps) == (1 if gap_s > 0.5 else 0), "encoders leave out short silences on purpose"
    for gap in recording.gaps:
        assert (gap.start_s, gap.end_s) == pytest.approx((2.0, 2 + gap_s), abs=0.05)
    heard = sides(recording)["agent"]
    silent = heard[round(2.1 * RATE_HZ) : round((2 + gap_s - 0.05) * RATE_HZ)]
    assert not silent.any()
    assert np.abs(heard[round((2 + gap_s + 0.1) * RATE_HZ) :]).max() > 0.05


@pytest.mark.parametrize(("suffix", "codec"), [("mkv", "libopus"), ("mkv", "flac"), ("mp4", "aac")])
def test_two_tracks_are_two_speakers(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"tracks.{suffix}"
    time_s = np.arange(RATE_HZ * 2) / RATE_HZ
    with av.open(str(path), "w") as container:
        streams = [container.add_stream(codec, rate=48_000, layout="mono") for _ in range(2)]
        for stream, hz in zip(streams, (500, 900), strict=True):
            form = stream.codec_context.format
            resampler = av.AudioResampler(format=form, layout="mono", rate=48_000, frame_size=960)
            tone = (0.3 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
            frame.rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
            for even in resampler.resample(frame):
                container.mux(stream.encode(even))
            container.mux(stream.encode(None))
    recording = open_recording(path)
    assert recording.speakers == ("agent", "customer")
    assert "Two tracks" in recording.notes[0]
    for speaker, hz in (("agent", 500), ("customer", 900)):
        spectrum = np.abs(np.fft.rfft(sides(recording)[speaker][:RATE_HZ]))
        assert abs(int(spectrum.argmax()) - hz) <= 1


def test_three_tracks_are_said(tmp_path: Path) -> None:
    path = tmp_path / "three.mka"
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono") for _ in range(3)]
        for stream in streams:
            frame = av.AudioFrame.from_ndarray(np.full((1, RATE_HZ), 999, np.int16), format="s16", layout="mono")
            frame.rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
    assert open_recording(path).notes[0] == "It has 3 sound tracks; only the first was used."


@pytest.mark.parametrize("suffix", ["ogg", "opus", "mp3"])
def test_joined_files_are_read_to_the_end(tmp_path: Path, suffix: str) -> None:
    part, path = tmp_path / f"part.{suffix}", tmp_path / f"joined.{suffix}"
    codec = {"ogg": "VORBIS", "opus": "OPUS", "mp3": "MPEG_LAYER_III"}[suffix]
    parts = []
    for seed in range(3):
        soundfile.write(part, noise(2, seed=seed), RATE_HZ, format="MP3" if suffix == "mp3" else "OGG", subtype=codec)
        parts.append(part.read_bytes())
    path.write_bytes(b"".join(parts))
    recording = open_recording(path)
    assert recording.duration_s == pytest.approx(6.0, abs=0.4)
    heard = sides(recording)["agent"]
    assert all(np.abs(heard[start : start + RATE_HZ]).max() > 0.1 for start in range(0, 5 * RATE_HZ, RATE_HZ))


@pytest.mark.parametrize(("gain", "late_s"), [(-1.0, 0.0), (0.5, 0.0), (-0.3, 0.005), (1.0, 0.012), (1.0, -0.012)])
def test_a_copy_of_a_channel_is_no_second_speaker(tmp_path: Path, gain: float, late_s: float) -> None:
    path = tmp_path / "copy.wav"
    sound = noise(8)
    sound[:, 1] = np.roll(sound[:, 0], round(late_s * RATE_HZ)) * gain
    soundfile.write(path, sound, RATE_HZ)
    for agent in ("left", "right", "mono"):
        recording = open_recording(path, agent)  # type: ignore[arg-type]
        assert recording.speakers == ("agent",)
        assert np.abs(sides(recording)["agent"]).max() > 0.1


def test_a_speaker_who_is_heard_faintly_on_the_other_channel_is_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "leak.wav"
    sound = noise(8)
    sound[: 4 * RATE_HZ, 0] = sound[4 * RATE_HZ :, 1] = 0
    sound += 0.3 * sound[:, ::-1]
    soundfile.write(path, sound, RATE_HZ)
    assert open_recording(path).speakers == ("agent", "customer")


@pytest.mark.parametrize("piece_s", [0.032, 0.5, 10.0])
def test_a_gap_is_told_behind_the_same_sound_however_it_is_cut(piece_s: float) -> None:
    recording = open_recording(case("k5-webm-gap10.webm"))
    heard = dict.fromkeys(recording.speakers, 0)
    for item in recording.sound(piece_s):
        if isinstance(item, AudioBlock):
            heard[item.speaker] = item.end
        else:
            assert isinstance(item, SoundLost)
            assert heard == dict.fromkeys(recording.speakers, round(15.014 * RATE_HZ))

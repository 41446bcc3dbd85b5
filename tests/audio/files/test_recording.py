from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from audio.block import AudioBlock
from audio.files.encoding import SoundError
from audio.files.recording import open_recording
from tests.audio_files import audio_file


def two_tones(rate_hz: int, seconds: float = 1.0) -> NDArray[np.float32]:
    """Left 500 Hz at −6 dBFS peak, right 900 Hz at −12 dBFS peak; shape (n, 2)."""
    time_s = np.arange(round(rate_hz * seconds)) / rate_hz
    tones = [0.5 * np.sin(2 * np.pi * 500 * time_s), 0.25 * np.sin(2 * np.pi * 900 * time_s)]
    return np.stack(tones, axis=1).astype(np.float32)


def heard(blocks: list[AudioBlock], speaker: str) -> NDArray[np.float32]:
    return np.concatenate([block.samples for block in blocks if block.speaker == speaker])


def loudest_hz(sound: NDArray[np.float32]) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(sound))) * 16_000 / len(sound))


def write_with_ffmpeg(path: Path, codec: str, rate_hz: int, sound: NDArray[np.float32]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout="stereo")
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="stereo", rate=rate_hz, frame_size=960)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout="stereo")
        frame.rate = rate_hz
        frame.pts, frame.time_base = 0, Fraction(1, rate_hz)
        for even in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(even))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000])
def test_any_rate_comes_out_at_16_khz_with_every_sample(tmp_path: Path, rate_hz: int) -> None:
    soundfile.write(tmp_path / "a.wav", two_tones(rate_hz), rate_hz)
    recording = open_recording(tmp_path / "a.wav")
    blocks = list(recording.blocks())
    assert recording.speakers == ("agent", "customer")
    assert recording.duration_s == pytest.approx(1.0, abs=1 / 16_000)
    for speaker, hz, peak in (("agent", 500, 0.5), ("customer", 900, 0.25)):
        sound = heard(blocks, speaker)
        assert len(sound) == round(recording.duration_s * 16_000)
        assert loudest_hz(sound) == pytest.approx(hz, abs=2)
        assert np.abs(sound[1_000:-1_000]).max() == pytest.approx(peak, abs=0.01)


@pytest.mark.parametrize(
    ("suffix", "subtype"),
    [
        ("wav", "PCM_U8"),
        ("wav", "PCM_24"),
        ("wav", "FLOAT"),
        ("wav", "ULAW"),
        ("wav", "ALAW"),
        ("flac", "PCM_16"),
        ("mp3", "MPEG_LAYER_III"),
        ("ogg", "VORBIS"),
        ("ogg", "OPUS"),
    ],
)
def test_what_libsndfile_reads(tmp_path: Path, suffix: str, subtype: str) -> None:
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, two_tones(48_000), 48_000, subtype=subtype)
    blocks = list(open_recording(path).blocks())
    assert loudest_hz(heard(blocks, "agent")) == pytest.approx(500, abs=3)
    assert loudest_hz(heard(blocks, "customer")) == pytest.approx(900, abs=3)


@pytest.mark.parametrize(("suffix", "codec"), [("m4a", "aac"), ("webm", "libopus"), ("mka", "flac")])
def test_what_ffmpeg_reads(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"a.{suffix}"
    write_with_ffmpeg(path, codec, 48_000, two_tones(48_000))
    recording = open_recording(path)
    blocks = list(recording.blocks())
    assert recording.duration_s == pytest.approx(1.0, abs=0.05)
    assert loudest_hz(heard(blocks, "agent")) == pytest.approx(500, abs=3)
    assert loudest_hz(heard(blocks, "customer")) == pytest.approx(900, abs=3)


def test_the_agent_may_be_on_the_right(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", two_tones(16_000), 16_000)
    blocks = list(open_recording(tmp_path / "a.wav", agent="right").blocks())
    assert loudest_hz(heard(blocks, "agent")) == 900


@pytest.mark.parametrize("channels", [1, 2])
def test_one_channel_or_the_same_on_both_is_one_speaker_and_said_so(tmp_path: Path, channels: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.repeat(two_tones(16_000)[:, :1], channels, axis=1), 16_000)
    recording = open_recording(tmp_path / "a.wav")
    assert recording.speakers == ("agent",)
    assert "one speaker" in recording.notes[0]
    assert np.abs(heard(list(recording.blocks()), "agent")).max() == pytest.approx(0.5, abs=0.001)


def test_one_silent_channel_is_said(tmp_path: Path) -> None:
    sound = two_tones(16_000)
    sound[:, 1] = 0
    soundfile.write(tmp_path / "a.wav", sound, 16_000)
    assert open_recording(tmp_path / "a.wav").notes == ("The right channel is silent.",)


def test_a_few_bad_numbers_are_silence_and_said(tmp_path: Path) -> None:
    sound = two_tones(16_000)
    sound[100:110] = np.nan
    sound[200, 0] = np.inf
    soundfile.write(tmp_path / "a.wav", sound, 16_000, subtype="FLOAT")
    recording = open_recording(tmp_path / "a.wav")
    assert recording.notes == ("21 NaN or infinite samples count as silence.",)
    assert np.isfinite(heard(list(recording.blocks()), "agent")).all()


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_a_file_that_breaks_off_is_used_as_far_as_it_goes(tmp_path: Path, kind: str) -> None:
    whole, half = tmp_path / f"whole.{kind}", tmp_path / f"half.{kind}"
    noise = np.random.default_rng(1).normal(0, 0.1, (80_000, 2)).astype(np.float32)
    soundfile.write(whole, noise, 16_000)
    data = whole.read_bytes()
    half.write_bytes(data[: len(data) // 2])
    recording = open_recording(half)
    assert recording.broken is not None
    assert "is truncated after 2." in recording.broken
    assert len(heard(list(recording.blocks()), "agent")) == pytest.approx(recording.duration_s * 16_000)


def bad_files(folder: Path) -> dict[str, Path]:
    tone = two_tones(16_000)[:, :1]
    (folder / "empty.wav").touch()
    (folder / "letter.wav").write_text("Dear customer, this is no sound at all. " * 40)
    soundfile.write(folder / "zero.wav", tone[:0], 16_000)
    soundfile.write(folder / "nan.wav", tone * np.float32("nan"), 16_000, subtype="FLOAT")
    soundfile.write(folder / "seven.wav", np.repeat(tone, 7, axis=1), 16_000)
    soundfile.write(folder / "slow.wav", tone, 4_000)
    soundfile.write(folder / "silent.wav", tone * 0, 16_000)
    return {
        "There is no file": folder / "missing.wav",
        "is a folder": folder,
        "is empty": folder / "empty.wav",
        "Can't find any sound in": folder / "letter.wav",
        "contains no sound": folder / "zero.wav",
        "only NaN": folder / "nan.wav",
        "has 7 channels": folder / "seven.wav",
        "has a sample rate of 4000 Hz": folder / "slow.wav",
        "is silent": folder / "silent.wav",
    }


def test_what_cannot_be_used_is_refused_in_one_sentence_that_names_the_file(tmp_path: Path) -> None:
    for reason, path in bad_files(tmp_path).items():
        with pytest.raises(SoundError, match=reason) as caught:
            open_recording(path)
        message = str(caught.value)
        assert str(path) in message
        assert message.endswith(".")
        assert ". " in message, "what to do is a sentence of its own"


def test_real_calls_of_every_kind_are_read() -> None:
    calls = audio_file("call_center")
    for path in sorted(calls.glob("*.wav")) + sorted(calls.glob("*.mp3")):
        recording = open_recording(path)
        blocks = list(recording.blocks())
        assert recording.broken is None
        for speaker in recording.speakers:
            assert len(heard(blocks, speaker)) == round(recording.duration_s * 16_000)

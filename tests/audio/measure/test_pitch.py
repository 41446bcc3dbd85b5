import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from swift_f0 import SwiftF0

from audio.block import Samples
from audio.measure import pitch
from audio.measure.pitch import PIECE, PitchPiece, PitchTracker
from tests import sounds

CONTOURS = {
    "low": np.full(32_000, 92.0),
    "high": np.full(32_000, 330.0),
    "rising": sounds.glide(110, 220, 2.0),
    "falling": sounds.glide(350, 180, 2.0),
    "vibrato": sounds.vibrato(200, 2.0),
}


def errors(made: NDArray[np.float64], *, telephone: bool, engine: pitch.Engine = "swift") -> tuple[float, float]:
    """Share of gross pitch errors (over 20 % off), and of wrong voicing decisions, in vowels with pauses between."""
    f0 = np.concatenate([np.full(8_000, np.nan), made, np.full(8_000, np.nan)])
    sound = np.concatenate([sounds.silence(0.5), sounds.vowel(made, dbfs=-20), sounds.silence(0.5)])
    sound += sounds.noise(len(sound) / 16_000, -60)
    track = pitch.track(sounds.telephone(sound) if telephone else sound, 16_000, engine)
    truth = f0[::160]
    voiced, heard = ~np.isnan(truth), ~np.isnan(track.hz)
    both = voiced & heard
    gross = np.abs(track.hz[both] / truth[both] - 1) > 0.2
    return float(gross.mean()), float((voiced != heard).mean())


@pytest.mark.parametrize("telephone", [False, True], ids=["wide band", "telephone"])
@pytest.mark.parametrize("name", CONTOURS)
def test_pitch_of_a_made_voice(name: str, *, telephone: bool) -> None:
    gross, voicing = errors(CONTOURS[name], telephone=telephone)
    assert gross <= 0.01
    assert voicing <= 0.06


@pytest.mark.parametrize("name", ["low", "rising", "falling"])
def test_librosa_follows_a_wide_band_voice(name: str) -> None:
    gross, voicing = errors(CONTOURS[name], telephone=False, engine="librosa")
    assert gross <= 0.05
    assert voicing <= 0.12


def test_a_steady_pitch_is_exact() -> None:
    track = pitch.track(sounds.vowel(150.0, 2.0), 16_000)
    assert len(track.hz) == 200
    assert track.start_s[1] == pytest.approx(0.01)
    assert np.nanmedian(track.hz) == pytest.approx(150, rel=0.005)


def test_another_rate_gives_the_same_pitch() -> None:
    times = np.arange(96_000) / 48_000
    sound = sum(np.cos(2 * np.pi * 180 * harmonic * times) / harmonic for harmonic in range(1, 20))
    track = pitch.track((0.1 * np.asarray(sound)).astype(np.float32), 48_000)
    assert np.nanmedian(track.hz) == pytest.approx(180, rel=0.005)


@pytest.mark.parametrize("dbfs", [-35, -50, -60])
def test_a_quiet_microphone_is_heard(dbfs: float) -> None:
    sound = np.concatenate([sounds.vowel(sounds.vibrato(120, 1.0), dbfs=dbfs), sounds.silence(0.2)])
    assert np.mean(np.isnan(pitch.track(sound, 16_000).hz[:100])) < 0.06


def test_silence_and_noise_have_no_pitch() -> None:
    assert np.isnan(pitch.track(sounds.silence(1), 16_000).hz).all()
    assert np.mean(np.isnan(pitch.track(sounds.noise(2, -30), 16_000).hz)) > 0.97


def test_no_sound_gives_no_track() -> None:
    assert len(pitch.track(np.zeros(0, np.float32), 16_000).hz) == 0
    assert len(pitch.track(np.zeros(1, np.float32), 16_000).hz) == 1


def varied() -> Samples:
    parts = [sounds.vowel(sounds.glide(100, 300, 1.0), dbfs=-45), sounds.silence(0.6), sounds.vowel(150, 0.8, -15)]
    return np.concatenate(parts) + sounds.noise(2.4, -65)


def fed(cuts: list[int]) -> list[PitchPiece]:
    spoken = [not 30 <= at < 48 for at in range(75)]
    frames = sounds.speech_frames(varied(), speech=spoken)
    tracker = PitchTracker()
    pieces: list[PitchPiece] = []
    for cut in [*cuts, len(frames)]:
        tracker.look_ahead(frames[:cut])
        pieces += [piece for frame in frames[:cut] for piece in tracker.feed(frame)]
        frames = frames[cut:]
    return [*pieces, *tracker.flush()]


WHOLE = fed([1] * 74)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 30), max_size=10))
def test_looking_ahead_changes_no_bit(cuts: list[int]) -> None:
    pieces = fed(cuts)
    assert [piece.start for piece in pieces] == list(range(0, 75 * 512, PIECE))
    for piece, whole in zip(pieces, WHOLE, strict=True):
        np.testing.assert_array_equal(piece.hz, whole.hz)


def test_pieces_without_speech_are_not_voiced() -> None:
    assert all(np.isnan(piece.hz).all() for piece in WHOLE if 30 * 512 <= piece.start < 47 * 512 - PIECE)


def test_a_piece_is_known_160_ms_after_its_end() -> None:
    tracker = PitchTracker()
    frames = sounds.speech_frames(sounds.vowel(150, 0.5))
    given_at = [at for at, frame in enumerate(frames) for _ in tracker.feed(frame)]
    assert given_at == [12]


def test_swift_measures_what_its_package_measures() -> None:
    sound = np.concatenate(
        [sounds.vowel(120.0, 0.6), sounds.noise(0.2, -72), sounds.silence(0.2), sounds.noise(0.2, -30)]
    )
    sound = sound[: len(sound) // pitch.HOP * pitch.HOP]
    package = SwiftF0(threads=1, spin=False).detect(sound, 16_000, fmin=pitch.LOWEST_HZ, fmax=pitch.HIGHEST_HZ)
    expected = np.where(package.confidence >= pitch.VOICED, package.pitch_hz.round(pitch.ROUNDING), np.nan)
    found = pitch.detector("swift")(sound)
    known = slice(pitch.LEFT_VALUES, -pitch.RIGHT_VALUES)
    assert np.count_nonzero(~np.isnan(found[known])) > 15
    np.testing.assert_allclose(found[known], expected[known], rtol=1e-4)


def test_long_sound_is_measured_in_parts_without_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = sounds.vowel(sounds.glide(110, 220, 2.5))
    whole = [piece.hz for piece in pitch.whole_pieces(sound)]
    monkeypatch.setattr(pitch, "MOST_PIECES", 3)
    parts = [piece.hz for piece in pitch.whole_pieces(sound)]
    assert len(parts) == len(whole) > 3
    np.testing.assert_array_equal(np.concatenate(parts), np.concatenate(whole))

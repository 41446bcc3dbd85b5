import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.pitch import track
from audio.playback.stretch import TimeStretch
from tests.sounds import noise, silence, vowel

SPEEDS = (0.75, 1.0, 1.25, 1.5, 2.0)


def stretched(samples: Samples, speed: float, piece: int = 1_600) -> Samples:
    stretch = TimeStretch(speed)
    out = [ready for at in range(0, len(samples), piece) for ready in stretch.feed(samples[at : at + piece])]
    return np.concatenate([*out, *stretch.flush()])


def middles_s(samples: Samples, every_s: float, count: int) -> list[float]:
    """Where the energy of each of some sounds has its middle."""
    energy = np.square(samples.astype(np.float64))
    times = np.arange(len(samples)) / SAMPLE_RATE_HZ
    parts = [(times >= every_s * number) & (times < every_s * (number + 1)) for number in range(count)]
    return [float(energy[part] @ times[part] / energy[part].sum()) for part in parts]


@pytest.mark.parametrize("speed", SPEEDS)
def test_every_sound_comes_when_its_speed_says_to_within_30_ms(speed: float) -> None:
    bursts = [sound for _ in range(12) for sound in (silence(1.0), vowel(140, 0.6), silence(0.7))]
    expected = [(1.3 + 2.3 * number) / speed for number in range(12)]
    out = stretched(np.concatenate(bursts), speed)
    assert middles_s(out, 2.3 / speed, 12) == pytest.approx(expected, abs=0.030)


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_pitch_stays(speed: float) -> None:
    hz = track(stretched(vowel(180, 4.0), speed), SAMPLE_RATE_HZ).hz
    assert np.nanmedian(hz) == pytest.approx(180, rel=0.01)


@pytest.mark.parametrize("speed", SPEEDS)
def test_it_lasts_as_long_as_its_speed_says(speed: float) -> None:
    assert len(stretched(noise(10), speed)) == pytest.approx(160_000 / speed, abs=1_024)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(SPEEDS), st.lists(st.integers(0, 9_000), max_size=12))
def test_how_the_sound_is_cut_changes_nothing(speed: float, cuts: list[int]) -> None:
    sound = vowel(140, 0.6)
    stretch = TimeStretch(speed)
    pieces = np.split(sound, sorted(min(cut, len(sound)) for cut in cuts))
    out = [ready for piece in pieces for ready in stretch.feed(piece)]
    assert np.concatenate([*out, *stretch.flush()]).tobytes() == stretched(sound, speed).tobytes()


@pytest.mark.parametrize("speed", [0.1, 8.0])
def test_what_is_no_longer_speech_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="Can't play speech at"):
        TimeStretch(speed)

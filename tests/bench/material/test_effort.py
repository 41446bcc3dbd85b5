import numpy as np
import pytest

from audio.measure.level import power_db
from audio.measure.pitch import track
from bench.material import effort
from tests import sounds

VOICE = sounds.syllables(np.arange(0.1, 2.0, 0.25).tolist(), 2.0, 140.0, -34.0)
WAY = effort.Raise(pitch_st=0.4, balance_db=0.55)


def power(sound: np.ndarray) -> float:
    return power_db(float(np.mean(sound.astype(float) ** 2)))


def balance_db(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / 16_000)
    return 10 * float(np.log10(spectrum[(hz > 1000) & (hz < 5000)].sum() / spectrum[(hz > 50) & (hz < 1000)].sum()))


def test_a_raised_voice_is_louder_brighter_and_higher() -> None:
    calm, raised = (effort.with_effort(VOICE, effort_db, WAY) for effort_db in (0.0, 9.0))
    assert power(raised) - power(calm) == pytest.approx(9, abs=1)
    assert 2 < balance_db(raised) - balance_db(calm) < 7  # by the vowel: this one has much just above 1 kHz
    pitches = [float(np.nanmedian(track(sound, 16_000).hz)) for sound in (calm, raised)]
    assert 12 * np.log2(pitches[1] / pitches[0]) == pytest.approx(0.4 * 9, abs=0.3)


def test_a_resynthesis_without_effort_changes_neither_level_nor_balance() -> None:
    calm = effort.with_effort(VOICE, 0.0, WAY)
    assert power(calm) == pytest.approx(power(VOICE), abs=1)
    assert balance_db(calm) == pytest.approx(balance_db(VOICE), abs=1)


@pytest.mark.parametrize("controlled", [effort.gain_controlled, effort.compressed])
def test_gain_control_makes_loud_and_soft_alike(controlled: effort.Line) -> None:
    loud = np.concatenate([VOICE, VOICE, VOICE * np.float32(4)])
    made = controlled(loud)
    third = len(VOICE)
    assert power(made[2 * third :]) - power(made[third : 2 * third]) < 6


def test_what_does_not_fit_is_clipped() -> None:
    assert float(np.abs(effort.gained(VOICE, 40.0)).max()) == 1.0

"""Two engines measure tone: what each gives does not depend on how the sound was cut, and both know the same sounds."""

import numpy as np
import pytest

from audio.block import Samples
from audio.engines import ENGINES, Engine
from audio.measure.engine import tone_engine
from audio.measure.frames import FRAME
from audio.measure.level import mean_square
from audio.measure.nuclei import HOP, WINDOW, power_spectra
from audio.measure.rate import syllable_nuclei
from audio.measure.tone import ToneMeter
from tests import sounds

VOICE = np.concatenate(
    [
        sounds.noise(0.5, -60),
        sounds.syllables(np.arange(0.1, 3.0, 0.2), 3.0, f0_hz=160.0),
        sounds.noise(0.7, -60, seed=1),
        sounds.syllables(np.arange(0.1, 5.0, 0.17), 5.0, f0_hz=190.0, dbfs=-14.0),
    ]
)


def measured(sound: Samples, engine: Engine, ahead: int) -> list[object]:
    meter = ToneMeter(("agent",), engine=tone_engine(engine))
    moments = [(frame,) for frame in sounds.speech_frames(sound)]
    found: list[object] = []
    for at in range(0, len(moments), ahead):
        meter.look_ahead(moments[at : at + ahead])
        for moment in moments[at : at + ahead]:
            found += meter.feed(moment)
    return [*found, *meter.flush()]


@pytest.mark.parametrize("engine", ENGINES)
def test_however_the_sound_is_cut_an_engine_measures_the_same(engine: Engine) -> None:
    one_by_one = measured(VOICE, engine, 1)
    assert measured(VOICE, engine, 1_000) == one_by_one
    assert len(one_by_one) > 90


@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_knows_a_made_voice(engine: Engine) -> None:
    *_, usual = measured(np.concatenate([VOICE] * 3), engine, 1_000)
    assert usual.pitch_hz == pytest.approx(185, rel=0.05)
    assert usual.level_dbfs == pytest.approx(-16, abs=3)
    assert len(syllable_nuclei(VOICE, 16_000, engine)) == pytest.approx(15 + 29, abs=2)


def test_the_volume_of_both_is_the_same() -> None:
    for frame in VOICE[: 100 * FRAME].reshape(-1, FRAME):
        assert tone_engine("librosa").power(frame) == pytest.approx(mean_square(frame), rel=1e-4)
    assert tone_engine("librosa").power(np.zeros(FRAME, np.float32)) == 0


@pytest.mark.parametrize("count", [1, 7, 50])
def test_the_spectra_of_both_are_the_same(count: int) -> None:
    ours, theirs = (make(VOICE, count) for make in (power_spectra, tone_engine("librosa").spectra))
    assert theirs.shape == ours.shape == (count, WINDOW // 2 + 1)
    assert np.abs(theirs - ours).max() < 1e-4 * ours.max()
    longer = tone_engine("librosa").spectra(VOICE[HOP:], 99)
    assert np.array_equal(tone_engine("librosa").spectra(VOICE, 100)[1:], longer), "a window depends on its neighbours"

"""How fast a voice moves at each moment: a small trained network that reads the sound and needs no words."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.frames import FRAME
from audio.measure.nuclei import HOP, WINDOW, Spectra, power_spectra
from audio.values import SpeechFrame

WEIGHTS = "local_rate.npz"
"""Beside this module. docs/local-rate.md is its model card, bench/rate_model makes it."""
MOMENT = 2 * HOP
"""Samples from one moment to the next: 16 ms."""
BAND_EDGES_HZ = (150, 269, 405, 560, 736, 937, 1167, 1428, 1727, 2067, 2454, 2896, 3400)
"""Twelve bands of equal width to the ear, all of them within a phone line's band."""
LEAST_POWER = 1e-10
"""Of a band, −100 dBFS: less is silence."""
SOUNDING_DB = 33.0
"""A moment this far below the loudest recent speech is a pause, a closure or a lost packet, and takes no time."""
FALL_DB = 0.02
"""Per step of speech, by which the loudest recent speech is forgotten: 2.5 dB a second."""
TAPS = 15
"""What the network reads at once: means of two moments each, 0.22 s before to 0.24 s after the one that it judges."""
SPAN = 2 * TAPS
"""Moments in them: two syllables of ordinary speech, as one alone does not show how soon the next one comes."""
BEFORE = SPAN // 2 - 1
UNIT_DB = 20.0
ZERO_DB = -30.0
QUIETEST, LOUDEST = -1.0, 1.5
"""The network reads levels from 50 dB below the loudest recent speech up, in units of 20 dB, 0 at −30 dB."""

FRAMES_AT_ONCE = 4
"""128 ms are measured at a time, which costs a fraction of each frame alone."""

_BINS = np.searchsorted(np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE_HZ), BAND_EDGES_HZ)
_BEFORE = (WINDOW - HOP) // 2

Bands = NDArray[np.float32]
"""What the network reads of each moment, shape (moments, 180)."""


class LocalRate:
    """One speaker's frames in; the local rate at every moment that sounds out, 0.26 to 0.36 s behind the sound.

    The mean over a stretch of speech is its articulation rate, in syllables a second.

    Args:
        spectra: as for `NucleusFinder`: of windows of 20 ms, 8 ms apart, a step each.
    """

    def __init__(self, spectra: Spectra = power_spectra) -> None:
        self._moments = Moments(spectra)
        self._network = network()

    def feed(self, frame: SpeechFrame) -> Sequence[float]:
        """Take the next frame; of each 16 ms that sound, return the rate in syllables a second."""
        bands = self._moments.feed(frame)
        return self._network.rates_sps(bands).tolist() if len(bands) else ()


class Moments:
    """One speaker's frames in; what the network reads of every moment that sounds out.

    What sounds is decided by level: voice activity has tails, and a pause under a quarter of a second vanishes when
    speech is fast, so that time measured by either shrinks less than the speech does.

    Args:
        spectra: as for `NucleusFinder`.
    """

    def __init__(self, spectra: Spectra = power_spectra) -> None:
        self._spectra = spectra
        self._frames: list[SpeechFrame] = []
        self._sound: Samples = np.zeros(_BEFORE, np.float32)
        self._speech: list[bool] = []
        """Of each step whose level is not known yet."""
        self._powers = np.zeros((0, len(BAND_EDGES_HZ) - 1))
        """Of the same steps, and of the one before them."""
        self._loudest_db: float | None = None
        self._skip = 0
        """Steps until the next one that is a moment: every second one is."""
        self._bands = np.zeros((0, len(BAND_EDGES_HZ) - 1), np.float32)
        self._sounding = np.zeros(0, bool)

    def feed(self, frame: SpeechFrame) -> Bands:
        """Take the next frame; there is nothing to read until four have come."""
        self._frames.append(frame)
        if len(self._frames) < FRAMES_AT_ONCE:
            return _NOTHING
        sound = np.concatenate([self._sound, *(one.samples for one in self._frames)])
        self._speech += [one.speech for one in self._frames for _ in range(FRAME // HOP)]
        self._frames.clear()
        count = (len(sound) - WINDOW) // HOP + 1
        power = self._spectra(sound, count) / WINDOW
        powers = np.add.reduceat(power, _BINS, axis=1)[:, :-1] / WINDOW
        self._sound = sound[count * HOP :]
        first = powers[:1] if not len(self._powers) else self._powers
        self._powers = np.concatenate([first, powers])
        self._hear()
        return self._known()

    def _hear(self) -> None:
        """Take the steps that both neighbours are known of."""
        total = self._powers.sum(1)
        levels_db = 10 * np.log10((total[:-2] + total[1:-1] + total[2:]) / 3 + LEAST_POWER)
        speech = np.array(self._speech[: len(levels_db)])
        loudest_db = np.array(list(map(self._loudest, levels_db.tolist(), speech.tolist())))
        bands_db = 10 * np.log10(self._powers[1:-1] + LEAST_POWER) - loudest_db[:, None]
        bands = ((bands_db - ZERO_DB) / UNIT_DB).clip(QUIETEST, LOUDEST).astype(np.float32)[self._skip :: 2]
        sounding = (speech & (levels_db > loudest_db - SOUNDING_DB))[self._skip :: 2]
        if not len(self._bands):
            bands = np.concatenate([np.repeat(bands[:1], BEFORE, axis=0), bands])
            sounding = np.concatenate([np.zeros(BEFORE, bool), sounding])
        self._bands = np.concatenate([self._bands, bands])
        self._sounding = np.concatenate([self._sounding, sounding])
        self._skip = (self._skip + len(levels_db)) % 2
        self._powers = self._powers[-2:]
        del self._speech[: len(levels_db)]

    def _loudest(self, level_db: float, speech: bool) -> float:  # noqa: FBT001 - one of two lists that are read side by side
        if speech:
            self._loudest_db = max(level_db, -np.inf if self._loudest_db is None else self._loudest_db - FALL_DB)
        return level_db if self._loudest_db is None else self._loudest_db

    def _known(self) -> Bands:
        """What is read of the moments whose surroundings have come."""
        count = len(self._bands) - SPAN + 1
        if count < 1:
            return _NOTHING
        means = (self._bands[:-1] + self._bands[1:]) * np.float32(0.5)
        around = np.lib.stride_tricks.sliding_window_view(means, SPAN - 1, axis=0)[:, :, ::2].transpose(0, 2, 1)
        found = around[self._sounding[BEFORE:][:count]].reshape(-1, TAPS * self._bands.shape[1])
        self._bands, self._sounding = self._bands[count:], self._sounding[count:]
        return found


class Network:
    """Two hidden layers, and a rate that is never negative.

    Args:
        layers: weights, shape (values out, values in), and biases of each layer.
    """

    def __init__(self, layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]) -> None:
        self.layers = layers

    def rates_sps(self, bands: Bands) -> NDArray[np.float32]:
        """The rate at each moment, in syllables a second, shape (moments,)."""
        values = bands
        *hidden, (weights, bias) = self.layers
        for inner, inner_bias in hidden:
            values = np.maximum(values @ inner.T + inner_bias, 0)
        return np.asarray(np.logaddexp(0, values @ weights.T + bias)[:, 0], np.float32)


@cache
def network() -> Network:
    """The network that is shipped."""
    with np.load(str(files(__package__) / WEIGHTS)) as kept:
        return Network([(kept[f"weights_{n}"], kept[f"bias_{n}"]) for n in range(len(kept.files) // 2)])


_NOTHING: Bands = np.zeros((0, TAPS * (len(BAND_EDGES_HZ) - 1)), np.float32)

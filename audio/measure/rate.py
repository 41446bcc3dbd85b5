"""Speaking rate: syllables a second of speech, from the sound itself."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.engines import DEFAULT, Engine
from audio.measure.engine import tone_engine
from audio.measure.local_rate import MOMENT, LocalRate
from audio.measure.nuclei import NucleusFinder, Spectra, power_spectra
from audio.measure.pitch import whole_pieces
from audio.values import SpeechFrame

MOMENTS_A_SECOND = SAMPLE_RATE_HZ / MOMENT
WINDOW = round(7 * MOMENTS_A_SECOND)
"""7 s of sounding speech, about 8 s of what voice activity takes for speech."""
LATELY = round(3.5 * MOMENTS_A_SECOND)
"""3.5 s of sounding speech, before which there is no rate."""
IN_STEP = 0.15
"""Share over the usual that is still in step with it: natural speech is often that fast for some seconds."""
MOST_AHEAD_S = 3.0
"""However long somebody hurries, so many seconds are remembered: it must be seen soon that it is over."""


class RateMeter:
    """One speaker's frames in, the articulation rate at any moment, 0.26 to 0.36 s behind the sound.

    Args:
        spectra: as for `NucleusFinder`.
    """

    def __init__(self, spectra: Spectra = power_spectra) -> None:
        self._local = LocalRate(spectra)
        self._rates: deque[float] = deque(maxlen=WINDOW)
        self.ahead_s = 0.0
        """Seconds by which the speaker is ahead of the usual rate and 15 % more, since last in step with it.

        This is a sequential test (E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954): a great change
        is certain soon, a small one after longer, and no window has to fill first.
        """

    def feed(self, frame: SpeechFrame, usual_sps: float | None) -> None:
        """Take the next frame, and the rate that is usual for the speaker, if it is known."""
        for rate_sps in self._local.feed(frame):
            self._rates.append(rate_sps)
            if usual_sps is not None:
                gained_s = (rate_sps / usual_sps - 1 - IN_STEP) / MOMENTS_A_SECOND
                self.ahead_s = min(max(self.ahead_s + gained_s, 0.0), MOST_AHEAD_S)

    def rate_sps(self, moments: int = WINDOW) -> float | None:
        """The rate in syllables a second, or None if there was too little speech.

        Args:
            moments: how much of the latest speech to use.
        """
        if len(self._rates) < LATELY:
            return None
        latest = list(self._rates)[-moments:]
        return sum(latest) / len(latest)


def syllable_nuclei(samples: Samples, rate: int, engine: Engine = DEFAULT) -> NDArray[np.float64]:
    """Find the syllables of a whole sound that is speech.

    Args:
        samples: mono sound, shape (n,).
        rate: samples a second.
        engine: what measures it.

    Returns:
        Time of each syllable's nucleus in seconds, in order, shape (syllables,).
    """
    from audio.files.resample import resample  # soxr is for recordings at other rates

    sound = resample(samples, rate)
    finder = NucleusFinder(tone_engine(engine).spectra)
    found = list(finder.feed(sound, whole_pieces(sound, engine))) if len(sound) else []
    return np.array([*found, *finder.flush()], np.float64) / SAMPLE_RATE_HZ

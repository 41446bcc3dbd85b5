"""Whether a short sound has a sure pitch with overtones, as a voice has and a whistle, a key tone or noise has not."""

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.measure.frames import FRAME

LENGTH = 2 * FRAME
"""Samples that are looked at: 64 ms."""
LAGS = slice(SAMPLE_RATE_HZ // 1000, SAMPLE_RATE_HZ // 80)
"""Periods from 1 ms to 12.5 ms: 1000 Hz, above any shout, to 80 Hz."""
SURE = 0.6
"""Correlation of a sound with itself one period later."""
ONE_LINE = 0.95
"""Share of the energy at one frequency from which it is a whistle or a beep; a vowel has it only at 700 Hz and more."""
LINE_BINS = 6
"""To either side of it, 47 Hz."""

_WINDOW = np.hanning(LENGTH)
_WINDOWS_OWN: NDArray[np.float64] = np.fft.irfft(np.abs(np.fft.rfft(_WINDOW, 2 * LENGTH)) ** 2)[LAGS]
_WINDOWS_OWN /= float(_WINDOW @ _WINDOW)


def sounds_voiced(samples: Samples) -> bool:
    """Whether the sound, shape (1024,) at 16 kHz, repeats itself at the period of a voice and is no mere whistle."""
    power = np.abs(np.fft.rfft(samples * _WINDOW, 2 * LENGTH)) ** 2
    own = np.fft.irfft(power)
    if own[0] <= 0 or np.max(own[LAGS] / own[0] / _WINDOWS_OWN) < SURE:
        return False
    line = int(np.argmax(power))
    return bool(power[max(0, line - LINE_BINS) : line + LINE_BINS + 1].sum() < ONE_LINE * power.sum())

"""Speaking rate: syllables a second of speech, from the sound itself."""

from collections import deque
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from audio.block import SAMPLE_RATE_HZ, Samples, seconds
from audio.engines import DEFAULT, Engine
from audio.measure.engine import tone_engine
from audio.measure.frames import FRAME
from audio.measure.nuclei import NucleusFinder, Spectra, power_spectra
from audio.measure.pitch import PitchPiece, whole_pieces
from audio.values import SpeechFrame

PAUSE_FRAMES = 7
"""0.22 s without speech still belong to it; a longer pause does not."""
WINDOW_FRAMES = 250
"""8 s of the speaker's speech, the shortest window that is stable enough: in ten minutes of calm speech (23 people) it
was once above +12 % of the usual for 2 s, and it showed speech at 1.4 times the speed after 9 s. Windows of 6 s were
above seven times and took 8 s; windows of 15 s were above once and took 12 s."""
LEAST_FRAMES = 125
"""4 s of the speaker's speech, before which there is no rate."""


class RateMeter:
    """One speaker's frames and pitch in, the articulation rate at any moment.

    The rate is that of the last 8 s of the speaker's own speech, pauses over 0.25 s removed, up to where the
    syllables are known: 0.2 to 0.7 s behind the sound.

    Args:
        spectra: as for `NucleusFinder`.
    """

    def __init__(self, spectra: Spectra = power_spectra) -> None:
        self._finder = NucleusFinder(spectra)
        self._sound: list[Samples] = []
        """Sound since pitch last became known; no syllable can be found before it does again."""
        self._nuclei: deque[int] = deque()
        self._spoken: deque[tuple[int, bool]] = deque()
        """Frames whose syllables are not known yet: their start and whether they are speech."""
        self._pause: list[int] = []
        """Syllables of each frame since the last speech."""
        self._counts: deque[int] = deque(maxlen=WINDOW_FRAMES)
        self.speech_frames = 0
        """How many frames of speech have been counted so far."""

    def feed(self, frame: SpeechFrame, pitch: Iterable[PitchPiece]) -> None:
        """Take the next frame, and what has become known of the pitch."""
        self._spoken.append((frame.start, frame.speech))
        self._sound.append(frame.samples)
        known = list(pitch)
        if not known:
            return
        self._nuclei.extend(self._finder.feed(np.concatenate(self._sound), known))
        self._sound.clear()
        while self._spoken and self._spoken[0][0] + FRAME <= self._finder.settled:
            start, speech = self._spoken.popleft()
            self._count(self._syllables(start + FRAME), speech=speech)

    def rate_sps(self, frames: int = WINDOW_FRAMES) -> float | None:
        """The rate in syllables a second, or None if there was less than 4 s of speech.

        Args:
            frames: how much of the latest speech to use.
        """
        if len(self._counts) < LEAST_FRAMES:
            return None
        latest = list(self._counts)[-frames:]
        return sum(latest) / seconds(len(latest) * FRAME)

    def _syllables(self, end: int) -> int:
        count = 0
        while self._nuclei and self._nuclei[0] < end:
            self._nuclei.popleft()
            count += 1
        return count

    def _count(self, syllables: int, *, speech: bool) -> None:
        self._pause.append(syllables)
        if speech:
            if len(self._pause) <= PAUSE_FRAMES + 1:
                self._counts.extend(self._pause)
            else:
                self._counts.append(syllables)
            self._pause.clear()
            self.speech_frames += 1
        del self._pause[: -PAUSE_FRAMES - 1]


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

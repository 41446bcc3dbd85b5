"""The probability of speech in a frame, whatever the effort, by the Silero v6 model inside faster-whisper."""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from audio.block import Samples
from audio.measure.frames import FRAME
from audio.measure.level import mean_square, power_db
from audio.measure.periodicity import sounds_voiced
from audio.measure.silero.network import CONTEXT, network, no_memory

ON = 0.5
"""Probability from which a frame is speech."""
HEARD_DBFS = (-25.0, -50.0)
"""Loud frames are attenuated to each of these levels before the model sees them; the higher probability counts.

Whether the model takes a voice on a phone line for speech depends on its level, and differs between voices: of the loud
frames of phone speech, real and synthetic, it finds 85 % to 97 % at −25 dBFS, 87 % to 98 % at −50 dBFS, and 95 % to
99 % with both. Hold music and noise are rejected at both.
"""
SLOW_DBFS = -15.0
"""The same for the sound played slower: a shout must stay as strong as it is."""
SLOW = 768
"""Samples that become of a frame played slower: 3 for 2. A shout at 450 Hz then lies at 300 Hz, where voices are."""
LOUDEST_AT_FIRST_DBFS = -35.0
LOUDEST_FALLS_DB = 0.06
"""Per frame: 1.9 dB a second, so that a whisper after a shout is heard again soon."""
SHOUT_DB = 12.0
"""So far above the usual level …"""
SHOUT_FALLS_DB = 0.5
"""… it falls by 16 dB a second, so that calm speech is heard again right after a shout."""

FLOOR_RISES_DB = 0.03
"""Per frame: what the line is never below rises by 1 dB a second, far less than a voice does between two breaths."""
LEAST_FLOOR_DBFS = -90.0
QUIET_DB = 6.0
"""A frame less than this above the floor is quiet …"""
QUIET_DBFS = -75.0
"""… and so is one below this level."""
QUIET_FRAMES = 62
"""After 2 s of quiet the model waits: its memory fades in silence, and on a phone line it then misses up to a second of
the next turn. What it does not hear in that time is nothing, and costs nothing."""
STALE_FRAMES = 2 * QUIET_FRAMES
"""A memory without speech for so long before it waits is that of another sound, and may deny the next voice."""

USUAL_FRAMES = 1_800
"""58 s of speech: the memory of the usual level."""
LEAST_USUAL_FRAMES = 62
RAISED_DB = 6.0
"""A frame this far above the usual level may be a shout, which the model knows less well than speech."""
FULL_FRAMES = 2
"""So many raised frames in a row fill what is searched for a pitch: the edge of a beep has overtones as a voice has."""
LOUD_DB = 25.0
"""The slow hearing listens to frames that are at most so far below the loudest."""
HINT = 0.25
"""Probability that hints at a voice …"""
HINT_FRAMES = 4
"""… for so many frames, in which the slow hearing listens, whatever the level."""
SURE_HINT = 0.35
SURE_HINT_FRAMES = 31
"""Within 1 s of such a hint, a loud sound with a sure pitch is the same voice."""
SLOW_FRAMES = 31
"""The slow hearing listens for 1 s after it was last needed, so that it knows the voice."""


class SpeechModel:
    """Probability of speech, frame by frame; how many frames are known ahead changes nothing but the cost.

    Where the model is unsure of a raised voice, it hears it again at two thirds of its speed; a sure pitch well above
    the usual level, close to what the model took for a voice, is speech as well.
    """

    def __init__(self) -> None:
        self._hearing = _Hearing(*HEARD_DBFS)
        self._slow = _SlowHearing()
        self._recent: Samples = np.zeros(2 * FRAME, np.float32)
        self._loudest_dbfs = LOUDEST_AT_FIRST_DBFS
        self._floor_dbfs = 0.0
        self._usual_dbfs = 0.0
        self._usual_frames = 0
        self._quiet = 0
        self._since_speech = 0
        self._raised = 0
        self._since_need = SLOW_FRAMES + 1
        self._since_hint = HINT_FRAMES + 1
        self._since_sure_hint = SURE_HINT_FRAMES + 1

    def look_ahead(self, frames: Samples) -> None:
        """Prepare the next frames at once, shape (n, 512), which costs less; then each must be fed."""
        if self._quiet <= QUIET_FRAMES:
            self._hearing.look_ahead(frames)

    def probability(self, samples: Samples) -> float:
        """Probability of speech in the next frame, shape (512,)."""
        level_dbfs = power_db(mean_square(samples))
        self._recent = np.concatenate([self._recent[FRAME:], samples])
        if self._is_quiet(level_dbfs):
            self._hearing.forget_ahead()
            return 0.0
        self._loudest_dbfs = max(level_dbfs, self._loudest_dbfs - self._falls_db())
        self._raised = self._raised + 1 if self._is_raised(level_dbfs) else 0
        heard = self._hearing.probability(samples, self._loudest_dbfs)
        heard = max(heard, self._heard_slowly(samples, level_dbfs, heard))
        self._since_sure_hint = 0 if heard >= SURE_HINT else self._since_sure_hint + 1
        self._since_speech = 0 if heard >= ON else self._since_speech + 1
        if heard >= ON:
            self._usual_frames += 1
            self._usual_dbfs += (level_dbfs - self._usual_dbfs) / min(self._usual_frames, USUAL_FRAMES)
        elif self._raised >= FULL_FRAMES and self._since_sure_hint <= SURE_HINT_FRAMES and sounds_voiced(self._recent):
            return ON
        return heard

    def _is_quiet(self, level_dbfs: float) -> bool:
        """Whether it has been quiet so long that the model waits."""
        self._floor_dbfs = max(min(level_dbfs, self._floor_dbfs + FLOOR_RISES_DB), LEAST_FLOOR_DBFS)
        is_quiet = level_dbfs < max(self._floor_dbfs + QUIET_DB, QUIET_DBFS)
        self._quiet = self._quiet + 1 if is_quiet else 0
        if self._quiet == QUIET_FRAMES + 1 and self._since_speech > STALE_FRAMES:
            self._hearing = _Hearing(*HEARD_DBFS)
        return self._quiet > QUIET_FRAMES

    def _falls_db(self) -> float:
        shouted = self._knows_usual and self._loudest_dbfs > self._usual_dbfs + SHOUT_DB
        return SHOUT_FALLS_DB if shouted else LOUDEST_FALLS_DB

    @property
    def _knows_usual(self) -> bool:
        return self._usual_frames >= LEAST_USUAL_FRAMES

    def _is_raised(self, level_dbfs: float) -> bool:
        return self._knows_usual and level_dbfs > self._usual_dbfs + RAISED_DB

    def _heard_slowly(self, samples: Samples, level_dbfs: float, heard: float) -> float:
        self._since_hint = 0 if heard >= HINT else self._since_hint + 1
        might_be_missed = heard < ON and level_dbfs > self._loudest_dbfs - LOUD_DB
        if might_be_missed and (self._is_raised(level_dbfs) or self._since_hint <= HINT_FRAMES):
            if self._since_need > SLOW_FRAMES:
                self._slow = _SlowHearing()
            self._since_need = 0
        else:
            self._since_need += 1
        if self._since_need > SLOW_FRAMES:
            return 0.0
        slowly = self._slow.probability(samples, self._loudest_dbfs)
        return slowly if self._since_need == 0 else 0.0


class _Hearing:
    """The network's memory of one sound, at each of some levels."""

    def __init__(self, *heard_dbfs: float) -> None:
        self._network = network()
        self._heard_dbfs = heard_dbfs
        self._memory = no_memory(len(heard_dbfs))
        self._context: Samples = np.zeros(CONTEXT, np.float32)
        self._ahead: deque[NDArray[np.float32]] = deque()

    def look_ahead(self, frames: Samples) -> None:
        """Prepare the next frames, shape (n, 512), all of which must be heard unless they are forgotten."""
        sound = np.concatenate([self._context, frames.ravel()])
        within_context = np.lib.stride_tricks.sliding_window_view(sound, CONTEXT + FRAME)[::FRAME]
        self._ahead = deque(self._network.features(within_context))

    def forget_ahead(self) -> None:
        """A frame is left out: those behind it have another before them than was thought."""
        self._ahead.clear()

    def probability(self, samples: Samples, loudest_dbfs: float) -> float:
        """Of speech in the next frame, shape (512,), at the level at which it is highest."""
        if self._ahead:
            features = self._ahead.popleft()
        else:
            features = self._network.features(np.concatenate([self._context, samples])[None])[0]
        self._context = samples[-CONTEXT:]
        gains = np.array([10 ** (min(0.0, dbfs - loudest_dbfs) / 20) for dbfs in self._heard_dbfs], np.float32)
        return float(self._network.probabilities(features, gains, self._memory).max())


class _SlowHearing:
    """The same of a sound that is played at two thirds of its speed."""

    def __init__(self) -> None:
        self._hearing = _Hearing(SLOW_DBFS)
        self._before: NDArray[np.float32] = np.zeros(1, np.float32)
        self._waiting: NDArray[np.float32] = np.zeros(0, np.float32)
        self._last = 0.0

    def probability(self, samples: Samples, loudest_dbfs: float) -> float:
        """Of the next frame, shape (512,); there are three of the model's frames in two of them."""
        sound = np.concatenate([self._before, samples])
        slow = np.interp(np.arange(SLOW) * (FRAME / SLOW), np.arange(FRAME + 1), sound).astype(np.float32)
        self._before = sound[-1:]
        self._waiting = np.concatenate([self._waiting, slow])
        while len(self._waiting) >= FRAME:
            self._last = self._hearing.probability(self._waiting[:FRAME], loudest_dbfs)
            self._waiting = self._waiting[FRAME:]
        return self._last

"""Echo: the customer's voice that comes back from a loudspeaker, through a room, into the agent's microphone.

An adaptive filter learns the way from one channel to the other and says how much of a frame it explains. It is a
Kalman filter for each frequency of each block of the impulse response (Enzner and Vary 2006; Kuech, Mabande and Enzner
2014): what both people say at once is noise to it, so it needs no detector of double-talk, and nothing of the agent's
own voice is taken away.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from audio.measure.crosstalk import STEP
from audio.measure.frames import FRAME

BLOCK = 32
"""Samples at 2 kHz after which the filter learns: 16 ms. Voices have most of their energy below 1 kHz."""
PARTS = 52
"""Blocks of the impulse response: 0.83 s, a delay of 0.5 s and the decay of a room."""
FORGETS = 0.998
"""A block: people move, gain control works, sound cards drift; what was learnt 8 s ago has little weight."""
UNCERTAINTY = 0.01
"""Power of each block of the response, before anything is known: together it is an echo at about −3 dB."""
SMOOTHING = 0.8
"""A block, of what the filter does not explain."""
NEIGHBOURS = np.ones(5) / 5
"""Frequencies over which that is smoothed."""
LEAST_POWER = 1e-9
"""Keeps silence from being explained."""

FRAMES = 8
"""0.26 s are judged together: one syllable, loud and soft."""
EXPLAINED = 0.44
"""Share of the energy of these frames (−2.5 dB remain) from which they hold nothing but echo."""
EXPLAINED_BY_NOW = 0.7
"""The same for frames that are past: where an echo is found, the path that explains them is known better."""
_UNITS = np.eye(2 * BLOCK + 2).view(np.complex128)
FIRST_BLOCK = np.fft.rfft(np.fft.irfft(_UNITS) * (np.arange(2 * BLOCK) < BLOCK)).view(np.float64)
"""Cuts the second block off a response of two, as a product of spectra: cheaper than a Fourier transform there and
back. Shape (66, 66), real and imaginary parts in turn."""
LATEST_FRAMES = PARTS * BLOCK // (FRAME // STEP)
"""An echo may be heard for so many frames after the voice."""
KEPT_FRAMES = 400 + LATEST_FRAMES
"""12.8 s can be explained again, which is longer than any utterance."""


class EchoPath:
    """The way from the other channel into the own one, learnt while the other speaks."""

    def __init__(self) -> None:
        self._sent: NDArray[np.complex128] = np.zeros((2 * PARTS, BLOCK + 1), np.complex128)
        """Spectra of the other channel, newest first, from `_newest` on."""
        self._sent_power: NDArray[np.float64] = np.zeros(self._sent.shape)
        self._newest = PARTS
        self._response: NDArray[np.complex128] = np.zeros((PARTS, BLOCK + 1), np.complex128)
        self._uncertainty: NDArray[np.float64] = np.full(self._response.shape, UNCERTAINTY)
        self._unexplained: NDArray[np.float64] = np.zeros(BLOCK + 1)
        self._two_blocks: NDArray[np.float64] = np.zeros(2 * BLOCK)
        self._energies: deque[tuple[float, float]] = deque([(0.0, 0.0)] * FRAMES, FRAMES)
        self._quiet = LATEST_FRAMES
        self._count = 0
        self._kept: deque[tuple[NDArray[np.float32], NDArray[np.float32]]] = deque(maxlen=KEPT_FRAMES)

    def feed(self, own: NDArray[np.float32], other: NDArray[np.float32], *, other_speaks: bool) -> bool:
        """Take the next frame of both channels, shape (64,) at 2 kHz; return whether the own one is all echo."""
        self._count += 1
        self._kept.append((own.copy(), other.copy()))
        self._quiet = 0 if other_speaks else self._quiet + 1
        power = float(own @ own)
        rest = power
        if self._quiet < LATEST_FRAMES:
            rest = 0.0
            for at in range(0, len(own), BLOCK):
                remainder = self._learn(own[at : at + BLOCK].astype(np.float64), other[at : at + BLOCK])
                rest += float(remainder @ remainder)
        elif self._quiet == LATEST_FRAMES:
            self._sent[:] = self._sent_power[:] = 0
            self._two_blocks[:] = 0
        self._energies.append((power, rest))
        heard = sum(power for power, _ in self._energies)
        return sum(rest for _, rest in self._energies) < (1 - EXPLAINED) * heard

    def explained(self, first: int, last: int) -> float:
        """Share of the energy of past frames that is echo, by what is known of the path now: 0 … 1.

        Args:
            first: number of the first frame, counted from the start.
            last: number of the frame behind them.
        """
        heard, rest = self._explain(first, last)
        power = float(heard.sum())
        return max(0.0, 1 - float(rest.sum()) / power) if power else 0.0

    def echo_before(self, spoken: Sequence[bool]) -> int:
        """How many of the frames before the newest are echo as well, by what is known of the path now.

        Args:
            spoken: whether each of the frames before the newest was taken for the own speech, oldest first; the first
                frame that was and is no echo ends the search.
        """
        heard, rest = self._explain(self._count - 1 - len(spoken) - FRAMES // 2, self._count)
        if len(heard) <= len(spoken):
            return 0
        around = np.ones(FRAMES)
        heard, rest = np.convolve(heard, around, "same"), np.convolve(rest, around, "same")
        found = 0
        for back, speech in enumerate(reversed(spoken), start=1):
            if not speech:
                continue
            if rest[-1 - back] > (1 - EXPLAINED_BY_NOW) * heard[-1 - back]:
                break
            found = back
        return found

    def _explain(self, first: int, last: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Energy of past frames, and what is left of it without the echo."""
        oldest = self._count - len(self._kept)
        frames = list(self._kept)[max(first - LATEST_FRAMES - oldest, 0) : max(last - oldest, 0)]
        count = min(last - first, len(frames))
        if count <= 0:
            return np.zeros(0), np.zeros(0)
        own, other = (np.concatenate([frame[side] for frame in frames]).astype(np.float64) for side in (0, 1))
        response = np.fft.irfft(self._response, axis=1)[:, :BLOCK].ravel()
        size = len(other) + len(response)
        echo = np.fft.irfft(np.fft.rfft(other, size) * np.fft.rfft(response, size), size)[: len(own)]
        heard, rest = (np.square(side).reshape(len(frames), -1).sum(axis=1)[-count:] for side in (own, own - echo))
        return heard, rest

    def _learn(self, own: NDArray[np.float64], other: NDArray[np.float32]) -> NDArray[np.float64]:
        """Explain a block, learn from it, and return what was not explained."""
        self._two_blocks[:BLOCK] = self._two_blocks[BLOCK:]
        self._two_blocks[BLOCK:] = other
        sent, sent_power = self._latest_sent(np.fft.rfft(self._two_blocks))
        rest = own - np.fft.irfft((sent * self._response).sum(axis=0))[BLOCK:]
        if not own.any():
            return rest  # a muted microphone says nothing about the room
        error = np.fft.rfft(np.concatenate([np.zeros(BLOCK), rest]))
        power = error.real**2 + error.imag**2
        self._unexplained = SMOOTHING * self._unexplained + (1 - SMOOTHING) * power
        noise = np.convolve(np.maximum(self._unexplained, power), NEIGHBOURS, "same")
        step = self._uncertainty / (0.5 * (sent_power * self._uncertainty).sum(axis=0) + noise + LEAST_POWER)
        change = step * sent.conj() * error
        self._response += (change.view(np.float64) @ FIRST_BLOCK).view(np.complex128)
        self._uncertainty *= FORGETS**2 * (1 - 0.5 * step * sent_power)
        self._uncertainty += (1 - FORGETS**2) * (self._response.real**2 + self._response.imag**2)
        self._response *= FORGETS
        return rest

    def _latest_sent(self, spectrum: NDArray[np.complex128]) -> tuple[NDArray[np.complex128], NDArray[np.float64]]:
        """The spectra of the other channel with the next one in front, and their power; shape (52, 33) each."""
        if self._newest == 0:
            self._newest = PARTS
            self._sent[PARTS:], self._sent_power[PARTS:] = self._sent[:PARTS], self._sent_power[:PARTS]
        self._newest -= 1
        self._sent[self._newest] = spectrum
        self._sent_power[self._newest] = spectrum.real**2 + spectrum.imag**2
        latest = slice(self._newest, self._newest + PARTS)
        return self._sent[latest], self._sent_power[latest]

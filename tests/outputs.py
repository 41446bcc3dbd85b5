"""A sound output that nobody hears, for tests of what plays."""

import numpy as np

from audio.block import Samples
from audio.playback.output import Fill


class FakeOutput:
    """An output whose time passes when the test says so."""

    name = "fake"
    alive = True

    def __init__(self, rate_hz: int = 16_000) -> None:
        self.rate_hz = rate_hz
        self.fill: Fill | None = None
        self.time_s = 100.0
        self.heard: list[Samples] = []

    def start(self, fill: Fill) -> None:
        self.fill = fill

    def stop(self) -> None:
        self.fill = None

    def now_s(self) -> float:
        return self.time_s

    def take(self, count: int, *, latency_s: float = 0.0) -> Samples:
        """Ask for a buffer that is heard after `latency_s`."""
        assert self.fill is not None
        buffer = np.full(count, np.nan, np.float32)
        self.fill(buffer, self.time_s + latency_s)
        self.heard.append(buffer)
        return buffer

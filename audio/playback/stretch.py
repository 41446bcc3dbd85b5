"""Sound at another speed and its own pitch."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples

SLOWEST, FASTEST = 0.5, 4.0
PIECE = 800
"""`atempo` is always fed the same length: its output depends on how it is fed."""


class TimeStretch:
    """Changes the speed of speech by FFmpeg's `atempo`: overlapping windows, each laid where it fits best (WSOLA).

    Sample n of what comes out is heard at n × speed of what goes in, to within 30 ms wherever the sound is. How the
    sound is cut into pieces changes nothing.

    Args:
        speed: times the usual, 0.5 … 4; 1 passes the sound on as it is.

    Raises:
        ValueError: the speed is out of range.
    """

    def __init__(self, speed: float) -> None:
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(
                f"Can't play speech at {speed} times its speed. Choose a speed from {SLOWEST} to {FASTEST}."
            )
        self._fed = 0
        self._waiting = np.zeros(0, np.float32)
        self._graph = None
        if speed != 1:
            from av.filter import Graph  # FFmpeg is not needed at normal speed

            self._graph = Graph()
            source = self._graph.add_abuffer(sample_rate=SAMPLE_RATE_HZ, format="flt", layout="mono")
            self._graph.link_nodes(source, self._graph.add("atempo", str(speed)), self._graph.add("abuffersink"))
            self._graph.configure()

    def feed(self, samples: Samples) -> Iterator[Samples]:
        """Take sound of one channel, shape (n,), and return what is ready."""
        if self._graph is None:
            yield samples
            return
        self._waiting = np.concatenate([self._waiting, samples])
        whole = len(self._waiting) // PIECE * PIECE
        pieces, self._waiting = self._waiting[:whole].reshape(-1, PIECE), self._waiting[whole:]
        for piece in pieces:
            self._push(piece)
        yield from self._ready()

    def flush(self) -> Iterator[Samples]:
        """Return the rest."""
        if self._graph is not None:
            self._push(self._waiting)
            self._graph.push(None)
            yield from self._ready()

    def _push(self, piece: Samples) -> None:
        import av

        assert self._graph is not None  # noqa: S101 - the callers have looked
        if len(piece):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece[None], np.float32), "flt", "mono")
            frame.sample_rate, frame.time_base, frame.pts = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ), self._fed
            self._fed += len(piece)
            self._graph.push(frame)

    def _ready(self) -> Iterator[Samples]:
        import av

        assert self._graph is not None  # noqa: S101 - the callers have looked
        while True:
            try:
                yield self._graph.pull().to_ndarray()[0]
            except (av.error.BlockingIOError, av.error.EOFError):
                return

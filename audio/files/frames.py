"""FFmpeg's frames as samples of one rate and number of channels, in pieces of one size."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from audio.files.encoding import Missing

if TYPE_CHECKING:
    import av


class FrameConverter:
    """Turns frames into samples of one rate and number of channels: both can change within a file.

    Args:
        rate_hz: of the samples.
        channels: of the samples; where a frame has another number, each gets the mix.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self.channels = channels
        self._rate_hz = rate_hz
        self._form: tuple[int, int] | None = None
        self._resampler: av.AudioResampler | None = None

    def feed(self, frame: "av.AudioFrame") -> NDArray[np.float32]:
        """Samples of a frame, shape (n, channels), and what was left of those before if they had another form."""
        import av

        form = frame.sample_rate, frame.layout.nb_channels
        rest = [] if form == self._form else [self.flush()]
        if self._resampler is None:
            self._form, self._resampler = form, av.AudioResampler("fltp", frame.layout, self._rate_hz)
        frame.pts = None
        return self._joined([*rest, *map(self._even, self._resampler.resample(frame))])

    def flush(self) -> NDArray[np.float32]:
        """Samples that a change of the rate has kept back."""
        rest = self._resampler.resample(None) if self._resampler else []
        self._resampler = None
        return self._joined(list(map(self._even, rest)))

    def _joined(self, parts: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        return np.concatenate(parts) if parts else np.zeros((0, self.channels), np.float32)

    def _even(self, frame: "av.AudioFrame") -> NDArray[np.float32]:
        samples = frame.to_ndarray().T.astype(np.float32, copy=False)
        if samples.shape[1] == self.channels:
            return samples
        return np.repeat(samples.mean(axis=1, keepdims=True), self.channels, axis=1)


def in_pieces(sound: Iterable[NDArray[np.float32] | Missing], size: int) -> Iterator[NDArray[np.float32] | Missing]:
    """Join and cut sound into pieces of `size` frames, the last one shorter; what is missing comes before its piece."""
    waiting: list[NDArray[np.float32]] = []
    count = 0
    broken: list[Missing] = []
    for item in sound:
        if isinstance(item, Missing):
            if item.rest:
                broken.append(item)
            else:
                yield item
            continue
        waiting.append(item)
        count += len(item)
        if count >= size:
            whole = np.concatenate(waiting)
            for start in range(0, count - size + 1, size):
                yield whole[start : start + size]
            waiting, count = [whole[count - count % size :]], count % size
    if count:
        yield np.concatenate(waiting)
    yield from broken

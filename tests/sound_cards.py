"""Simulated sound cards on a simulated clock: they drift, jitter, lose sound, go and come back as the test wants."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audio.devices.device import Device, DeviceError
from audio.devices.ring import Piece

Signal = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""True times in seconds, shape (n,), to samples."""
Span = tuple[float, float]

BLOCK_S = 0.02


def clicks(every_s: float = 1.0, first_s: float = 0.5) -> Signal:
    """A bell of 4 ms at first_s, first_s + every_s, …: its top is at that time exactly."""

    def signal(times: NDArray[np.float64]) -> NDArray[np.float64]:
        away = (times - first_s + every_s / 2) % every_s - every_s / 2
        return np.where(times >= first_s - every_s / 2, 0.5 * np.exp(-((away / 0.001) ** 2)), 0.0)

    return signal


def hum(level: float = 0.1) -> Signal:
    """A sound that is never zero."""
    return lambda times: level * (1.5 + np.sin(2 * np.pi * 200 * times))


@dataclass
class Card:
    """A sound card and its fate; all times on the clock of `FakeStreams`."""

    device: Device
    signals: tuple[Signal, ...] = field(default_factory=lambda: (hum(),))
    """One a channel."""
    ppm: float = 0.0
    """How much too fast it samples."""
    true_rate_hz: int = 0
    """What it samples at, if not at what it says."""
    stamp: Callable[[float], float] = lambda at_s: at_s
    """What it says of when a piece was heard."""
    jitter_s: float = 0.0
    """Stamps come up to so much late."""
    unplugged: tuple[Span, ...] = ()
    stalled: tuple[Span, ...] = ()
    """It is there and gives nothing; that sound is lost."""
    overrun: tuple[Span, ...] = ()
    """The sound of this time is lost on its way, which is flagged."""
    rests: bool = False
    error: str = ""
    """Why it cannot be opened."""

    def is_in(self, spans: tuple[Span, ...], at_s: float) -> bool:
        return any(start <= at_s < end for start, end in spans)


class FakeStream:
    def __init__(self, streams: "FakeStreams", card: Card, channels: int) -> None:
        self.rate_hz = card.device.rate_hz
        self.rests = card.rests
        self.closed = self.killed = False
        self._streams, self._card, self._channels = streams, card, channels
        self._began_s = streams.now_s()
        self._count = 0
        self._lost = False
        self._random = np.random.default_rng(len(streams.opened))

    @property
    def ended(self) -> bool:
        return self.killed or self.closed or self._card.is_in(self._card.unplugged, self._streams.now_s())

    def read(self) -> list[Piece]:
        pieces = []
        size = round(BLOCK_S * self.rate_hz)
        true_rate = (self._card.true_rate_hz or self.rate_hz) * (1 + 1e-6 * self._card.ppm)
        while not self.ended and (end_s := self._began_s + (self._count + size) / true_rate) <= self._streams.now_s():
            start_s = end_s - size / true_rate
            times = start_s + np.arange(size) / true_rate
            self._count += size
            if self._streams.slept(start_s):
                continue
            if self._card.is_in(self._card.stalled, start_s):
                continue
            if self._card.is_in(self._card.overrun, start_s):
                self._lost = True
                continue
            samples = np.stack([signal(times) for signal in self._card.signals[: self._channels]], axis=1)
            late_s = self._random.uniform(0, self._card.jitter_s) if self._card.jitter_s else 0.0
            pieces.append(Piece(samples.astype(np.float32), self._card.stamp(start_s + late_s), self._lost))
            self._lost = False
        return pieces

    def close(self) -> None:
        self.closed = True


class FakeStreams:
    """A sound system; `sleeps` are spans in which the machine is asleep: nothing runs, but the clock does."""

    def __init__(self, *cards: Card, sleeps: tuple[Span, ...] = ()) -> None:
        self.cards = list(cards)
        self.opened: list[tuple[float, str]] = []
        """When which device was tried."""
        self.closed = False
        self.restarts: dict[float, bool] = {}
        self._sleeps = sleeps
        self._now_s = 1000.0
        self._streams: list[FakeStream] = []

    def now_s(self) -> float:
        return self._now_s

    def slept(self, at_s: float) -> bool:
        return any(start <= at_s < end for start, end in self._sleeps)

    def wait(self, duration_s: float) -> None:
        self._now_s += duration_s
        for start, end in self._sleeps:
            if start <= self._now_s < end:
                self._now_s = end

    def inputs(self) -> tuple[Device, ...]:
        found = tuple(card.device for card in self.cards if not card.is_in(card.unplugged, self._now_s))
        if not found:
            raise DeviceError("There is no sound input.")
        return found

    def open(self, device: Device, channels: int) -> Future[FakeStream]:
        self.opened.append((self._now_s, device.name))
        opening: Future[FakeStream] = Future()
        card = next(card for card in self.cards if card.device.name == device.name)
        if card.error:
            opening.set_exception(DeviceError(card.error))
        elif card.is_in(card.unplugged, self._now_s):
            opening.set_exception(DeviceError(f"{device.name} is not plugged in."))
        else:
            stream = FakeStream(self, card, channels)
            self._streams.append(stream)
            opening.set_result(stream)
        return opening

    def kill_all(self) -> None:
        """End every stream, as a new start of PortAudio does."""
        for stream in self._streams:
            stream.killed = True

    def close(self) -> None:
        self.closed = True


def device(name: str = "Headset", **changes: Any) -> Device:  # noqa: ANN401 - the fields of a device
    made = Device(0, name, "Fake", channels=1, rate_hz=48_000, is_default=True, is_loopback=False)
    return replace(made, **changes)

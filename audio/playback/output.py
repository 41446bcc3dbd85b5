"""Where sound is played: a sound card, or nowhere at the same pace."""

import functools
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import numpy as np

from audio.block import SAMPLE_RATE_HZ, Samples
from audio.errors import AudioError

Fill = Callable[[Samples, float], None]
"""Fills a buffer of shape (n,) with the next samples; given the output's time at which the first one is heard."""


LATENCY_S = 0.1
"""Long enough that drawing a screen in the same process is never heard, short enough that a key answers at once."""


class OutputError(AudioError):
    """Sound cannot be played; the message is a full sentence."""


class Output(Protocol):
    """Something that asks for sound and has a clock."""

    name: str
    """Its name on the screen; empty for silence."""
    rate_hz: int

    @property
    def alive(self) -> bool:
        """Whether it keeps asking, once started."""

    def start(self, fill: Fill) -> None:
        """Ask for buffer after buffer, in its own thread."""

    def stop(self) -> None:
        """Stop asking; it can be started again."""

    def now_s(self) -> float:
        """Its clock, the one whose time `fill` gets."""


class SoundCard:
    """The system's default output.

    Raises:
        OutputError: there is none, or it cannot be used.
    """

    def __init__(self) -> None:
        try:
            import sounddevice  # fails where there is no PortAudio, and is needed only to listen
        except OSError as error:
            raise OutputError("Playback needs PortAudio. Install it (Debian: libportaudio2).") from error
        self._sounddevice = sounddevice
        _hush_alsa()
        try:
            device = sounddevice.query_devices(kind="output")
            self.rate_hz = _rate_hz(sounddevice, int(device["default_samplerate"]))
        except (sounddevice.PortAudioError, ValueError) as error:
            raise OutputError("There is no sound output. Connect one and open the call again.") from error
        self.name = str(device["name"])
        self._stream: Any = None

    def start(self, fill: Fill) -> None:
        """Open the device and ask for sound.

        Raises:
            OutputError: it is gone or taken.
        """

        def callback(buffer: Samples, _count: int, times: Any, _status: object) -> None:  # noqa: ANN401 - PortAudio's
            fill(buffer[:, 0], times.outputBufferDacTime)

        try:
            self._stream = self._sounddevice.OutputStream(
                samplerate=self.rate_hz, channels=1, dtype="float32", latency=LATENCY_S, callback=callback
            )
            self._stream.start()
        except self._sounddevice.PortAudioError as error:
            self._stream = None
            raise OutputError(
                f"Can't open the sound output {self.name}. Check whether another program is using it."
            ) from error

    @property
    def alive(self) -> bool:
        """Whether the device is still there."""
        return bool(self._stream and self._stream.active)

    def stop(self) -> None:
        """Close the device at once; what it still holds is not heard."""
        if self._stream:
            self._stream.abort()
            self._stream.close()
            self._stream = None

    def now_s(self) -> float:
        """The stream's clock."""
        return float(self._stream.time) if self._stream else 0.0


def _hush_alsa() -> None:
    """Keep ALSA from printing over the screen what it recovers from automatically, such as an underrun."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_nothing())


@functools.cache
def _nothing() -> Any:  # noqa: ANN401 - a function of C
    """A function that does nothing; kept for as long as ALSA may call it."""
    import ctypes

    return ctypes.CFUNCTYPE(None)(lambda: None)


def _rate_hz(sounddevice: Any, default: int) -> int:  # noqa: ANN401 - a module without types
    """The rate of our sound where the device takes it, else its own."""
    try:
        sounddevice.check_output_settings(samplerate=SAMPLE_RATE_HZ, channels=1)
    except sounddevice.PortAudioError:
        return default
    return SAMPLE_RATE_HZ


class Silence:
    """Takes sound in real time where there is nothing to play it."""

    name = ""
    rate_hz = SAMPLE_RATE_HZ
    alive = True
    STEP_S = 0.02

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, fill: Fill) -> None:
        """Start taking sound."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._take, args=(fill, self._stopped), name="silence", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop taking sound."""
        self._stopped.set()
        if self._thread:
            self._thread.join()
            self._thread = None

    def now_s(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def _take(self, fill: Fill, stopped: threading.Event) -> None:
        buffer = np.zeros(round(self.STEP_S * self.rate_hz), np.float32)
        due_s = self.now_s()
        while not stopped.wait(max(due_s - self.now_s(), 0.0)):
            fill(buffer, due_s)
            due_s += self.STEP_S


def best() -> Output:
    """The sound card if there is one, else silence."""
    try:
        return SoundCard()
    except OutputError:
        return Silence()

"""The machine's sound cards through PortAudio, and what outputs play through PulseAudio or SoundCard."""

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audio.devices import loopback, pulse
from audio.devices.device import Device, DeviceError
from audio.devices.environment import environment
from audio.devices.ring import Piece, Ring
from audio.devices.streams import Stream, clock_s

BLOCK_S = 0.02
"""Length of a callback's sound: short compared with the gauges' step of 0.1 s."""
LATENCY_S = 0.05
"""How late a callback may be without a loss: ten times the delay that this program causes."""
PULSE_LATENCY_MS = 20
LONGEST_AGE_S = 5.0
"""An older time stamp is invalid: some sound systems leave it empty."""
LISTING_S = 20.0
LISTING = """
import sys
if sys.argv[1] not in sys.path:
    sys.path.insert(0, sys.argv[1])
from audio.devices import portaudio
print(portaudio.listed_as_json())
"""
"""A program that lists the devices with the package in the given folder."""
HOSTS = {"win32": "Windows WASAPI", "darwin": "Core Audio"}
"""Of the sound systems that list the same device, the one to use."""
ADVICE = {
    "win32": "Let desktop apps use the microphone in Settings › Privacy, and close programs that use it exclusively",
    "darwin": "Let the terminal use the microphone in System Settings › Privacy & Security",
    "linux": "Close programs that use it, and make sure that you are in the group audio",
}


class PortAudio:
    """The sound system of this machine, as a capture asks for it.

    PortAudio lists the devices once, when it starts, and a restart kills all its streams. So one thread of the process
    opens devices and restarts PortAudio, and while streams are open, another process looks for new devices.
    """

    def now_s(self) -> float:
        """The time on the clock that dates the pieces."""
        return clock_s()

    def wait(self, duration_s: float) -> None:
        """Wait."""
        time.sleep(duration_s)

    def inputs(self) -> tuple[Device, ...]:
        """List the inputs, microphones first, the system's default before others.

        Raises:
            DeviceError: there is no sound system, or no input.
        """
        found = [*_OWNER.submit(_listed).result(), *loopback.inputs()]
        if not found:
            raise DeviceError("This machine has no sound input. Plug in a headset or a microphone.")
        return tuple(sorted(found, key=lambda device: (device.is_loopback, not device.is_default)))

    def open(self, device: Device, channels: int) -> Future[Stream]:
        """Open the device of this host and name, wherever it is plugged in now; fails with DeviceError."""
        return _OWNER.submit(_open, device, channels)

    def close(self) -> None:
        """There is nothing to close except the streams."""


_OWNER = ThreadPoolExecutor(1, thread_name_prefix="sound cards")
"""The one thread that lists, opens and closes."""
_OPENED: set["PortAudioStream"] = set()


class PortAudioStream:
    """An open device: its callback fills a ring buffer."""

    rests = False

    def __init__(self, index: int, device: Device, channels: int) -> None:
        self.rate_hz = device.rate_hz
        self.source = device.index if device.host == pulse.HOST else None
        """Of PulseAudio."""
        self._ring = Ring(self.rate_hz, channels)
        self._gone_s = math.inf
        self._stream = _sounddevice().InputStream(
            device=index,
            channels=channels,
            samplerate=self.rate_hz,
            blocksize=round(BLOCK_S * self.rate_hz),
            latency=LATENCY_S,
            dtype="float32",
            callback=_hearing(self._ring, self.rate_hz),
        )
        try:
            self._stream.start()
        except BaseException:
            self._stream.close(ignore_errors=True)
            raise

    @property
    def ended(self) -> bool:
        """Whether the device has stopped delivering sound."""
        return self._gone_s < math.inf or not self._stream.active

    def read(self) -> list[Piece]:
        """Give what has come since the last time."""
        return [piece for piece in self._ring.read() if piece.heard_s < self._gone_s]

    def end(self) -> None:
        """Mark the device as gone, whatever PortAudio reports: from now on the sound is another device's."""
        self._gone_s = min(self._gone_s, clock_s())

    def close(self) -> None:
        """Close the device, without waiting until it is done."""
        self.end()
        _OWNER.submit(self.let_go)

    def let_go(self) -> None:
        """Close the device, on the thread that owns it."""
        self.end()
        _OPENED.discard(self)
        self._stream.close(ignore_errors=True)
        _watch_pulse()


def _hearing(ring: Ring, rate_hz: int) -> Callable[[NDArray[np.float32], int, Any, Any], None]:
    def hear(samples: NDArray[np.float32], frames: int, times: Any, status: Any) -> None:  # noqa: ANN401
        age_s = times.currentTime - times.inputBufferAdcTime
        least_s = frames / rate_hz  # it cannot be younger than it is long, whatever PulseAudio says
        ring.write(samples, clock_s() - (age_s if least_s < age_s < LONGEST_AGE_S else least_s), status.input_overflow)

    return hear


def _open(device: Device, channels: int) -> Stream:
    if device.host == loopback.HOST:
        return loopback.LoopbackStream(device, channels)
    try:
        return _opened(_known(device), channels)
    except DeviceError:
        if device.host == pulse.HOST or not _is_back(device):
            raise
    for stream in tuple(_OPENED):
        stream.let_go()
    _start_anew()
    return _opened(_known(device), channels)


def _opened(device: Device, channels: int) -> "PortAudioStream":
    channels = min(channels, device.channels)  # it may have come back with fewer
    is_pulse = device.host == pulse.HOST
    source = {"PULSE_SOURCE": device.key, "PULSE_LATENCY_MSEC": str(PULSE_LATENCY_MS)} if is_pulse else {}
    try:
        with environment(source):
            stream = PortAudioStream((_pulse_index() or 0) if is_pulse else device.index, device, channels)
    except (_sounddevice().PortAudioError, ValueError) as error:
        advice = ADVICE.get(sys.platform, ADVICE["linux"])
        raise DeviceError(f"Can't open {device.name} ({_reason(error)}). {advice}.") from error
    _OPENED.add(stream)
    _watch_pulse()
    return stream


def _known(device: Device) -> Device:
    """The device of this host and name, as listed now."""
    for listed in _listed_now():
        if (listed.host, listed.name) == (device.host, device.name):
            return listed
    raise DeviceError(f"{device.name} is not plugged in. Plug it in, or choose another device.")


def _is_back(device: Device) -> bool:
    """Whether a restart of PortAudio would find the device: checked in another process while streams are open."""
    try:
        return not _OPENED or (device.host, device.name) in fresh_list()
    except (OSError, subprocess.SubprocessError, ValueError):
        return False


def fresh_list() -> list[tuple[str, str]]:
    """Host and name of every device, found by another process.

    Raises:
        OSError: the process did not start.
        subprocess.SubprocessError: it failed, or took longer than `LISTING_S`.
        ValueError: it printed something else.
    """
    package_parent = str(Path(__file__).parents[2])  # a checkout may not be installed
    # Without -P, Python would import from the current folder before anywhere else.
    command = [sys.executable, "-P", "-c", LISTING, package_parent]
    done = subprocess.run(command, capture_output=True, check=True, timeout=LISTING_S)  # noqa: S603 - our own words
    return [(host, name) for host, name in json.loads(done.stdout)]


def listed_as_json() -> str:
    """Host and name of every device, for a process that cannot restart PortAudio."""
    return json.dumps([(device.host, device.name) for device in _portaudio_devices()])


def _listed() -> tuple[Device, ...]:
    """All devices, after a restart of PortAudio where that is possible."""
    if not _OPENED and (_pulse_index() is None or not pulse.sources()):
        _start_anew()
    return _listed_now()


def _listed_now() -> tuple[Device, ...]:
    """PulseAudio's devices where it runs: they have names, and it owns the hardware; else PortAudio's."""
    return (pulse.sources() if _pulse_index() is not None else ()) or _portaudio_devices()


def _portaudio_devices() -> tuple[Device, ...]:
    sd = _sounddevice()
    hosts = sd.query_hostapis()
    default = sd.default.device[0]
    wanted = HOSTS.get(sys.platform)
    return tuple(
        Device(
            index=number,
            name=info["name"],
            host=hosts[info["hostapi"]]["name"],
            channels=info["max_input_channels"],
            rate_hz=round(info["default_samplerate"]),
            is_default=number in (default, hosts[info["hostapi"]]["default_input_device"]),
            is_loopback="blackhole" in info["name"].casefold(),
        )
        for number, info in enumerate(sd.query_devices())
        if info["max_input_channels"] and wanted in (None, hosts[info["hostapi"]]["name"])
    )


def _pulse_index() -> int | None:
    """PortAudio's own way to PulseAudio."""
    devices = _sounddevice().query_devices() if sys.platform == "linux" else ()
    return next((number for number, info in enumerate(devices) if info["name"] == "pulse"), None)


def _start_anew() -> None:
    sd = _sounddevice()
    sd._terminate()  # noqa: SLF001 - the only way to a fresh list of devices
    sd._initialize()  # noqa: SLF001


def _sounddevice() -> Any:  # noqa: ANN401 - has no types
    try:
        import sounddevice  # starts PortAudio
    except OSError as error:
        advice = "apt install libportaudio2" if sys.platform == "linux" else "pip install --force-reinstall sounddevice"
        raise DeviceError(f"The PortAudio library is not installed. Install it: {advice}.") from error
    return sounddevice


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0]


_watching: list[pulse.Watch] = []


def _watch_pulse() -> None:
    """Watch PulseAudio for as long as one of its sources is open."""
    needed = any(stream.source is not None for stream in _OPENED)
    if needed and not _watching:
        _watching.append(pulse.Watch(_pulse_gone))
    elif not needed and _watching:
        _watching.pop().close()


def _pulse_gone(source: int | None) -> None:
    """A source is gone, or (None) PulseAudio is."""
    for stream in tuple(_OPENED):
        if stream.source is not None and source in (None, stream.source):
            stream.end()

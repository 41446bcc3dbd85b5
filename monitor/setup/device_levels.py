"""How loud every input is now, so that people see which one is theirs."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np

from audio.devices.choose import choose
from audio.devices.device import LOOPBACK, Device, DeviceError
from audio.devices.streams import Stream, Streams
from audio.measure.level import SILENCE_DBFS, power_db
from monitor.base.bars import bar, in_dbfs

BAR = 34


@dataclass(frozen=True, slots=True)
class DeviceLevel:
    """An input and its level."""

    device: Device
    level_dbfs: float = SILENCE_DBFS
    """Level of the sound since the last look."""
    peak_dbfs: float = SILENCE_DBFS
    """The highest sample since it was opened."""
    trouble: str = ""
    """Why there is no level."""


class DeviceLevels:
    """All inputs of a sound system, open at once; those that cannot be opened say why.

    Use it as a context: the devices are open inside.
    """

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._inputs: list[_Input] = []

    def __enter__(self) -> Self:
        """Open every input.

        Raises:
            DeviceError: there is none, or no sound system.
        """
        self._inputs = [
            _Input(device, self._streams.open(device, min(device.channels, 2))) for device in self._streams.inputs()
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for an_input in self._inputs:
            an_input.close()
        self._streams.close()

    def look(self) -> tuple[DeviceLevel, ...]:
        """Give the level of each input since the last look."""
        return tuple(an_input.look() for an_input in self._inputs)


class _Input:
    def __init__(self, device: Device, opening: Future[Stream]) -> None:
        self._device = device
        self._opening = opening
        self._came = False
        self._peak = 0.0

    def look(self) -> DeviceLevel:
        if not self._opening.done():
            return DeviceLevel(self._device, trouble="opening …")
        if error := self._opening.exception():
            return DeviceLevel(self._device, trouble=str(error))
        stream = self._opening.result()
        sound = [piece.samples for piece in stream.read()]
        self._came = self._came or bool(sound)
        if not self._came:
            return DeviceLevel(self._device, trouble="silent" if stream.rests else "no sound")
        samples = np.nan_to_num(np.concatenate(sound)) if sound else np.zeros((1, 1), np.float32)
        self._peak = max(self._peak, float(np.abs(samples).max()))
        power = float(np.mean(np.square(samples, dtype=np.float64)))
        return DeviceLevel(self._device, power_db(power), power_db(self._peak**2))

    def close(self) -> None:
        if not self._opening.cancel() and self._opening.exception() is None:
            self._opening.result().close()


def table(levels: Sequence[DeviceLevel], width: int, *, options: bool = True) -> Iterator[str]:
    """Two lines for each input, or three: what chooses it, and its level.

    Args:
        levels: the inputs.
        width: columns of the terminal.
        options: write the option of a command; else the input's number and name, which answer a question.
    """
    devices = [level.device for level in levels]
    for level in levels:
        option = "--customer" if level.device.is_loopback else "--agent"
        named = f"{option} {argument(level.device, devices)}"
        left = named if options else f"{level.device.index}  {level.device.name}"
        about = _about(level.device)
        if len(left) + 2 + len(about) <= width:
            yield f"{left:<{width - len(about) - 2}}  {about}".rstrip()
        else:
            yield from (left, f"  {about}")
        yield f"  {_shown(level)}"


def argument(device: Device, devices: Sequence[Device]) -> str:
    """What identifies this device on a command line: its name in quotes if that is unique, otherwise its number."""
    named = reference(device, devices)
    return '"{}"'.format(named.replace("\\", "\\\\").replace('"', '\\"')) if named == device.name else named


def reference(device: Device, devices: Sequence[Device]) -> str:
    """What identifies this device: its name if that is unique, otherwise its number."""
    try:
        if choose(device.name, devices, "agent") == device:
            return device.name
    except DeviceError:
        pass
    return str(device.index)


def _about(device: Device) -> str:
    if device.is_loopback:
        return f"what this machine plays{f', {LOOPBACK} for short' if device.is_default else ''}"
    return "the default microphone" if device.is_default else ""


def _shown(level: DeviceLevel) -> str:
    if level.trouble:
        return level.trouble
    told = f"{in_dbfs(level.level_dbfs):>8}, peak {in_dbfs(level.peak_dbfs)}"
    return f"{bar(level.level_dbfs, BAR, level.peak_dbfs)} {told if level.peak_dbfs > SILENCE_DBFS else 'silent'}"

"""Whether both sides of a call can be heard."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from audio.block import AudioBlock, Samples, Speaker, seconds
from audio.devices.capture import Capture
from audio.devices.device import DeviceError
from audio.devices.streams import Streams
from audio.measure.level import power_db
from audio.values import SourceState
from monitor.base.bars import in_dbfs
from monitor.base.counts import count
from monitor.doctor.diagnosis import Diagnosis
from monitor.settings.config import Devices

LISTEN_S = 1.5
SILENT = 1e-5
"""Peak (−100 dBFS) below which there is no signal: a working microphone has some noise."""


def check(streams: Streams, wanted: Devices) -> Iterator[Diagnosis]:
    """List the inputs, and open those in the settings as a call would."""
    try:
        inputs = streams.inputs()
    except DeviceError as error:
        yield Diagnosis("sound", "bad", str(error))
        return
    loopbacks = sum(device.is_loopback for device in inputs)
    found = f"{count(len(inputs) - loopbacks, 'microphone or line input')}, {count(loopbacks, 'output')} to listen to"
    yield Diagnosis("sound", "ok", f"Inputs: {found}.")
    try:
        with Capture(wanted.agent, wanted.customer, streams) as capture:
            yield from _listened(capture)
    except DeviceError as error:
        yield Diagnosis("devices", "bad", str(error))


def _listened(capture: Capture) -> Iterator[Diagnosis]:
    heard: dict[Speaker, list[Samples]] = defaultdict(list)
    for item in capture.blocks():
        match item:
            case SourceState(fine=False, note=note):
                yield Diagnosis("devices", "bad", note)
            case AudioBlock(speaker=speaker, samples=samples):
                heard[speaker].append(samples)
                if seconds(item.end) >= LISTEN_S and speaker == capture.speakers[-1]:
                    break
    yield _microphone(capture.microphone, np.concatenate(heard["agent"]))
    if capture.overruns:
        times = count(capture.overruns, "time")
        told = f"Sound was lost {times} while listening. Close programs that keep the machine busy."
        yield Diagnosis("microphone", "look", told)
    if "customer" in heard:
        level = _level(np.concatenate(heard["customer"]))
        yield Diagnosis("customer", "ok", f"The customer's side is open, at {level} now.")
    yield from (Diagnosis("customer", "look", note) for note in capture.notes)


def _microphone(name: str, samples: Samples) -> Diagnosis:
    if np.abs(samples).max() < SILENT:
        told = f"{name} delivers digital silence. Unmute it, or check its permission in the system's settings."
        return Diagnosis("microphone", "look", told)
    return Diagnosis("microphone", "ok", f"{name} is open, at {_level(samples)} now.")


def _level(samples: Samples) -> str:
    return in_dbfs(power_db(float(np.mean(np.square(samples, dtype=np.float64)))))

"""Whether both sides of a call can be heard."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker
from audio.capture import Capture
from audio.devices import DeviceError
from audio.level import power_db
from audio.streams import Streams
from monitor.bars import in_dbfs
from monitor.config import Devices
from monitor.doctor.diagnosis import Diagnosis

LISTEN_S = 1.5
SILENT = 1e-5
"""Peak (−100 dBFS) below which there is nothing: a microphone that works has noise."""


def check(streams: Streams, wanted: Devices) -> Iterator[Diagnosis]:
    """Look for inputs, and open those of the settings as a call would."""
    try:
        inputs = streams.inputs()
    except DeviceError as error:
        yield Diagnosis("sound", "bad", str(error))
        return
    loopbacks = sum(device.is_loopback for device in inputs)
    told = f"Inputs to choose from: {len(inputs) - loopbacks} by microphone or line, {loopbacks} of what outputs play."
    yield Diagnosis("sound", "ok", told)
    try:
        with Capture(wanted.agent, wanted.customer, streams) as capture:
            yield from _listened(capture)
    except DeviceError as error:
        yield Diagnosis("devices", "bad", str(error))


def _listened(capture: Capture) -> Iterator[Diagnosis]:
    sound: dict[Speaker, list[AudioBlock]] = defaultdict(list)
    for item in capture.blocks():
        if isinstance(item, AudioBlock):
            sound[item.speaker].append(item)
            if item.end >= LISTEN_S * SAMPLE_RATE_HZ and item.speaker == capture.speakers[-1]:
                break
        elif not getattr(item, "fine", True):
            yield Diagnosis("devices", "bad", getattr(item, "note", ""))
    samples = np.concatenate([block.samples for block in sound["agent"]])
    if np.abs(samples).max() < SILENT:
        told = (
            "The microphone gives digital silence: unmute it, or allow this program to use it in the system's settings."
        )
        yield Diagnosis("microphone", "look", told)
    else:
        level = in_dbfs(power_db(float(np.mean(np.square(samples, dtype=np.float64)))))
        yield Diagnosis("microphone", "ok", f"{capture.name} was opened and heard, at {level} just now.")
    if capture.overruns:
        told = f"Sound was lost {capture.overruns} times while listening: close programs that keep the machine busy."
        yield Diagnosis("microphone", "look", told)
    yield from (Diagnosis("customer", "look", note) for note in capture.notes)

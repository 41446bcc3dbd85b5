"""One call of eight hours on the agent's screen, saved and listed as any other: does anything grow or drift?"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import msgspec
import numpy as np
import soundfile

from audio.block import SAMPLE_RATE_HZ
from audio.values import ToneSample
from bench.figures.table import Row
from bench.instruments.private_machine import PrivateMachine, private_machine
from bench.instruments.standing import Standing
from bench.instruments.terminal import open_screen
from monitor.call.events import Gap
from monitor.call.info import read_info
from monitor.call.log import read_events
from tests.monitor.long_call import LOUDER_MINUTES, minute

HOURS = 8.0
SPEED = 48.0
"""Times real time."""
EVERY_S = 300.0
"""Of the call, between two looks at the program."""
WARM_UP_S = 1800.0
"""Of the call, after which memory and pace count."""
LINE_DBFS = -70.0
"""Noise of the line: one without any is reported as dead."""
LOOK_S = 0.5


def rows() -> Iterator[Row]:
    """Growth and drift over eight hours."""
    with private_machine() as machine:
        sound = machine.folder / "call.flac"
        _make(sound, HOURS)
        looks = _played(sound, machine)
        (call,) = machine.calls.glob("*/*/")
        events = list(read_events(call))
        yield from _growth(looks)
        yield from _kept(call, events)
        yield Row("files left in the runtime and temporary folders", machine.passing, "", "≤ 0")


def _growth(looks: Sequence[Standing]) -> Iterator[Row]:
    settled = [look for look in looks if look.heard_s >= WARM_UP_S]
    tenth = max(2, len(settled) // 10)
    first, last = settled[:tenth], settled[-tenth:]

    def growth(value: Callable[[Standing], float]) -> float:
        return median(map(value, last)) - median(map(value, first))

    yield Row("played", last[-1].heard_s / 3600, "h")
    yield Row("CPU that took", last[-1].cpu_s / 60, "min")
    yield Row("prompts shown on the way", last[-1].prompts, "")
    yield Row("memory after half an hour", median(look.memory_mb for look in first), "MB")
    yield Row("memory, growth after half an hour", growth(lambda look: look.memory_mb), "MB", "≤ 20")
    yield Row("objects, growth after half an hour", growth(lambda look: look.objects), "")
    yield Row("threads, growth after half an hour", growth(lambda look: look.threads), "", "≤ 0")
    yield Row("descriptors, growth after half an hour", growth(lambda look: look.descriptors), "", "≤ 0")
    pace = _pace(last) / _pace(first)
    yield Row("CPU for a second of the call, end : start", pace, "", "≤ 1.25")


def _kept(call: Path, events: Sequence[object]) -> Iterator[Row]:
    heard_s = max(event.end_s for event in events if isinstance(event, ToneSample))
    yield Row("drift of the media time", 1000 * abs(heard_s - 3600 * HOURS), "ms", "≤ 100")
    missing_s = 3600 * HOURS - soundfile.info(call / "audio.flac").frames / SAMPLE_RATE_HZ
    yield Row("recording, missing", missing_s, "s", "≤ 0")
    lost_s = sum(event.end_s - event.start_s for event in events if isinstance(event, Gap))
    yield Row("sound or words lost", lost_s, "s", "≤ 0")


def _make(path: Path, hours: float) -> None:
    """Write two voices that take turns, the same minute again and again, louder and faster now and then."""
    line = np.random.default_rng(0).standard_normal((60 * SAMPLE_RATE_HZ, 2)) * 10 ** (LINE_DBFS / 20)
    calm, loud = (
        np.stack([made["agent"], made["customer"]], axis=1) + line for made in (minute(4.5, -26.0), minute(6.5, -16.0))
    )
    with soundfile.SoundFile(path, "w", SAMPLE_RATE_HZ, 2, "PCM_16") as file:
        for number in range(round(60 * hours)):
            file.write(loud if number % LOUDER_MINUTES == LOUDER_MINUTES - 1 else calm)


def _played(sound: Path, machine: PrivateMachine) -> list[Standing]:
    """Play it, and give how the program stood on the way."""
    report = machine.folder / "report"
    files = [str(path) for path in (sound, machine.calls, report)]
    module = [sys.executable, "-m", "bench.instruments.long_session"]
    screen = open_screen([*module, *files, str(SPEED), str(EVERY_S)])
    while screen.process.poll() is None and not _is_over(machine.calls):
        time.sleep(LOOK_S)
    screen.end()
    return [msgspec.json.decode(line, type=Standing) for line in report.read_bytes().splitlines()]


def _is_over(calls: Path) -> bool:
    """Whether the one call is saved."""
    return any(read_info(folder).closed for folder in calls.glob("*/*/") if (folder / "call.toml").exists())


def _pace(looks: Sequence[Standing]) -> float:
    """CPU seconds for a second of the call: other programs of this machine count little."""
    return (looks[-1].cpu_s - looks[0].cpu_s) / (looks[-1].heard_s - looks[0].heard_s)

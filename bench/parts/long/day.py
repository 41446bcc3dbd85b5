"""A day of 200 short calls in one program, as a telephone starts and ends them: does anything stay?

The program is `tone-monitor live` as it is, with its screen, its words and its second pass; it plays the built-in call
again and again, four times as fast. A call is over when its second pass is; then the program is looked at from outside.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median

import soundfile

from audio.values import HeardAgain
from bench.figures.table import Row
from bench.instruments.private_machine import PrivateMachine, private_machine
from bench.instruments.standing import Standing
from bench.instruments.terminal import Screen, open_screen
from monitor import sample
from monitor.base.errors import CallFolderError
from monitor.call.info import CallDetails, read_info
from monitor.call.log import read_events
from monitor.live import control
from monitor.live.control import ControlError

CALLS = 200
CALL_S = 8.0
"""Of the sound, at least."""
SPEED = 4.0
ROUNDS = 200
"""How often the sound has the built-in call."""
FIRST, SOME = 10, 20
"""Calls after which counting begins, and of which the median counts."""
PROGRAMS = 10
"""Programs that each have one call."""
LOOK_S = 0.1
SECOND_PASS_S = 4.0
"""How long a call without words is waited for, which gets none."""
PATIENCE_S = 180.0


def rows() -> Iterator[Row]:
    """What is there after call 10 and after the last one."""
    with private_machine() as machine:
        sound = machine.folder / "day.flac"
        _make(sound)
        looks = _program(sound, machine, CALLS)
        yield from _growth(looks)
        yield from _kept(machine, CALLS)
        for _ in range(PROGRAMS):
            _program(sound, machine, 1)
        yield Row(f"files left by {PROGRAMS} more programs of one call each", _left(machine), "", "≤ 0")


def _growth(looks: Sequence[Standing]) -> Iterator[Row]:
    first, last = looks[FIRST : FIRST + SOME], looks[-SOME:]

    def growth(value: Callable[[Standing], float]) -> float:
        return median(map(value, last)) - median(map(value, first))

    yield Row("calls in one program", len(looks), "")
    yield Row("CPU of the program and its Whisper process", looks[-1].cpu_s / 60, "min")
    yield Row("memory after call 10, all processes", median(look.memory_mb for look in first), "MB")
    yield Row("memory, growth from call 10 to call 200", growth(lambda look: look.memory_mb), "MB", "≤ 20")
    yield Row("threads, growth from call 10 to call 200", growth(lambda look: look.threads), "", "≤ 0")
    yield Row("descriptors, growth from call 10 to call 200", growth(lambda look: look.descriptors), "", "≤ 0")


def _kept(machine: PrivateMachine, calls: int) -> Iterator[Row]:
    folders = list(machine.calls.glob("*/*/"))
    whole = [folder for folder in folders if (folder / "audio.flac").exists() and read_info(folder).closed]
    names = {path.name for folder in folders for path in folder.iterdir()}
    yield Row("calls not closed, or without their recording", calls - len(whole), "", "≤ 0")
    yield Row("kinds of files in the folders of calls", len(names), "", "≤ 3")
    yield Row("files left in the runtime and temporary folders", _left(machine), "", "≤ 0")


def _left(machine: PrivateMachine) -> int:
    """Files that are still there when the Whisper process has ended, which waits a while for the next program."""
    until_s = time.monotonic() + PATIENCE_S
    while machine.passing and time.monotonic() < until_s:
        time.sleep(LOOK_S)
    return machine.passing


def _make(path: Path) -> None:
    samples, rate_hz = soundfile.read(sample.CALL, dtype="int16", always_2d=True)
    with soundfile.SoundFile(path, "w", rate_hz, samples.shape[1], "PCM_16") as file:
        for _ in range(ROUNDS):
            file.write(samples)


def _program(sound: Path, machine: PrivateMachine, calls: int) -> list[Standing]:
    """How a program stands after each of so many calls; the first is in progress once it has started."""
    options = ["--from", str(sound), "--speed", str(SPEED), "--calls", str(machine.calls)]
    screen = open_screen([sys.executable, "-m", "monitor", "live", *options])
    try:
        _wait(lambda: _state() == "call", screen)
        return [_call(screen, number) for number in range(calls)]
    finally:
        screen.end()


def _call(screen: Screen, number: int) -> Standing:
    """Have a call, and give how the program stands after it."""
    if number:
        control.ask("start", CallDetails(customer=str(number)))
    _wait(lambda: control.ask("status").heard_s >= CALL_S, screen)
    folder = Path(control.ask("stop").folder)
    _wait(lambda: _state() == "waiting" and _is_closed(folder), screen)
    with suppress(TimeoutError):
        _wait(lambda: any(isinstance(event, HeardAgain) for event in read_events(folder)), screen, SECOND_PASS_S)
    return Standing.of(screen.process.pid, number)


def _state() -> str:
    with suppress(ControlError):
        return control.ask("status").state
    return ""


def _is_closed(folder: Path) -> bool:
    with suppress(CallFolderError):
        return read_info(folder).closed
    return False


def _wait(is_true: Callable[[], bool], screen: Screen, patience_s: float = PATIENCE_S) -> None:
    until_s = time.monotonic() + patience_s
    while not is_true():
        if time.monotonic() > until_s or screen.process.poll() is not None:
            raise TimeoutError("The program does not answer as it should.")
        time.sleep(LOOK_S)

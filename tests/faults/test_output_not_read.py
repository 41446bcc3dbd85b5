"""Nobody reads what `--plain` prints: a full pipe, a terminal stopped by Ctrl-S, a pager that waits, a reader who left.

The call is measured and recorded to its end. When somebody reads again, one line says how many lines were dropped, then
come the newest ones and the summary. Only the end of the program waits for the reader, and Ctrl-C ends the wait. With
`--speed 0` nothing is dropped. If the reader is gone or the output fails, the call is kept anyway.
"""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
import soundfile

from monitor import sample
from monitor.call.events import SessionState
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.call.summary import of_folder
from monitor.call.text import line, summary
from monitor.live.printer import MOST_WAITING

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="It has neither full pipes nor Ctrl-S of this kind.")

LENGTH_S = 16
RULE = """
[loud-{number}]
about = "Fires at every stretch of speech."
source = "A test."
speaker = "agent"
action = "loud"
title = "Loud"
fact = "{{value:.1f}} dB"
advice = "None"
maturity = "trial"
conditions = [{{ metric = "level_dbfs", above = -40, clear_below = -45 }}]
cooldown_s = 1
"""
DROPPED = re.compile(r"        monitor   (\d+) lines were dropped because nobody read the output\.")
CTRL_S, CTRL_Q = b"\x13", b"\x11"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))


@contextmanager
def live(folder: Path, output: int, speed: int = 20) -> Iterator[subprocess.Popen[str]]:
    """A live call that prints some hundred lines."""
    sound, rate = soundfile.read(sample.CALL, stop=LENGTH_S * 16_000)
    soundfile.write(folder / "call.wav", sound, rate)
    (folder / "rules.toml").write_text("".join(RULE.format(number=number) for number in range(30)))
    command = [sys.executable, "-m", "monitor", "live", "--from", str(folder / "call.wav"), "--plain"]
    command += ["--model", "none", "--rules", str(folder / "rules.toml"), "--speed", str(speed)]
    with subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def the_end_of_the_call(root: Path) -> Path:
    """Wait until its folder is closed and the session is not there any more; all of the sound must be in it."""
    until(lambda: any(read_info(info.parent).closed for info in root.glob("calls/*/*/call.toml")))
    until(lambda: not list((root / "run" / "tone-monitor").glob("control-*.json")))
    (folder,) = root.glob("calls/*/*/")
    assert read_info(folder).duration_s == LENGTH_S
    assert soundfile.info(folder / "audio.flac").duration == LENGTH_S
    return folder


def until(true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def errors_after_ctrl_c(process: subprocess.Popen[str]) -> str:
    """Press Ctrl-C until the program says that it ends.

    Python swallows a Ctrl-C that comes during garbage collection, so a person would press it again; once the program
    ends, another one would kill it.
    """
    assert process.stderr
    printed = b""
    deadline_s = time.monotonic() + 60
    while b"Aborted!" not in printed:
        assert time.monotonic() < deadline_s
        process.send_signal(signal.SIGINT)
        while select.select([process.stderr], [], [], 2)[0] and (piece := os.read(process.stderr.fileno(), 4096)):
            printed += piece
    return printed.decode()


def said(folder: Path) -> list[str]:
    """The lines of all that happened in a call; that it started is in no log."""
    happened = [SessionState("call"), *read_events(folder)]
    return [told for event in happened if (told := line(event)) is not None]


def sum_of(folder: Path) -> list[str]:
    return [*summary(of_folder(folder)), f"Saved in {folder}"]


def full_pipe() -> tuple[int, int, int]:
    """A pipe that takes nothing more: where to read, where to write, and how many bytes are in it."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    filled = 0
    with suppress(BlockingIOError):
        while True:
            filled += os.write(writing, b"\n")
    os.set_blocking(writing, True)
    return reading, writing, filled


def stopped_terminal() -> tuple[int, int, int]:
    """The same for a terminal in which somebody pressed Ctrl-S."""
    keyboard, screen = os.openpty()
    os.write(keyboard, CTRL_S)
    until(lambda: not select.select([], [screen], [], 0)[1])
    return keyboard, screen, 0


def all_of(reading: int) -> list[str]:
    """Read to the end."""
    read = b""
    with closing(open(reading, "rb", buffering=0)) as output, suppress(OSError):  # so a terminal ends
        while piece := output.read(4096):
            read += piece
    return read.decode().splitlines()


@pytest.mark.parametrize("output", [full_pipe, stopped_terminal])
def test_a_call_is_kept_and_late_lines_are_dropped(output: Callable[[], tuple[int, int, int]], tmp_path: Path) -> None:
    reading, writing, filled = output()
    with live(tmp_path, writing) as process:
        os.close(writing)
        folder = the_end_of_the_call(tmp_path)
        assert process.poll() is None
        if output is stopped_terminal:
            os.write(reading, CTRL_Q)
        printed = all_of(reading)[filled:]
        assert process.wait(60) == 0
    (at,) = [number for number, told in enumerate(printed) if DROPPED.fullmatch(told)]
    dropped = int(DROPPED.findall(printed[at])[0])
    assert dropped > 0
    happened = said(folder)
    assert printed == [*happened[:at], printed[at], *happened[at + dropped :], *sum_of(folder)]
    assert len(happened) - at - dropped == MOST_WAITING


def test_as_fast_as_it_goes_a_call_is_kept_and_every_line_waits(tmp_path: Path) -> None:
    reading, writing, filled = full_pipe()
    with live(tmp_path, writing, speed=0) as process:
        os.close(writing)
        folder = the_end_of_the_call(tmp_path)
        assert process.poll() is None
        printed = all_of(reading)[filled:]
        assert process.wait(60) == 0
    assert printed == [*said(folder), *sum_of(folder)]
    assert len(said(folder)) > 1.5 * MOST_WAITING


def test_ctrl_c_ends_a_program_that_waits_for_its_reader(tmp_path: Path) -> None:
    reading, writing, _ = full_pipe()
    with live(tmp_path, writing) as process:
        os.close(writing)
        the_end_of_the_call(tmp_path)
        assert errors_after_ctrl_c(process).endswith("\nAborted!\n")
        assert process.wait(60) == 1
    os.close(reading)


def test_a_reader_who_left_ends_no_call(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with live(tmp_path, writing) as process:
        os.close(writing)
        the_end_of_the_call(tmp_path)
        assert process.wait(60) == 1
        assert process.stderr
        assert process.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="There is no output here that is always full.")
def test_an_output_on_a_full_disk_ends_no_call_and_is_one_sentence(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as output, live(tmp_path, output.fileno()) as process:
        the_end_of_the_call(tmp_path)
        assert process.wait(60) == 1
        assert process.stderr
        assert process.stderr.read() == (
            "Can't print every line: No space left on device. Calls are not affected: list them with "
            "`tone-monitor calls`.\n"
        )

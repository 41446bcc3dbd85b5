"""Runs a program to its end and says what it took: its start, its children, and the Whisper process that served it."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

import msgspec

from bench.instruments.processes import PeakMemory, cpu_s
from monitor.whisper.address import Address


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program took, its start included."""

    wall_s: float
    cpu_s: float
    memory_mb: float
    printed: bytes


def run(command: list[str]) -> Cost:
    """Run a program; a Whisper process that it needs is its own, is counted, and ends with it.

    Raises:
        RuntimeError: it failed.
    """
    with TemporaryDirectory() as runtime, TemporaryFile() as output:
        began_s = time.monotonic()
        process = subprocess.Popen(command, stdout=output, env=os.environ | {"XDG_RUNTIME_DIR": runtime})
        with PeakMemory(process.pid) as memory:
            _, status, used = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - began_s
        whisper_s = sum(map(_ended_s, Path(runtime).rglob("whisper-*.json")))
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"A program that was measured failed with exit status {process.returncode}.")
        output.seek(0)
        return Cost(wall_s, used.ru_utime + used.ru_stime + whisper_s, memory.peak_mb, output.read())


def _ended_s(address: Path) -> float:
    """CPU seconds of a Whisper process, which is ended."""
    pid = msgspec.json.decode(address.read_bytes(), type=Address).pid
    used_s = cpu_s(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    return used_s

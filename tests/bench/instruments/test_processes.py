import subprocess
import sys
from pathlib import Path

import pytest

from bench.instruments.processes import PeakMemory, cpu_s, descendants, thread_time
from tests.waiting import until

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux tells what programs take")

HOLD = "import sys; a = bytearray(100_000_000); sys.stdin.read()"
CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD!r}])"


def test_the_memory_of_what_a_program_starts_counts() -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE) as process:
        with PeakMemory(process.pid) as memory:
            until(lambda: memory.peak_mb >= 100, "its memory is counted", of=process)
        assert len(descendants(process.pid)) == 2
        process.communicate(b"")
    assert memory.peak_mb < 200


def test_cpu_time_is_counted_by_thread() -> None:
    work = "import sys; sum(range(3_000_000)); print('done', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", work], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        whole_s, main = cpu_s(process.pid), thread_time(process.pid)
        process.communicate(b"")
    assert 0 < main.worked_s <= whole_s + 0.02
    assert main.queued_s >= 0

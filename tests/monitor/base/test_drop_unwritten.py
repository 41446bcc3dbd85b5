"""What waits for a terminal that is gone."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
from monitor.base.terminal import drop_unwritten

sys.stdin.readline()
try:
    print("the summary", flush=True)
except OSError:
    pass
{then}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals.")
@pytest.mark.parametrize(("then", "code"), [("drop_unwritten()", 0), ("", 120)])
def test_a_program_ends_well_although_nobody_reads_its_last_lines(then: str, code: int) -> None:
    terminal, writing = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(then=then)],
        stdin=subprocess.PIPE,
        stdout=writing,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    ) as program:
        os.close(writing)
        os.close(terminal)
        program.communicate(b"\n", timeout=60)
    assert program.returncode == code

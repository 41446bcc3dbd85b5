"""Feed every reader damaged input for some minutes of CPU: `python -m fuzz [MINUTES [READER…]]`.

Each reader runs in its own process, so that a crash or a hang is found, too.
"""

import sys
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz.feeding import feed, keep
from fuzz.targets import TARGETS

MINUTES = 12.0
HANGS_AFTER_S = 20.0


def main(minutes: float, names: list[str]) -> int:
    """Feed the named readers, one after the other; return the number of findings."""
    shares = sum(TARGETS[name].share for name in names)
    print(f"{'reader':<12}{'CPU':>8}{'inputs':>10}{'lines reached':>16}{'findings':>10}", flush=True)
    return sum(_feed(name, 60 * minutes * TARGETS[name].share / shares) for name in names)


def _feed(name: str, cpu_s: float) -> int:
    context = get_context("spawn")
    tally = context.Array("q", 3)
    began_s = time.monotonic()
    with TemporaryDirectory() as folder:
        process = context.Process(target=feed, args=(name, time.time_ns(), cpu_s, folder, tally))
        process.start()
        at = -1
        while process.is_alive():
            process.join(HANGS_AFTER_S)
            if process.is_alive() and tally[0] == at and time.monotonic() - began_s > 2 * HANGS_AFTER_S:
                process.kill()
                process.join()
            at = tally[0]
        if process.exitcode:
            tally[1] += 1
            path = Path(folder) / TARGETS[name].file
            content = path.read_bytes() if path.exists() else b""
            keep(name, content, f"The reader crashed with exit code {process.exitcode}.")
    inputs, findings, lines = tally[:]
    print(f"{name:<12}{cpu_s:>6.0f} s{inputs:>10}{lines:>16}{findings:>10}", flush=True)
    return int(findings)


if __name__ == "__main__":
    chosen = sys.argv[2:] or list(TARGETS)
    sys.exit(1 if main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES, chosen) else 0)

"""Feed every reader damaged input for some minutes of CPU: `python -m fuzz [MINUTES [READER…]]`.

Each reader runs in a process of its own, so that one that crashes or hangs is found out, too.
"""

import sys
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz.feeding import feed, keep
from fuzz.targets import TARGETS

MINUTES = 10.0
HANGS_AFTER_S = 20.0


def main(minutes: float, names: list[str]) -> int:
    """Feed the named readers, one after the other; how much was found."""
    context = get_context("spawn")
    findings = 0
    for name in names:
        tally = context.Array("q", 2)
        began_s = time.monotonic()
        with TemporaryDirectory() as folder:
            process = context.Process(
                target=feed, args=(name, time.time_ns(), 60 * minutes / len(names), folder, tally)
            )
            process.start()
            at = -1
            while process.is_alive():
                process.join(HANGS_AFTER_S)
                if process.is_alive() and tally[0] == at:
                    process.kill()
                    process.join()
                at = tally[0]
            if process.exitcode:
                tally[1] += 1
                keep(name, Path(folder) / TARGETS[name].file, f"The reader ended with code {process.exitcode}.")
        print(
            f"{name:<10}{tally[0]:>10} inputs in {time.monotonic() - began_s:4.0f} s, {tally[1]} findings", flush=True
        )
        findings += tally[1]
    return findings


if __name__ == "__main__":
    chosen = sys.argv[2:] or list(TARGETS)
    sys.exit(1 if main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES, chosen) else 0)

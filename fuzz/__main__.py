"""Feed every reader damaged input for some minutes of CPU: `python -m fuzz [MINUTES [READER…]]`."""

import sys

from fuzz.all_readers import MINUTES, feed_all
from fuzz.targets import TARGETS


def main(minutes: float, names: list[str]) -> int:
    """Feed the named readers and print what became of each; return the number of findings."""
    print(f"{'reader':<16}{'CPU':>8}{'inputs':>10}{'lines reached':>16}{'findings':>10}", flush=True)
    findings = 0
    for fed in feed_all(names, minutes):
        print(f"{fed.name:<16}{fed.cpu_s:>6.0f} s{fed.inputs:>10}{fed.lines:>16}{fed.findings:>10}", flush=True)
        findings += fed.findings
    return findings


if __name__ == "__main__":
    chosen = sys.argv[2:] or list(TARGETS)
    sys.exit(1 if main(float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES, chosen) else 0)

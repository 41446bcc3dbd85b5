"""`make audit`: checks the locked packages, prints findings, and fails on those that nobody accepted."""

import sys
from datetime import datetime

from audit import licences, vulnerabilities
from audit.decisions import read
from audit.locked import LOCKS, packages


def main() -> int:
    """Audit both locks; 1 if a finding needs a decision or a fix."""
    decisions, today = read(), datetime.now().astimezone().date()
    well = True
    for lock in LOCKS:
        found = packages(lock)
        looked = vulnerabilities.look_up(lock)
        print(looked.told)
        troubles = [
            *vulnerabilities.troubles(looked.known, decisions, today),
            *licences.troubles(found, decisions, shipped=lock == LOCKS[0]),
        ]
        for trouble in troubles:
            print(trouble)
        print(f"{lock.name}: {len(found)} packages, {len(troubles)} findings.")
        well = well and not troubles
    return 0 if well else 1


sys.exit(main())

"""A program that ships and is killed when so many objects are in the store: at the same moments on any machine."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.stores.desks import in_store
from tests.waiting import until

SHIP = """
import sys
from pathlib import Path
from monitor.shipping import shipment
from monitor.shipping.send import Pace
shipment.ship(sys.argv[1], Path(sys.argv[2]), "", Pace())
"""


def objects(store: Path) -> int:
    """How many files of calls are in a store that is a folder."""
    with suppress(FileNotFoundError):  # one is being put in its place
        return sum(name.startswith("calls/") for name in in_store(store))
    return 0


def ship_until(store: Path, root: Path, number: int) -> None:
    """Ship, and kill the program when so many objects are in the store."""
    with subprocess.Popen([sys.executable, "-c", SHIP, str(store), str(root)]) as program:
        until(lambda: objects(store) >= number or program.poll() is not None, f"{number} objects are there")
        program.kill()

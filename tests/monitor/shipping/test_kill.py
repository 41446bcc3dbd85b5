"""Killed at any moment of its uploads: every call in the store is whole, and all arrive after a restart."""

import secrets
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.stores.desks import Desk, in_store, whole_calls
from tests.waiting import until

pytestmark = pytest.mark.slow
pytest.importorskip("obstore")

CALLS = 12
KILLS = 2
SHIP = """
import sys
from pathlib import Path
from monitor.shipping import shipment
from monitor.shipping.send import Pace
shipment.ship(sys.argv[1], Path(sys.argv[2]), "", Pace())
"""


def objects(store: Path) -> int:
    with suppress(FileNotFoundError):  # one is being put in its place
        return sum(name.startswith("calls/") for name in in_store(store))
    return 0


def ship_until(sam: Desk, store: Path, number: int) -> None:
    """Ship, and kill the program when so many objects are in the store."""
    with subprocess.Popen([sys.executable, "-c", SHIP, sam.store, str(sam.calls)]) as program:
        until(lambda: objects(store) >= number or program.poll() is not None, f"{number} objects are there")
        program.kill()


def test_every_call_is_whole_after_kills_and_all_arrive_after_a_restart(sam: Desk, store: Path) -> None:
    for number in range(CALLS):
        folder = sam.call(name=f"{number:06x}")
        (folder / "audio.flac").write_bytes(secrets.token_bytes(400_000))
    moments = sorted(1 + secrets.randbelow(CALLS * 4 - 1) for _ in range(KILLS))
    for moment in moments:
        ship_until(sam, store, moment)
        assert whole_calls(store, sam.calls) <= CALLS, moments
    sam.ok("ship")
    assert whole_calls(store, sam.calls) == CALLS, moments
    assert objects(store) == CALLS * 4

"""Shipping to a folder: killed with SIGKILL at 20 moments of its uploads, and how long a look at many calls takes."""

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.figures.table import Row
from monitor.call import find
from monitor.catalogue.site import site_of
from monitor.objects.bucket import connect
from monitor.shipping import cache, shipment
from monitor.shipping.send import Pace
from tests.made_calls import make, said
from tests.stores.desks import whole_calls
from tests.stores.killed import ship_until

CALLS = 80
KILLS = 20
FILES = 4
SOUND_BYTES = 2_000_000
LISTED = 300


def rows() -> Iterator[Row]:
    """What is missing after kills, and the CPU of a look."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _killed(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        yield from _listed(Path(folder))


def _filled(place: Path, calls: int, sound_bytes: int) -> tuple[Path, Path]:
    """A store, and a calls folder."""
    root, store = place / "calls", place / "store"
    store.mkdir()
    for number in range(calls):
        folder = make(root, [said("so many words about so little")], name=f"{number:06x}")
        (folder / "audio.flac").write_bytes(random.Random(number).randbytes(sound_bytes))  # noqa: S311 - no secrets
    return store, root


def _killed(place: Path) -> Iterator[Row]:
    store, root = _filled(place, CALLS, SOUND_BYTES)
    chance = random.Random(1)  # noqa: S311 - moments, no secrets
    torn = 0
    for moment in sorted(chance.sample(range(1, CALLS * FILES), KILLS)):
        ship_until(store, root, moment)
        torn += not _are_whole(store, root)
    yield Row(f"calls torn: kills of {KILLS} that left one", torn, "", "≤ 0")
    shipment.ship(str(store), root, "", Pace())
    missing = sum(1 for _ in find.folders(root)) - whole_calls(store, root)
    yield Row("calls missing after a restart", missing, "", "≤ 0")


def _are_whole(store: Path, root: Path) -> bool:
    try:
        whole_calls(store, root)
    except AssertionError:
        return False
    return True


def _listed(place: Path) -> Iterator[Row]:
    store, root = _filled(place, LISTED, 1000)
    began_s = time.process_time()
    shipment.ship(str(store), root, "", Pace())
    yield Row("CPU to ship a call", 1000 * (time.process_time() - began_s) / LISTED, "ms")
    copies = place / "copies"
    for name in ("first", "second"):
        began_s = time.process_time()
        cache.look(connect(str(store)), copies, site_of(copies), date.min)
        yield Row(f"CPU of a {name} look at {LISTED:,} calls", time.process_time() - began_s, "s")

"""Killed at any moment of its uploads: every call in the store is whole, and all arrive after a restart."""

import secrets
from pathlib import Path

import pytest

from tests.stores.desks import Desk, whole_calls
from tests.stores.killed import objects, ship_until

pytestmark = pytest.mark.slow
pytest.importorskip("obstore")

CALLS = 12
KILLS = 2


def test_every_call_is_whole_after_kills_and_all_arrive_after_a_restart(sam: Desk, store: Path) -> None:
    for number in range(CALLS):
        folder = sam.call(name=f"{number:06x}")
        (folder / "audio.flac").write_bytes(secrets.token_bytes(400_000))
    moments = sorted(1 + secrets.randbelow(CALLS * 4 - 1) for _ in range(KILLS))
    for moment in moments:
        ship_until(store, sam.calls, moment)
        assert whole_calls(store, sam.calls) <= CALLS, moments
    sam.ok("ship")
    assert whole_calls(store, sam.calls) == CALLS, moments
    assert objects(store) == CALLS * 4

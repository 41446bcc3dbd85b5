"""Sealed calls are shipped as they are, and noted by whoever has a key: nothing is readable in the store."""

from pathlib import Path

import pytest

from monitor.call import files, marks
from monitor.call.events import Mark
from monitor.sealed import keys, sealing
from monitor.settings import config
from tests.stores.desks import Desk, whole_calls

pytest.importorskip("obstore")
pytest.importorskip("cryptography")


@pytest.fixture
def _sealing(sam: Desk, robin: Desk) -> None:
    """Both machines have one key, as two programs of a supervisor have."""
    robin.use()
    sam.use()
    for machine in (robin, sam):
        path = machine.home / "config/tone-monitor/config.toml"
        path.write_text(f'{path.read_text()}[privacy]\nencrypt = true\nkey_file = "{sam.home / "key"}"\n')
    sealing.use(lambda: config.settings().privacy)
    keys.forget()
    keys.make()


@pytest.mark.usefixtures("_sealing")
def test_a_note_on_a_sealed_copy_reaches_the_desk_sealed(sam: Desk, robin: Desk, store: Path) -> None:
    folder = sam.call("marzipan", name="aaaaaa")
    (folder / marks.FILE).unlink()  # an empty one is not sealed
    sam.ok("key", "seal")
    sam.ok("ship")
    robin.ok("calls", "--team", "--plain")
    (copy,) = robin.copies.glob("*/*aaaaaa")
    assert all(files.is_sealed(path) for path in copy.glob("*.*") if path.stat().st_size)
    marks.add(copy, Mark(1.0, "note", "marzipan again"))
    robin.ok("ship")
    everything = b"".join(path.read_bytes() for path in store.rglob("*") if path.is_file())
    assert b"marzipan" not in everything
    assert "Added notes of others to 1 call." in sam.ok("ship")
    assert [mark.text for mark in marks.read(folder)] == ["marzipan again"]
    assert files.is_sealed(folder / marks.FILE)
    assert whole_calls(store, sam.calls) == 1
    for machine in (sam, robin):
        kept = (path for path in machine.home.rglob("*") if path.is_file())
        assert [path for path in kept if b"marzipan" in path.read_bytes()] == []

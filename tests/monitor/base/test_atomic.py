import os
from pathlib import Path

import pytest

from monitor.base import atomic


def test_a_half_written_file_that_another_program_puts_in_its_place_meanwhile_is_no_leftover(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, gone = (tmp_path / f"{name}{atomic.HALF}" for name in ("old", "new", "gone"))
    for half in (old, new):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    monkeypatch.setattr(Path, "glob", lambda *_: iter([gone, old, new]))
    assert list(atomic.leftovers(tmp_path)) == [old]

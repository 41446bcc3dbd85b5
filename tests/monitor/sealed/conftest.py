from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.sealed.machines import Machines


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """A desk and supervisors."""
    monkeypatch.chdir(tmp_path)
    made = Machines(tmp_path, monkeypatch)
    yield made
    made.forget_keys()

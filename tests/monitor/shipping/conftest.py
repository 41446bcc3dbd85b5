"""Machines with one store; all in memory where this system has that: there is much that has to be on the disk."""

import os
from pathlib import Path

import pytest

from tests.stores.desks import Desk, desk


@pytest.fixture
def homes(_own_machine: None) -> Path:
    """The folder of all machines."""
    return Path(os.environ["XDG_DATA_HOME"]).parent


@pytest.fixture
def store(homes: Path) -> Path:
    """A store that is a folder."""
    folder = homes / "store"
    folder.mkdir()
    return folder


@pytest.fixture
def sam(homes: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An agent's desk, which is in use."""
    own = desk(homes / "sam", store, monkeypatch)
    own.use()
    return own


@pytest.fixture
def robin(homes: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A supervisor's machine."""
    return desk(homes / "robin", store, monkeypatch)

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.rollout.rollouts import Team


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """A team with a store in a folder, somebody who publishes, and a desk."""
    monkeypatch.chdir(tmp_path)
    made = Team(tmp_path, monkeypatch)
    made.make_desk()
    yield made
    made.forget_keys()

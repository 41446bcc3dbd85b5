"""The order of the tests: the files that take longest begin first, so that no worker waits for another at the end.

And no test meets the Whisper model, real or made, that another one has loaded, nor its key of sealed calls.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST = (
    "capture/test_pulse.py",
    "test_readme.py",
    "monitor/pipeline/test_built_in_call.py",
    "monitor/pipeline/test_real_sound.py",
)
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first and leave all else in its order."""
    ranks = {HERE / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.fixture(autouse=True)
def _own_model() -> Iterator[None]:
    yield
    if words := sys.modules.get("monitor.pipeline.whisper_model"):
        words._shared.cache_clear()


@pytest.fixture(autouse=True)
def _own_sealing() -> Iterator[None]:
    yield
    if sealing := sys.modules.get("monitor.sealed.sealing"):
        sealing.use(sealing.defaults)

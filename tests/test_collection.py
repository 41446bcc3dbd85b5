"""A run reads the files that have tests for it, and no others."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.conftest import pytest_ignore_collect

WHOLLY = "pytestmark = pytest.mark.slow\n\n\ndef test_one(): ...\n"
PARTLY = "@pytest.mark.slow\ndef test_one(): ...\n\n\ndef test_other(): ...\n"
SOME = "pytestmark = [pytest.mark.slow, pytest.mark.pbx]\n"
FAST = "def test_one(): ...\n"


@pytest.mark.parametrize(
    ("content", "chosen", "ignored"),
    [
        (WHOLLY, "slow", False),
        (PARTLY, "slow", False),
        (SOME, "slow", False),
        (FAST, "slow", True),
        (WHOLLY, "not slow", True),
        (PARTLY, "not slow", False),
        (FAST, "not slow", False),
        (WHOLLY, "", False),
        (FAST, "not pbx", False),
    ],
)
def test_a_file_is_read_if_it_may_have_tests_of_the_run(
    *, content: str, chosen: str, ignored: bool, tmp_path: Path
) -> None:
    path = tmp_path / "test_made.py"
    path.write_text(content, "utf-8")
    config = cast("pytest.Config", SimpleNamespace(option=SimpleNamespace(markexpr=chosen)))
    assert bool(pytest_ignore_collect(path, config)) is ignored

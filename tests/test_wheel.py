"""What is in the wheel: the program and what it needs at run time, and no developer's tool."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {"audio", "rules", "monitor"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(build, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_has_the_three_packages_and_nothing_else(files: set[str]) -> None:
    assert {name.partition("/")[0] for name in files} == PACKAGES


def test_each_package_in_the_wheel_is_marked_as_typed(files: set[str]) -> None:
    assert {f"{package}/py.typed" for package in PACKAGES} <= files

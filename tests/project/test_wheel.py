"""What is in the wheel: the program and what it needs at run time, and no developer's tool."""

import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
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


def test_the_built_in_call_is_in_the_wheel_and_its_makers_are_not(files: set[str]) -> None:
    here = {name for name in files if name.startswith("monitor/sample/")}
    assert here == {f"monitor/sample/{name}" for name in ("__init__.py", "call.flac", "truth.json")}


def test_the_schemas_of_what_is_written_are_in_the_wheel(files: set[str]) -> None:
    names = ("analysis", "call", "contact-lens", "events", "prompts-track", "vcon-report", "webhook")
    here = {name for name in files if name.endswith(".schema.json")}
    assert here == {f"monitor/export/schemas/{name}.schema.json" for name in names}


def test_no_module_in_the_wheel_imports_a_developers_tool(files: set[str]) -> None:
    tools = re.compile(r"^\s*(from|import) (audit|bench|fuzz|tests|tools)\b", re.MULTILINE)
    modules = [name for name in files if name.endswith(".py")]
    assert [name for name in modules if tools.search((ROOT / name).read_text("utf-8"))] == []

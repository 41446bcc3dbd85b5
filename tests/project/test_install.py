"""The built wheel, installed as by somebody without git and make, and run in an environment that holds nothing else."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from monitor import sample
from monitor.base.version import __version__
from tools.installed_sizes import sizes, table

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSIONS = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if ":: 3." in name]
PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
LONGEST_S = 1_500


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)], ROOT)
    (built,) = folder.glob("*.whl")
    return built


def run(command: list[str], place: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=place, env=environment, timeout=LONGEST_S
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def made(python: str, folder: Path) -> Path:
    """Make a virtual environment; return its folder of programs."""
    run([python, "-m", "venv", str(folder)], folder.parent)
    return folder / ("Scripts" if os.name == "nt" else "bin")


def interpreter(version: str) -> str | None:
    """A Python of this version on this machine: the running one, one on the path, or one of pyenv's."""
    candidates = [sys.executable, shutil.which(f"python{version}")]
    candidates += sorted(map(str, PYENV.glob(f"{version}.*/bin/python{version}")), reverse=True)
    return next((path for path in candidates if path and _is(version, path)), None)


def _is(version: str, python: str) -> bool:
    """Whether it is of this version; a program of pyenv's on the path may only say that there is none."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], check=False, capture_output=True, text=True)
    return done.stdout.strip() == version


def empty(home: Path, programs: Path) -> dict[str, str]:
    """What a new user's shell has: a home of their own, the system's programs, and nothing of ours."""
    home.mkdir()
    return {"HOME": str(home), "PATH": os.pathsep.join((str(programs), "/usr/bin", "/bin"))}


@pytest.mark.slow
def test_the_wheel_runs_beside_its_packages_alone(wheel: Path, tmp_path: Path) -> None:
    programs = made(sys.executable, tmp_path / "venv")
    python = str(programs / "python")
    run([python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel)], tmp_path)
    (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    packages = [path for path in sys.path if path.endswith("site-packages")]
    (site / "packages.pth").write_text("".join(f"{path}\n" for path in packages), encoding="utf-8")
    environment = empty(tmp_path / "home", programs)
    assert run([python, "-c", "import monitor; print(monitor.__file__)"], tmp_path, environment).startswith(str(site))
    assert_it_works(tmp_path, environment, ["live", "--from", "call.flac", "--speed", "0", "--plain"])


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_a_whole_installation_works_on_every_python(version: str, wheel: Path, tmp_path: Path) -> None:
    if "TONE_MONITOR_TEST_INSTALL" not in os.environ:
        pytest.skip("takes 1 GB and some minutes; `make test-install` tries it")
    python = interpreter(version)
    if not python:
        pytest.skip(f"Python {version} is not on this machine: not tried")
    programs = made(python, tmp_path / "venv")
    pip = [str(programs / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]
    run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")], tmp_path)
    run([*pip, str(wheel)], tmp_path)
    assert_it_works(tmp_path, empty(tmp_path / "home", programs), ["demo", "--plain"])
    (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    full = run([str(programs / "python"), "--version"], tmp_path).strip()
    sys.stdout.writelines(f"{line}\n" for line in (full, *table(sizes(site))))
    shutil.rmtree(tmp_path / "venv")  # a gigabyte each


def assert_it_works(place: Path, environment: dict[str, str], play: list[str]) -> None:
    """Say the version and play the built-in call with all its prompts."""
    program = shutil.which("tone-monitor", path=environment["PATH"])
    assert program
    assert run([program, "--version"], place, environment).strip().endswith(__version__)
    shutil.copy(sample.CALL, place)
    played = run([program, *play], place, environment)
    for title in ("Slow down", "Lower volume", "Paraphrase", "Offer a supervisor"):
        assert f"PROMPT    {title}" in played
    assert "Saved in" in played


def test_the_table_of_sizes_has_the_largest_first(tmp_path: Path) -> None:
    for name, size in (("small", 1_000_000), ("large", 7_000_000), ("pip", 9_000_000)):
        info = tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1\n", encoding="utf-8")
        (info / "RECORD").write_text(f"{name}.bin,,\ngone.bin,,\n", encoding="utf-8")
        (tmp_path / f"{name}.bin").write_bytes(bytes(size))
    assert list(table(sizes(tmp_path))) == ["| large | 7 MB |", "| small | 1 MB |", "| all 2 | 8 MB |"]


def test_the_page_adds_up_and_names_this_wheel_and_every_python_and_extra() -> None:
    page = (ROOT / "docs/install.md").read_text("utf-8")
    *rows, whole = [int(size.replace(",", "")) for size in re.findall(r"^\| .+ \| ([\d,]+) MB \|", page, re.MULTILINE)]
    assert abs(sum(rows) - whole) <= len(rows) / 2, "each row is rounded"
    assert [row[:4] for row in re.findall(r"^\| (3\.\d+)\.\d+ \|", page, re.MULTILINE)] == VERSIONS
    assert all(f"`{extra}`" in page for extra in PROJECT["optional-dependencies"])
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        assert set(re.findall(r"tone_monitor-([\d.]+)-py3", path.read_text("utf-8"))) <= {__version__}

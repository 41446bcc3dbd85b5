"""Nothing of the current folder is run, whatever modules and programs lie there."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from audio import portaudio

ROOT = Path(__file__).parents[2]
OURS = {"audio", "bench", "monitor", "rules", "tests"}
EVERY_MODULE = {*OURS, *sys.stdlib_module_names, *packages_distributions()}
RAN = "ran.txt"
DECOY = f"""
import os
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), {RAN!r}), "a") as ran:
    ran.write(__name__ + " ")
"""


def fill_with_decoys(folder: Path, names: set[str] = EVERY_MODULE) -> None:
    for name in names:
        (folder / f"{name}.py").write_text(DECOY, "utf-8")


def ran(folder: Path) -> list[str]:
    """The decoys that were run."""
    return (folder / RAN).read_text("utf-8").split() if (folder / RAN).exists() else []


@pytest.fixture
def decoys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    folder = tmp_path / "decoys"
    folder.mkdir()
    fill_with_decoys(folder)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    return folder


def run(command: list[str], folder: Path, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    of_tests = ("TONE_MONITOR", "XDG", "PYTHON")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(of_tests)}
    own = {"TONE_MONITOR_CALLS": home / "calls", "HOME": home, "MPLCONFIGDIR": home / "matplotlib"}
    own |= {f"XDG_{name}_HOME": home / name.lower() for name in ("DATA", "CONFIG", "STATE", "CACHE")}
    environment = inherited | {name: str(path) for name, path in own.items()} | variables
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=120
    )


def test_devices_are_listed_by_our_own_code(decoys: Path) -> None:
    pytest.importorskip("sounddevice", exc_type=OSError)
    assert [list(pair) for pair in portaudio.fresh_list()] == json.loads(portaudio.listed_as_json())
    assert ran(decoys) == []


def test_devices_are_listed_by_the_package_that_asks(decoys: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "audio", checkout / "audio")
    with (checkout / "audio/portaudio.py").open("a", encoding="utf-8") as module:
        module.write("\ndef listed_as_json(): return json.dumps([['checkout', __file__]])\n")
    look = f"import sys; sys.path.insert(0, {str(checkout)!r}); from audio import portaudio as p; print(p.fresh_list())"
    done = run([sys.executable, "-P", "-c", look], decoys, tmp_path)
    assert done.stdout.strip() == str([("checkout", str(checkout / "audio/portaudio.py"))]), done.stderr
    assert ran(decoys) == []

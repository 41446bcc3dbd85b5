"""Nothing of the current folder is run, whatever modules and programs lie there."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime, timedelta
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import soundfile

from audio.devices import portaudio, pulse
from bench import __main__ as bench
from monitor import sample
from monitor.whisper.choice import chosen
from monitor.whisper.client import Client
from monitor.whisper.recognizer import ProcessRecognizer
from tests.made_calls import info, make

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
PROGRAM = shutil.which("tone-monitor", path=sysconfig.get_path("scripts"))
OURS = {"audio", "bench", "monitor", "rules", "tests"}
EVERY_MODULE = {*OURS, *sys.stdlib_module_names, *packages_distributions()}
RAN = "ran.txt"
DECOY = f"""
import os
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), {RAN!r}), "a") as ran:
    ran.write(__name__ + " ")
"""
SIDE_BY_SIDE = 61
"""So many calls are reported by several processes."""

COMMANDS = (
    ("analyze", "one.wav", "two.wav", "--jobs", "2", "--model", "none"),
    ("calibrate", "--from", "one.wav", "--plain", "--anyway"),
    ("calls",),
    ("doctor",),
    ("export", "--to", "json", "-o", "call.json"),
    ("live", "--from", "one.wav", "--plain", "--speed", "0", "--model", "none"),
    ("purge",),
    ("reindex", "--all"),
    ("replay", "--plain"),
    ("report", "-o", "call.html"),
    ("report", "--team", "-o", "team.html"),
    ("rules", "list"),
    ("where",),
)
MAY_FAIL = ("calibrate", "doctor")
"""What they find of this machine, and of a few seconds of a call, does not matter here."""


def fill_with_decoys(folder: Path, names: set[str] = EVERY_MODULE) -> None:
    for name in names:
        (folder / f"{name}.py").write_text(DECOY, "utf-8")


def cut_sample(folder: Path) -> None:
    """Give the folder the two recordings that the commands name."""
    sound, rate_hz = soundfile.read(sample.CALL, stop=16_000 * 3)
    for name in ("one.wav", "two.wav"):
        soundfile.write(folder / name, sound, rate_hz)


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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the program reads and writes, with enough calls for a report by several processes."""
    folder = tmp_path_factory.mktemp("home")
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for number in range(SIDE_BY_SIDE):
        make(folder / "calls", about=info(start + timedelta(minutes=5 * number)))
    return folder


def run(command: list[str], folder: Path, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    of_tests = ("TONE_MONITOR", "XDG", "PYTHON")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(of_tests)}
    own = {"TONE_MONITOR_CALLS": home / "calls", "HOME": home}
    own |= {f"XDG_{name}_HOME": home / name.lower() for name in ("DATA", "CONFIG", "STATE", "CACHE")}
    environment = inherited | {name: str(path) for name, path in own.items()} | variables
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=120
    )


@pytest.mark.skipif(PROGRAM is None, reason="needs tone-monitor in the environment that runs the tests")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_runs_a_module_of_the_current_folder(command: tuple[str, ...], decoys: Path, home: Path) -> None:
    cut_sample(decoys)
    done = run([str(PROGRAM), *command], decoys, home)
    assert ran(decoys) == []
    assert done.returncode == 0 or command[0] in MAY_FAIL, done.stderr


@pytest.mark.parametrize("command", [COMMANDS[0], ("calls",)], ids=" ".join)
def test_as_a_module_the_program_imports_nothing_else_from_there(
    command: tuple[str, ...], tmp_path: Path, home: Path
) -> None:
    fill_with_decoys(tmp_path, {"audio", "click", "multiprocessing", "numpy", "rules"})
    cut_sample(tmp_path)
    done = run([sys.executable, "-m", "monitor", *command], tmp_path, home, PYTHONPATH=str(ROOT))
    assert ran(tmp_path) == []
    assert done.returncode == 0, done.stderr


def test_the_program_as_a_module_runs_from_a_checkout_that_is_not_installed(tmp_path: Path, home: Path) -> None:
    for package in ("audio", "monitor", "rules"):
        shutil.copytree(ROOT / package, tmp_path / package)
    with (tmp_path / "audio/__init__.py").open("a", encoding="utf-8") as module:
        module.write(DECOY)
    assert run([sys.executable, "-m", "monitor", "calls"], tmp_path, home).returncode == 0
    assert ran(tmp_path / "audio") == ["audio"]


def test_devices_are_listed_by_our_own_code(decoys: Path) -> None:
    pytest.importorskip("sounddevice", exc_type=OSError)
    assert [list(pair) for pair in portaudio.fresh_list()] == json.loads(portaudio.listed_as_json())
    assert ran(decoys) == []


def test_devices_are_listed_by_the_package_that_asks(decoys: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "audio", checkout / "audio")
    with (checkout / "audio/devices/portaudio.py").open("a", encoding="utf-8") as module:
        module.write("\ndef listed_as_json(): return json.dumps([['checkout', __file__]])\n")
    path_first = f"import sys; sys.path.insert(0, {str(checkout)!r})"
    look = f"{path_first}; from audio.devices import portaudio; print(portaudio.fresh_list())"
    done = run([sys.executable, "-P", "-c", look], decoys, tmp_path)
    assert done.stdout.strip() == str([("checkout", str(checkout / "audio/devices/portaudio.py"))]), done.stderr
    assert ran(decoys) == []


@pytest.mark.skipif(os.name == "nt", reason="there is no PulseAudio on Windows")
@pytest.mark.parametrize("part", ["", "."])
def test_pactl_of_the_current_folder_is_not_run(part: str, decoys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pactl = decoys / "pactl"
    pactl.write_text(f"#!/bin/sh\necho pactl >>{RAN}\n", "utf-8")
    pactl.chmod(0o700)
    monkeypatch.setenv("PATH", os.pathsep.join([part, os.environ["PATH"]]))
    pulse.sources()
    assert ran(decoys) == []


def whisper(place: Path) -> ProcessRecognizer:
    """The built-in model, in a process that is started for it."""
    place.mkdir(mode=0o700)
    return ProcessRecognizer(Client(lambda: place), chosen("default").model)


def test_the_whisper_process_loads_its_model_by_our_own_code(decoys: Path, tmp_path: Path) -> None:
    recognizer = whisper(tmp_path / "whisper")
    recognizer.load()
    recognizer.client.leave()
    assert ran(decoys) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows does not remove the current folder of a program")
def test_the_whisper_process_starts_from_a_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer, gone = whisper(tmp_path / "whisper"), tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert recognizer.cpu_s() > 0
    recognizer.client.leave()
    monkeypatch.chdir(tmp_path)


def test_the_bench_measures_our_own_code(decoys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONSAFEPATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "")  # so that what the bench sets is forgotten
    monkeypatch.setattr(bench, "PARTS", {"unknown": "", "neither": ""})
    with pytest.raises(SystemExit, match="Not measured: unknown, neither"):
        bench.main([])
    assert ran(decoys) == []

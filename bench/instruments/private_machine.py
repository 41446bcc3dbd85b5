"""Folders for a program that is measured: nothing of this person's, and whatever it leaves behind can be counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

KINDS = ("CACHE", "CONFIG", "DATA", "STATE")


@dataclass(frozen=True, slots=True)
class PrivateMachine:
    """A folder that stands for a machine on which nothing was installed before."""

    folder: Path

    @property
    def calls(self) -> Path:
        """The folder of all calls."""
        return self.folder / "calls"

    @property
    def runtime(self) -> Path:
        """Where running programs have their sockets, and what the card guard holds back."""
        return self.folder / "run"

    @property
    def passing(self) -> int:
        """The number of files that should be gone when a program has ended.

        The Whisper process's one lock stays, empty: who deletes a lock lets two programs hold it.
        """
        found = (path for place in (self.runtime, self.folder / "tmp") for path in place.rglob("*"))
        return sum(path.is_file() and path.suffix != ".lock" for path in found)


@contextmanager
def private_machine() -> Iterator[PrivateMachine]:
    """Let this program, and those it starts, have a machine of their own."""
    with TemporaryDirectory(prefix="tm-") as name:
        folder = Path(name)
        places = {"XDG_RUNTIME_DIR": "run", "TMPDIR": "tmp", **{f"XDG_{kind}_HOME": kind.lower() for kind in KINDS}}
        for place in places.values():
            (folder / place).mkdir(mode=0o700)
        with patch.dict("os.environ", {variable: str(folder / place) for variable, place in places.items()}):
            yield PrivateMachine(folder)

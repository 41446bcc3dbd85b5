"""Several desks and a supervisor on one machine: each has its own folders, and all have one store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.call import find
from monitor.cli import main
from tests.made_calls import info, make, said

FOLDERS = ("cache", "config", "data", "state")


@dataclass(frozen=True, slots=True)
class Desk:
    """A machine of its own."""

    home: Path
    store: str
    patch: pytest.MonkeyPatch

    @property
    def calls(self) -> Path:
        return self.home / "calls"

    @property
    def copies(self) -> Path:
        """The folder of copies, which must be there."""
        (found,) = (self.home / "cache/tone-monitor/shipped").iterdir()
        return found

    def use(self) -> None:
        """Be this machine from now on."""
        for name in FOLDERS:
            self.patch.setenv(f"XDG_{name.upper()}_HOME", str(self.home / name))
        self.patch.setenv("TONE_MONITOR_CALLS", str(self.calls))
        settings = self.home / "config/tone-monitor/config.toml"
        if not settings.exists():
            settings.parent.mkdir(parents=True)
            settings.write_text(f'[objects]\nurl = "{self.store}"\n', "utf-8")

    def run(self, *arguments: str | Path) -> Result:
        """Run a command on this machine."""
        self.use()
        done = CliRunner().invoke(main, [str(one) for one in arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    def ok(self, *arguments: str | Path) -> str:
        """The same for a command that succeeds; what it printed."""
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.output

    def call(self, words: str = "hello there", *, name: str = "a1b2c3", agent: str = "Sam Porter") -> Path:
        """Make a call with sound that is over."""
        folder = make(self.calls, [said(words)], about=info(agent=agent), name=name)
        (folder / "audio.flac").write_bytes(f"sound of {name}".encode() * 1000)
        return folder


def desk(home: Path, store: Path | str, patch: pytest.MonkeyPatch) -> Desk:
    """A machine whose folders are made when it is first used."""
    home.mkdir()
    return Desk(home, str(store), patch)


def in_store(store: Path) -> set[str]:
    """The keys of all objects of a store that is a folder."""
    return {path.relative_to(store).as_posix() for path in store.rglob("*") if path.is_file()}


def whole_calls(store: Path, *roots: Path) -> int:
    """How many calls of these folders are in the store; each that has a call.toml there must be whole."""
    whole = 0
    for committed in store.glob("calls/*/*/call.toml"):
        name = committed.parent.name.partition(".")[0]
        (folder,) = (folder for root in roots for folder in find.folders(root) if folder.name == name)
        for path in folder.iterdir():
            assert (committed.parent / path.name).read_bytes() == path.read_bytes()
        whole += 1
    return whole

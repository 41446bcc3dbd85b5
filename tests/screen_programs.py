"""The supervisor's screen as a program of its own, steered by keys and asked what it shows."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.waiting import until

PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from monitor.catalogue.filter_line import FilterLine
from monitor.supervisor import calls_screen
from monitor.supervisor.app import SupervisorApp
from monitor.supervisor.commands import up_to_date

calls_screen.LOOK_AGAIN_S = 0.3

async def steer(pilot):
    screen = pilot.app.screen
    while line := await asyncio.to_thread(sys.stdin.readline):
        await pilot.press(*json.loads(line))
        for _ in range(2):
            await pilot.pause()
        view = screen.view
        calls = {
            call.folder: [call.reviewed, state, call.duration_s]
            for call, state in zip(view.calls, view.states, strict=True)
        }
        found = [view.found.calls, view.found.unreviewed]
        trouble = view.message if view.trouble else ""
        print(json.dumps({"calls": calls, "found": found, "trouble": trouble}), file=sys.__stdout__, flush=True)

async def show(catalogue):
    async with SupervisorApp(catalogue, FilterLine(), "worst", "robin").run_test(size=(110, 40)) as pilot:
        await steer(pilot)

with up_to_date(Path(sys.argv[1]), sys.argv[2]) as catalogue:
    asyncio.run(show(catalogue))
"""
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Shown:
    """What a screen shows."""

    calls: dict[str, tuple[bool, str, float]]
    """Each call of the list by its folder: whether it was reviewed, its state, and its length in seconds."""
    found: tuple[int, int]
    """Calls, and calls that nobody has reviewed, on the screen or not."""
    trouble: str
    """What went wrong."""


class ScreenProgram(AbstractContextManager["ScreenProgram"]):
    """A screen on the calls below a folder, which looks at the catalogue again three times a second."""

    def __init__(self, root: Path, url: str = "") -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(root), url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def press(self, *keys: str) -> Shown:
        """Press keys, and give what the screen shows then."""
        assert self._program.stdin
        assert self._program.stdout
        self._program.stdin.write(json.dumps(keys) + "\n")
        self._program.stdin.flush()
        said = json.loads(self._program.stdout.readline())
        calls = {name: tuple(about) for name, about in said["calls"].items()}
        return Shown(calls, tuple(said["found"]), said["trouble"])

    def until(self, true: Callable[[Shown], object]) -> Shown:
        """Wait until something is true of what the screen shows."""
        seen: list[Shown] = []

        def shows() -> bool:
            seen[:] = [self.press()]
            return bool(true(seen[0]))

        try:
            until(shows, "the screen shows what it should", of=self._program)
        except BaseException as error:
            error.add_note(f"It shows {seen}")
            raise
        return seen[0]

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let it do nothing meanwhile."""
        self._program.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._program.send_signal(signal.SIGCONT)

    def lost_files(self) -> list[str]:
        """Files of a catalogue that the program still has open, although they were deleted; Linux says so."""
        folder = Path(f"/proc/{self._program.pid}/fd")
        names = [str(path.readlink()) for path in folder.iterdir()] if folder.is_dir() else []
        return [name for name in names if "catalogue" in name and "(deleted)" in name]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, as q does."""
        assert self._program.stdin
        assert self._program.stdout
        self._program.stdin.close()
        self._program.stdout.close()
        code = self._program.wait(PATIENCE_S)
        assert kind or code == 0

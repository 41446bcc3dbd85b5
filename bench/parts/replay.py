"""Replay: how soon a 60-minute call is on the screen, and what a key costs there."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from textual.app import App

from audio.playback.output import Silence
from bench.figures.table import Row
from monitor.replay.call_log import read
from monitor.replay.replay_screen import ReplayScreen
from monitor.replay.timeline import Timeline
from tests.made_conversations import made_call

SIZE = (110, 26)


async def _on_screen(folder: Path) -> dict[str, list[float]]:
    """Seconds to the first full picture, and for each kind of step from its key to its picture."""
    taken: dict[str, list[float]] = {}
    async with App[None]().run_test(size=SIZE) as pilot:
        await pilot.pause()
        start_s = time.perf_counter()
        screen = ReplayScreen(folder, output=Silence)
        await pilot.app.push_screen(screen)
        while screen.view is None or not screen.query_one(Timeline).size.width:
            await pilot.pause()
        screen.show(screen.view)
        _painted(screen)
        taken["open"] = [time.perf_counter() - start_s]
        for name, action, count in _STEPS:
            for _ in range(count):
                start_s = time.perf_counter()
                await screen.run_action(action)
                _painted(screen)
                taken.setdefault(name, []).append(time.perf_counter() - start_s)
    return taken


def _painted(screen: ReplayScreen) -> None:
    """Draw all of the picture, as a terminal would get it."""
    for strip in screen._compositor.render_strips():  # noqa: SLF001 - what Textual itself does to paint
        strip.render(screen.app.console)


_STEPS = (
    ("seek", "go('moved', 1)", 20),
    ("seek", "go('moved', 5)", 20),
    ("scroll", "go('to_line', 1)", 20),
    ("scroll", "go('to_line', 10)", 20),
    ("flag", "go('to_moment', 1)", 10),
    ("zoom", "look('zoomed', 1)", 6),
    ("seek closer", "go('moved', 5)", 20),
    ("zoom", "look('zoomed', -1)", 6),
)


def rows() -> Iterator[Row]:
    """Make a 60-minute call and open it."""
    with tempfile.TemporaryDirectory() as root:
        folder = made_call(Path(root), 3600)
        reads = []
        for _ in range(3):
            start_s = time.perf_counter()
            log = read(folder)
            reads.append(time.perf_counter() - start_s)
        size = (folder / "events.jsonl").stat().st_size / 1e6
        lines = sum(curves.heard.size for curves in log.curves.values())
        yield Row(f"a 60-minute call: log of {size:.0f} MB, {lines} tone samples, read", median(reads), "s")
        runs = [asyncio.run(_on_screen(folder)) for _ in range(3)]
        yield Row("a 60-minute call: enter to first full picture", median(run["open"][0] for run in runs), "s", "≤ 1")
        for name, words in (
            ("seek", "going on by seconds, the hour in sight"),
            ("seek closer", "going on by seconds, 30 s in sight"),
            ("scroll", "scrolling by lines and pages"),
            ("flag", "going from flag to flag"),
            ("zoom", "zooming from the hour to 30 s and back"),
        ):
            costs = sorted(cost for run in runs for cost in run[name])
            yield Row(f"{words}: key to picture, p50", 1000 * median(costs), "ms", "≤ 50")
            yield Row(f"{words}: p95", 1000 * costs[int(len(costs) * 0.95)], "ms", "≤ 100")

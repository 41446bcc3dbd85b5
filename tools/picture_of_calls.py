"""Draw what a supervisor sees: the list of calls and the replay of one, as SVG."""

import re
import tempfile
from dataclasses import replace
from pathlib import Path

from monitor.call.events import Mark
from monitor.call.info import CallInfo
from monitor.catalogue.catalogue import open_catalogue
from monitor.catalogue.filter_line import FilterLine
from monitor.catalogue.reindex import reindex
from monitor.replay.replay_app import ReplayApp
from monitor.replay.replay_screen import ReplayScreen
from monitor.supervisor.app import SupervisorApp
from tests.made_calls import after, fired, info, make, prompted
from tests.made_conversations import made_call
from tests.outputs import FakeOutput

SUPERVISOR_SIZES = ((110, 26), (80, 24))
REVIEWED_AFTER_H = 5
"""Older calls of the list have been reviewed."""


async def calls_picture(size: tuple[int, int]) -> str:
    """Draw a list of made calls, the worst one chosen."""
    with tempfile.TemporaryDirectory() as folder:
        calls = Path(folder)

        def of(agent: str, hours: int, duration_s: float) -> CallInfo:
            return replace(info(after(hours=hours), agent), duration_s=duration_s)

        upset = [
            fired("slow-down", 65.0),
            *prompted("slow-down", 65.0, "followed"),
            fired("escalate-upset", 71.0, "urgent"),
        ]
        note = Mark(71.0, "note", "The second refusal could have come with an offer.", by="Robin")
        make(calls, upset, of("Ada", 1, 542.0), [note, Mark(0.0, "tag", "training")])
        for hours, agent in enumerate(("Grace", "Ada", "Katherine", "Grace", "Mary", "Ada"), start=2):
            flags = [fired("lower-volume", 30.0 * n) for n in range(1, hours % 3 + 1)]
            reviewed = [Mark(0.0, "reviewed", by="Robin")] if hours > REVIEWED_AFTER_H else []
            make(calls, flags, of(agent, hours, 97.0 * hours), reviewed)
        with open_catalogue(calls) as catalogue:
            reindex(catalogue)
            app = SupervisorApp(catalogue, FilterLine(), "worst")
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                await pilot.pause()
                return portable(app.export_screenshot(title="Tone Monitor"))


async def replay_picture(size: tuple[int, int]) -> str:
    """Draw the replay of a made call, a second behind its first flag."""
    with tempfile.TemporaryDirectory() as calls:
        screen = ReplayScreen(made_call(Path(calls), 600, sound=True), output=FakeOutput)
        async with ReplayApp(screen).run_test(size=size) as pilot:
            while not (screen.view and screen.view.output):
                await pilot.pause(0.05)
            await pilot.press("f", "right")
            await pilot.pause()
            return portable(screen.app.export_screenshot(title="Tone Monitor"))


def portable(svg: str) -> str:
    """Let an SVG ask no other host for anything."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\s*<!--.*?-->", "", svg)
    svg = svg.replace("Fira Code, monospace", "'DejaVu Sans Mono', Menlo, Consolas, monospace")
    # Characters high enough for upright lines to meet, and room for them in the last row.
    svg = svg.replace("font-size: 20px", "font-size: 21px")
    return re.sub(r'(<rect x="0" y="0" width="[\d.]+" height=")([\d.]+)', lambda m: f"{m[1]}{float(m[2]) + 2:g}", svg)

"""The wall: hundreds of desks, and a broker that is killed and comes back."""

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from bench.figures.table import Row
from bench.instruments.processes import cpu_s, memory_mb
from bench.instruments.terminal import REDRAW, open_screen
from tests.monitor.wall.mosquitto import MOSQUITTO, Mosquitto

DESKS = 500
WARM_S, MEASURED_S, AWAY_S, PATIENCE_S = 15.0, 20.0, 6.0, 40.0
READY_S = 60.0


@dataclass(slots=True)
class Told:
    """What a wall prints as JSON, a second at a time."""

    process: subprocess.Popen[bytes]
    walls: list[tuple[float, dict[str, Any]]] = field(default_factory=list)

    def read(self) -> None:
        """Read until the wall ends."""
        for line in self.process.stdout or ():
            self.walls.append((time.monotonic(), json.loads(line)))

    def live(self) -> int:
        """Calls that the newest wall shows as live."""
        return sum(call["life"] == "live" for call in self.walls[-1][1]["calls"]) if self.walls else 0

    def heard_since(self, at_s: float) -> int:
        """Calls of which it has heard since then."""
        if not self.walls:
            return 0
        printed_s, wall = self.walls[-1]
        return sum(printed_s - call["silent_s"] > at_s for call in wall["calls"])


def rows() -> Iterator[Row]:
    """All figures."""
    if not Path(MOSQUITTO).exists():
        sys.exit("Mosquitto is not installed here: apt install mosquitto.")
    with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder), "allow_anonymous true") as broker:
        settings = Path(folder) / "config.toml"
        settings.write_text(f'[team]\nname = "Bench"\n[wall]\nbroker = "mqtt://localhost:{broker.port}"\n')
        os.environ["TONE_MONITOR_CONFIG"] = str(settings)
        publishers = subprocess.Popen(
            [sys.executable, "-m", "bench.instruments.wall_publishers", str(DESKS), str(broker.port)]
        )
        wall = [sys.executable, "-m", "monitor", "wall"]
        screen = open_screen(wall, 120, 40)
        told = Told(subprocess.Popen([*wall, "--json"], stdout=subprocess.PIPE))
        reader = Thread(target=told.read, daemon=True)
        reader.start()
        try:
            _until(lambda: told.live() >= DESKS, READY_S)
            time.sleep(WARM_S)
            before_s, began_s, painted = cpu_s(screen.process.pid), time.monotonic(), len(screen.written)
            time.sleep(MEASURED_S)
            took_s, lasted_s = cpu_s(screen.process.pid) - before_s, time.monotonic() - began_s
            # A wall that gets too little of a busy machine paints less often, and looks cheap.
            paintings = sum(written.text.count(REDRAW) for written in screen.written[painted:]) / lasted_s
            share = 100 * took_s / lasted_s
            yield Row("CPU of the wall on the screen", share, "% of a core", "≤ 20", "wall", f"{DESKS} desks")
            yield Row("paintings of the wall", paintings, "a second", "", "wall", f"{DESKS} desks")
            yield Row("memory of the wall", memory_mb(screen.process.pid), "MB", "", "wall", f"{DESKS} desks")
            ages_s = [call["silent_s"] for _, wall in told.walls[-10:] for call in wall["calls"]]
            yield Row("age of a call's state, median", statistics.median(ages_s), "s", "", "wall", f"{DESKS} desks")
            broker.kill()
            killed = len(told.walls)
            time.sleep(AWAY_S)
            broker.start()
            back_s = time.monotonic()
            _until(lambda: told.heard_since(back_s) >= DESKS, PATIENCE_S)
            recovered_s = told.walls[-1][0] - back_s if told.heard_since(back_s) >= DESKS else math.inf
            away = told.walls[killed:]
            if not any(f"{DESKS} calls".encode() in written.text for written in screen.written):
                raise ValueError("The screen has not shown all calls")
        finally:
            publishers.kill()
            publishers.wait()
            screen.end()
            told.process.terminate()
            told.process.wait()
            reader.join()
    live_s = [call["silent_s"] for _, wall in away for call in wall["calls"] if call["life"] == "live"]
    fewest = min(sum(call["life"] == "live" for call in wall["calls"]) for _, wall in away)
    yield Row("longest silence of a call shown as live", max(live_s), "s", "≤ 10", "broker killed", "6 s")
    yield Row("fewest calls shown as live", fewest, "calls", "", "broker killed", "6 s")
    yield Row("all calls live again after its return", recovered_s, "s", "≤ 15", "broker killed", "6 s")


def _until(so: Callable[[], bool], patience_s: float) -> None:
    until_s = time.monotonic() + patience_s
    while not so() and time.monotonic() < until_s:
        time.sleep(0.1)

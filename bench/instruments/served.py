"""Calls on workers of a server, in real time; print how late their tone was, and what they cost, as JSON.

The sound goes straight to the desk, stamped as the front stamps it, so that only the workers are measured. Each call is
the built-in call from another place.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import soundfile
import soxr

from bench.instruments.curve import percentile
from monitor import sample
from monitor.serve.desk.clock import now_ns
from monitor.serve.desk.desk import Desk
from monitor.serve.orders import Alive, Report
from monitor.serve.signals import SideBegins, SideEnds, Sound
from monitor.serve.worker_options import WorkerOptions

RATE_HZ = 8_000
PACKET = RATE_HZ // 50
WARM_UP_S = 4.0
"""Of the calls, before anything counts."""


class Tap:
    """A connection that nobody reads."""

    def __init__(self, name: str) -> None:
        self.name = name

    def pause(self) -> bool:
        """There is no such request."""
        return False

    def resume(self) -> bool:
        """There is no such request."""
        return False

    def end(self, why: str) -> None:
        """It ends by itself."""


def _cpu_s(pid: int) -> float:
    """Seconds that the threads of a process have computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def measure(count: int, model: str, workers: int, sampled_s: float) -> dict[str, float]:
    """Let so many calls run."""
    sound, rate_hz = soundfile.read(sample.CALL, dtype="int16")
    sound = soxr.resample(sound, rate_hz, RATE_HZ)
    delays_s: list[float] = []
    with TemporaryDirectory() as calls:
        desk = Desk(WorkerOptions(model=model, calls=calls), workers, count, print)
        take, counts = desk.numbers.feed, False

        def feed(worker: int, alive: Report) -> None:
            if isinstance(alive, Alive):
                delays_s.extend(alive.delays_s if counts else ())
                take(worker, alive)

        desk.numbers.feed = feed  # type: ignore[method-assign]
        async with desk:
            while not all(worker.ready for worker in desk.crew.workers):  # noqa: ASYNC110 - a bench may look
                await asyncio.sleep(0.1)
            taps = [(number, side, Tap(f"{number}-{side}")) for number in range(count) for side in (0, 1)]
            for number, side, tap in taps:
                role = "agent" if side == 0 else "customer"
                begins = SideBegins(0, f"call-{number}", role, RATE_HZ, numbered=False, at_ns=now_ns(), dialect="bench")
                desk.begin(tap, begins)
            began_s, cpu_s = time.monotonic(), 0.0
            for packet in range(round((WARM_UP_S + sampled_s) * 50)):
                await asyncio.sleep(max(0.0, began_s + (packet + 1) / 50 - time.monotonic()))
                if not counts and packet >= WARM_UP_S * 50:
                    counts, cpu_s = True, sum(_cpu_s(worker.pid) for worker in desk.crew.workers)
                for number, side, tap in taps:
                    at = (packet * PACKET + number * 7 * RATE_HZ) % (len(sound) - PACKET)
                    desk.take(tap, Sound(0, sound[at : at + PACKET, side].tobytes(), now_ns()))
            cpu_s = sum(_cpu_s(worker.pid) for worker in desk.crew.workers) - cpu_s
            for _, _, tap in taps:
                desk.take(tap, SideEnds(0, now_ns(), call_over=True))
    return {
        "tone_p50_s": percentile(delays_s, 0.5),
        "tone_p99_s": percentile(delays_s, 0.99),
        "cpu_share": cpu_s / sampled_s / count,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))))

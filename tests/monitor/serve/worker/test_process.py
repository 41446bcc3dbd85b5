"""The program of a worker: when the front is gone, its calls are closed."""

import socket
from pathlib import Path
from threading import Thread

import msgspec
import numpy as np

from audio.devices.streams import clock_s
from monitor.call.events import Ended
from monitor.call.info import read_info
from monitor.call.log import read_events
from monitor.serve import signals
from monitor.serve.orders import Alive, CallBegins, CallOpen, Ready, Report, Tick
from monitor.serve.records import pack
from monitor.serve.worker.process import run
from monitor.serve.worker_options import WorkerOptions

RATE_HZ = 8_000


def test_a_front_that_is_killed_leaves_closed_calls(tmp_path: Path) -> None:
    front, worker = socket.socketpair()
    options = WorkerOptions(model="none", calls=str(tmp_path / "calls"))
    with front, worker:
        thread = Thread(target=run, args=(worker, options))
        thread.start()
        front.settimeout(60)
        reports = front.makefile("rb")

        def next_report(kind: type[Report]) -> Report:
            while not isinstance(report := msgspec.json.decode(reports.readline(), type=Report), kind):
                pass
            return report

        next_report(Ready)
        at_ns = round(clock_s() * 1e9)
        noise = np.random.default_rng(3).normal(0, 3000, RATE_HZ // 10).astype("<i2").tobytes()
        front.sendall(pack(7, 0, CallBegins(at_ns, "one", at_ns, "asterisk", agent="kim")))
        for side in (0, 1):
            begins = signals.SideBegins(side, "one", "", RATE_HZ, numbered=False, at_ns=at_ns, dialect="asterisk")
            front.sendall(pack(7, side, begins))
        front.sendall(pack(0, 0, Tick(at_ns)))
        for step in range(1, 21):
            for side in (0, 1):
                front.sendall(pack(7, side, signals.Sound(side, noise, at_ns + step * 100_000_000)))
            front.sendall(pack(0, 0, Tick(at_ns + step * 100_000_000)))
        front.sendall(pack(99, 0, signals.Sound(0, noise, at_ns)))
        alive = next_report(Alive)
        assert isinstance(alive, Alive)
        assert alive.at_ns >= at_ns
        front.shutdown(socket.SHUT_WR)
        opened = next_report(CallOpen)
        assert isinstance(opened, CallOpen)
        thread.join(60)
        assert not thread.is_alive()
        reports.close()

    folder = Path(opened.folder)
    assert read_info(folder).closed
    assert isinstance(list(read_events(folder))[-1], Ended)
    assert (folder / "audio.flac").exists()

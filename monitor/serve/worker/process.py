"""The program of a worker process: records in, call folders and reports out, until the front is gone."""

import pickle
import signal
import socket
import sys
import time
from contextlib import suppress
from threading import Lock, Thread

import msgspec

from monitor.pipeline.measure import warm_up
from monitor.sealed import sealing
from monitor.serve.orders import Alive, CallBegins, CallEnds, Ready, Report, Tick, WallReach
from monitor.serve.records import Record, Unpacker
from monitor.serve.worker.next_wiring import with_present_rules
from monitor.serve.worker.shop import Shop
from monitor.serve.worker.worker_call import WorkerCall
from monitor.serve.worker_options import WorkerOptions

AT_ONCE = 1 << 18
"""Bytes read at once."""
REPORT_EVERY_S = 1.0


class Worker:
    """Takes records and reports.

    Args:
        shop: gives calls their parts.
        connection: to the front.
    """

    def __init__(self, shop: Shop, connection: socket.socket) -> None:
        self._shop = shop
        self._connection = connection
        self._sending = Lock()
        self._calls: dict[int, WorkerCall] = {}
        self._ending: list[WorkerCall] = []
        self._delays_s: list[float] = []
        self._lost_s = 0.0
        self._late = 0
        self._reported_s = 0.0
        shop.wall.report = self.report

    def run(self) -> None:
        """Work until the front closes the connection; then end all calls."""
        unpacker = Unpacker()
        with suppress(OSError):
            while data := self._connection.recv(AT_ONCE):
                for record in unpacker.feed(data):
                    self._take(record)
        for call in self._calls.values():
            call.end()
        for call in (*self._calls.values(), *self._ending):
            call.join()
        self._shop.notices.close()

    def report(self, report: Report) -> None:
        """Tell the front; if it is gone, nobody needs to know."""
        with suppress(OSError), self._sending:
            self._connection.sendall(msgspec.json.encode(report) + b"\n")

    def _take(self, record: Record) -> None:
        what = record.signal
        if isinstance(what, Tick):
            self._tick(what)
        elif isinstance(what, WallReach):
            self._shop.wall.take(what)
        elif isinstance(what, CallBegins):
            self._calls[record.call] = WorkerCall(record.call, what, self._shop, self.report)
        elif call := self._calls.get(record.call):
            if isinstance(what, CallEnds):
                del self._calls[record.call]
                self._ending = [one for one in self._ending if not one.is_over] + [call]
                self._lost_s += call.lost_s
                self._late += call.late
                call.end("error" if what.broken else "end of sound")
            else:
                call.take(record.side, what)

    def _tick(self, tick: Tick) -> None:
        for call in self._calls.values():
            call.take(0, tick)
            self._delays_s.append(round(call.delay_s, 3))
        now_s = time.monotonic()
        if now_s - self._reported_s >= REPORT_EVERY_S:
            self._reported_s = now_s
            calls = self._calls.values()
            late = self._late + sum(call.late for call in calls)
            lost_s = self._lost_s + sum(call.lost_s for call in calls)
            self.report(Alive(tick.at_ns, self._delays_s, late, round(lost_s, 3)))
            self._delays_s = []


def run(connection: socket.socket, options: WorkerOptions) -> None:
    """Be a worker; raises what `Shop.of` does."""
    shop = Shop.of(with_present_rules(options))
    warm_up(options.engine)
    worker = Worker(shop, connection)
    if shop.load_model:
        Thread(target=_try, args=(shop.load_model,), name="load Whisper", daemon=True).start()
    worker.report(Ready())
    worker.run()


def _try(load: object) -> None:
    with suppress(Exception):  # it fails again in each call, which reports it
        if callable(load):
            load()


def main(arguments: list[str]) -> None:
    """Run with the number of a connected socket, and the options on standard input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the front ends, and closes the connection
    options: WorkerOptions = pickle.load(sys.stdin.buffer)  # noqa: S301 - the front wrote it
    sealing.use(lambda: options.settings.privacy)
    with socket.socket(fileno=int(arguments[0])) as connection:
        run(connection, options)


if __name__ == "__main__":
    main(sys.argv[1:])

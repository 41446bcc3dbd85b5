"""The figures of a server's calls, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from monitor.serve.orders import Alive

DELAYS_S = (0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 2.0, 5.0, 10.0)


class Numbers:
    """Counts what the workers report; no label names a call, an agent or a customer."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.calls = Gauge("tone_monitor_serve_calls", "Calls in progress.", registry=registry)
        self.most = Gauge("tone_monitor_serve_calls_max", "Calls that fit.", registry=registry)
        self.begun = Counter("tone_monitor_serve_calls_begun", "Calls by platform.", ["dialect"], registry=registry)
        self.restarts = Counter("tone_monitor_serve_worker_restarts", "Workers started again.", registry=registry)
        self.delay = Histogram(
            "tone_monitor_serve_tone_delay_seconds",
            "From when sound was heard until it is measured.",
            buckets=DELAYS_S,
            registry=registry,
        )
        self._late = Gauge("tone_monitor_serve_frames_late", "Packets that came too late.", registry=registry)
        self._gaps = Gauge("tone_monitor_serve_gap_seconds", "Sound that is missing.", registry=registry)
        self._of_worker: dict[int, tuple[int, float]] = {}

    def feed(self, worker: int, alive: Alive) -> None:
        """Take a worker's report; its counts go on from those of workers that are gone."""
        for delay_s in alive.delays_s:
            self.delay.observe(delay_s)
        self._of_worker[worker] = alive.late, alive.gap_s
        self._late.set(sum(late for late, _ in self._of_worker.values()))
        self._gaps.set(sum(gap_s for _, gap_s in self._of_worker.values()))

    def page(self) -> bytes:
        """The page that Prometheus reads."""
        return generate_latest(self.registry)

"""How the monitor itself is doing, for Prometheus: a page on this machine's own address, in base units."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from monitor.base.errors import MonitorError
from monitor.call.events import Ended, Gap, Health, LiveEvent, Progress, PromptShown
from monitor.notify import prometheus_page
from rules.model import Firing

DELAYS_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 5.0, 10.0)


class TelemetryError(MonitorError):
    """The metrics cannot be served; the message is a full sentence."""


class Telemetry:
    """Counts events; every label is the name of a rule or a part, never a word that was said."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._calls = Counter("tone_monitor_calls", "Calls that ended.", ["why"], registry=self.registry)
        self._prompts = Counter("tone_monitor_prompts", "Prompts due.", ["rule", "severity"], registry=self.registry)
        self._firings = Counter("tone_monitor_firings", "Rules that fired.", ["rule"], registry=self.registry)
        self._missing = Counter(
            "tone_monitor_missing_seconds", "Gaps in sound or words.", ["what"], registry=self.registry
        )
        self._fine = Gauge(
            "tone_monitor_part_fine", "1 while a part of the monitor is healthy.", ["part"], registry=self.registry
        )
        self._heard = Gauge("tone_monitor_heard_seconds", "Media time of the call.", registry=self.registry)
        self._behind = Gauge(
            "tone_monitor_behind_seconds", "Delay of the measures behind the sound.", registry=self.registry
        )
        self._words_behind = Gauge(
            "tone_monitor_words_behind_seconds", "Age of the oldest speech not yet transcribed.", registry=self.registry
        )
        self._prompt_delay = Histogram(
            "tone_monitor_prompt_delay_seconds",
            "Delay from the sound that caused a prompt to the screen.",
            buckets=DELAYS_S,
            registry=self.registry,
        )

    def feed(self, event: LiveEvent) -> None:
        """Count one event."""
        match event:
            case Progress():
                self._heard.set(event.heard_s)
                self._behind.set(event.behind_s)
                self._words_behind.set(event.words_behind_s)
            case PromptShown(prompt=prompt):
                self._prompts.labels(prompt.rule, prompt.severity).inc()
                self._prompt_delay.observe(event.delay_s)
            case Firing():
                self._firings.labels(event.rule).inc()
            case Gap():
                self._missing.labels(event.what).inc(event.end_s - event.start_s)
            case Health() if event.part != "voice":  # the agent's, which is no part of the monitor
                self._fine.labels(event.part).set(event.fine)
            case Ended():
                self._calls.labels(event.why).inc()
            case _:
                pass

    @contextmanager
    def served(self, port: int) -> Iterator[int]:
        """Serve the metrics at http://127.0.0.1:PORT/metrics meanwhile; 0 takes a free port. Gives the port.

        Raises:
            TelemetryError: the port is taken.
        """
        try:
            page = prometheus_page.Server(port, lambda: generate_latest(self.registry))
        except OSError as error:
            raise TelemetryError(
                f"Can't serve metrics on port {port} ({error.strerror}). Choose another port with --metrics."
            ) from error
        with page:
            yield page.server_port

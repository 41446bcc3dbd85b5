"""The front's part of the metrics; labels are routes and reasons, never ids, tokens or words."""

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class FrontMetrics:
    """Counts connections, messages and refusals."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._refused = Counter(
            "tone_monitor_serve_refused", "Connections and calls that were not taken.", ["why"], registry=self._registry
        )
        self.wrong_rates = Counter(
            "tone_monitor_serve_wrong_rates", "Sides with another sample rate than announced.", registry=self._registry
        )
        self._messages = Counter(
            "tone_monitor_serve_messages", "Messages and packets read.", ["dialect"], registry=self._registry
        )
        self.connections = Gauge(
            "tone_monitor_serve_connections", "Connections of platforms now.", ["dialect"], registry=self._registry
        )
        self.waiting = Gauge(
            "tone_monitor_serve_waiting", "Connections that have not authenticated.", registry=self._registry
        )

    def refused(self, why: str) -> None:
        """Count something that was not taken."""
        self._refused.labels(why).inc()

    def messages(self, dialect: str) -> Counter:
        """Give the counter of messages of a dialect."""
        return self._messages.labels(dialect)

    def page(self) -> bytes:
        """Give the metrics as Prometheus text."""
        return generate_latest(self._registry)

"""Whom a session tells what its calls say, beside the screen: a webhook, and Prometheus."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from pathlib import Path

import platformdirs

from audio.measures import PartialWords
from monitor import config
from monitor.cloud_events import notice
from monitor.events import Progress, SessionState
from monitor.live import Said
from monitor.webhook import Webhook, WebhookError

Tell = Callable[[Said], object]


def outbox() -> Path:
    """Where notices wait: as TONE_MONITOR_OUTBOX says, else in the platform's folder for state."""
    if named := os.environ.get("TONE_MONITOR_OUTBOX"):
        return Path(named)
    return platformdirs.user_state_path("tone-monitor") / "outbox"


class Telling(ExitStack):
    """Tells as long as it is open; with no webhook in the settings and no port it tells nobody.

    Args:
        to: the webhook's settings.
        metrics: port of this machine on which Prometheus may look.

    Raises:
        WebhookError: the address is not https, or its key cannot be read.
        TelemetryError: the port is taken.
    """

    def __init__(self, to: config.Webhook, metrics: int | None = None) -> None:
        super().__init__()
        self._words = to.transcript
        self._webhook: Webhook | None = None
        self._count: Tell | None = None
        self.metrics_port: int | None = None
        """Where Prometheus may look, if it may."""
        if metrics is not None:
            from monitor.telemetry import Telemetry  # noqa: PLC0415 - most sessions do without

            telemetry = Telemetry()
            self.metrics_port = self.enter_context(telemetry.served(metrics))
            self._count = telemetry.feed
        if to.url:
            self._webhook = Webhook(to.url, _key(to.secret_file), outbox(), time.time)
            self.callback(self._webhook.close)

    def of_call(self, call: str, started: datetime) -> Tell:
        """Give what one call is to tell everything it says.

        Args:
            call: name of its folder.
            started: when it began.
        """
        numbers, name = count(), f"{started:%Y-%m-%d}/{call}"

        def tell(said: Said) -> None:
            if self._count:
                self._count(said)
            if self._webhook and not isinstance(said, PartialWords | Progress | SessionState):
                told = notice(name, started, next(numbers), said, words=self._words)
                if told:
                    self._webhook.tell(told)

        return tell


def _key(path: str) -> bytes:
    if not path:
        return b""
    try:
        return Path(path).read_bytes().strip()
    except OSError as error:
        raise WebhookError(
            f"The webhook's key {path} cannot be read ({error.strerror}): correct webhook.secret_file in the settings."
        ) from error

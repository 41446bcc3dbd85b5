"""Whom a session tells what its calls say, beside the screen: a webhook, and Prometheus."""

from __future__ import annotations

import base64
import binascii
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from audio.values import PartialWords
from monitor.call.events import LiveEvent, Progress, SessionNote, SessionState
from monitor.notify.cloud_events import notice
from monitor.privacy.live_mask import LiveMask
from monitor.settings import config

if TYPE_CHECKING:  # a call starts sooner without the library of HTTP
    from monitor.notify.webhook import Webhook

Tell = Callable[[LiveEvent], object]
_SECRET = b"whsec_"


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
        if metrics is not None:
            from monitor.notify.prometheus import Telemetry  # noqa: PLC0415 - most sessions do without

            telemetry = Telemetry()
            self.enter_context(telemetry.served(metrics))
            self._count = telemetry.feed
        if to.url:
            from monitor.notify.webhook import Webhook  # noqa: PLC0415 - most sessions do without

            self._webhook = Webhook(to.url, _key(to.secret_file), outbox(), time.time)
            self.callback(self._webhook.close)

    def of_call(self, call: str, started: datetime) -> Tell:
        """Give what one call is to tell everything it says.

        Args:
            call: name of its folder.
            started: when it began.
        """
        numbers, name = count(), f"{started:%Y-%m-%d}/{call}"
        mask = LiveMask()

        def tell(said: LiveEvent) -> None:
            if self._count:
                self._count(said)
            if self._webhook and not isinstance(said, PartialWords | Progress | SessionState | SessionNote):
                told = notice(name, started, next(numbers), mask.masked(said), words=self._words)
                if told:
                    self._webhook.tell(told)

        return tell


def _key(path: str) -> bytes:
    """Read the key: as it is, or in the form in which Standard Webhooks hands secrets out, "whsec_" and base64."""
    from monitor.notify.webhook import WebhookError  # noqa: PLC0415 - see above

    if not path:
        return b""
    try:
        if os.name == "posix" and Path(path).stat().st_mode & 0o077:
            raise WebhookError(f"The webhook's key {path} may be read by others: make it your own with chmod 600.")
        secret = Path(path).read_bytes().strip()
        return base64.b64decode(secret[len(_SECRET) :], validate=True) if secret.startswith(_SECRET) else secret
    except (OSError, binascii.Error) as error:
        raise WebhookError(
            f"The webhook's key {path} cannot be read ({getattr(error, 'strerror', None) or error}): "
            "correct webhook.secret_file in the settings."
        ) from error

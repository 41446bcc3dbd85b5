"""Where a session sends notices, besides the screen: a webhook and Prometheus."""

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
from monitor.call.prompt_choices import PromptChoices
from monitor.notify.cloud_events import notice
from monitor.privacy.live_mask import LiveMask
from monitor.settings import config

if TYPE_CHECKING:  # a call starts sooner without the HTTP library
    from monitor.notify.webhook import Webhook

Tell = Callable[[LiveEvent], object]
_SECRET = b"whsec_"


def outbox() -> Path:
    """Where notices wait: TONE_MONITOR_OUTBOX, otherwise the platform's state folder."""
    if named := os.environ.get("TONE_MONITOR_OUTBOX"):
        return Path(named)
    return platformdirs.user_state_path("tone-monitor") / "outbox"


class Notifier(ExitStack):
    """Sends notices while it is open; without a webhook in the settings and a port it sends none.

    Args:
        to: the webhook's settings.
        prometheus_port: port on 127.0.0.1 that Prometheus may read; None for no port.

    Raises:
        WebhookError: the address is not https, or its key cannot be read.
        TelemetryError: the port is taken.
    """

    def __init__(self, to: config.Webhook, prometheus_port: int | None = None) -> None:
        super().__init__()
        self._words = to.transcript
        self._webhook: Webhook | None = None
        self._count: Tell | None = None
        if prometheus_port is not None:
            from monitor.notify.prometheus import Telemetry  # most sessions do without

            telemetry = Telemetry()
            self.enter_context(telemetry.served(prometheus_port))
            self._count = telemetry.feed
        if to.url:
            from monitor.notify.webhook import Webhook  # most sessions do without

            self._webhook = Webhook(to.url, _key(to.secret_file), outbox(), time.time)
            self.callback(self._webhook.close)

    def of_call(self, call: str, started: datetime) -> Tell:
        """Give the function that takes every event of one call.

        Args:
            call: name of its folder.
            started: when it began.
        """
        numbers, name = count(), f"{started:%Y-%m-%d}/{call}"
        mask = LiveMask()

        def tell(said: LiveEvent) -> None:
            if self._count:
                self._count(said)
            if self._webhook and not isinstance(
                said, PartialWords | Progress | SessionState | SessionNote | PromptChoices
            ):
                told = notice(name, started, next(numbers), mask.masked(said), words=self._words)
                if told:
                    self._webhook.tell(told)

        return tell


def _key(path: str) -> bytes:
    """Read the key: raw, or as Standard Webhooks gives out secrets, "whsec_" and base64."""
    from monitor.notify.webhook import WebhookError

    if not path:
        return b""
    try:
        if os.name == "posix" and Path(path).stat().st_mode & 0o077:
            raise WebhookError(f"Others can read the webhook's key {path}. Change its permissions with chmod 600.")
        secret = Path(path).read_bytes().strip()
        return base64.b64decode(secret[len(_SECRET) :], validate=True) if secret.startswith(_SECRET) else secret
    except (OSError, binascii.Error) as error:
        raise WebhookError(
            f"Can't read the webhook's key {path} ({getattr(error, 'strerror', None) or error}). "
            "Correct webhook.secret_file in the settings."
        ) from error

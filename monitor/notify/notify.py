"""Where a session sends messages, besides the screen: a webhook and Prometheus."""

from __future__ import annotations

import base64
import binascii
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from audio.values import PartialWords
from monitor.call.events import CallEvent, CallOver, Ended, LiveEvent, Progress, SessionNote, SessionState
from monitor.call.info import CallInfo, identity
from monitor.privacy.live_mask import LiveMask
from monitor.settings import config
from monitor.settings.prompt_choices import PromptChoices

if TYPE_CHECKING:  # a call starts sooner without the HTTP library
    from monitor.call.analysis import Analysis
    from monitor.notify.webhook import Webhook

Tell = Callable[[LiveEvent], object]
_SECRET = b"whsec_"
_FOR_THE_SCREEN = PartialWords | Progress | CallOver | SessionState | SessionNote | PromptChoices


def outbox() -> Path:
    """Where notices wait: TONE_MONITOR_OUTBOX, otherwise the platform's state folder."""
    if named := os.environ.get("TONE_MONITOR_OUTBOX"):
        return Path(named)
    return platformdirs.user_state_path("tone-monitor") / "outbox"


def tell_both(one: Tell, other: Tell) -> Tell:
    """A function that passes every event on to both."""

    def tell(event: LiveEvent) -> None:
        one(event)
        other(event)

    return tell


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

    def of_call(self, info: CallInfo, folder_name: str = "") -> Tell:
        """Give the function that takes every event of one call.

        Args:
            info: what is known of the call.
            folder_name: of its folder; empty if it is not saved.
        """
        to_webhook = self._to_webhook(self._webhook, info, folder_name) if self._webhook else None

        def tell(said: LiveEvent) -> None:
            if self._count:
                self._count(said)
            if to_webhook and not isinstance(said, _FOR_THE_SCREEN):
                to_webhook(said)

        return tell

    def of_recording(self, analysis: Analysis) -> None:
        """Send the start and the end of a recorded call, with its figures; nobody was prompted in it."""
        from monitor.notify import cloud_events
        from monitor.notify.call_figures import figures
        from monitor.notify.messages import CallEnded

        if self._webhook and (call := analysis.call.identity):
            ended = CallEnded(analysis.call.duration_s, call, "end of sound", figures(analysis))
            self._webhook.tell(cloud_events.notice(cloud_events.started(call), "started"))
            self._webhook.tell(cloud_events.notice(ended, "ended"))

    def _to_webhook(self, webhook: Webhook, info: CallInfo, folder_name: str) -> Callable[[CallEvent], None]:
        from monitor.notify import cloud_events
        from monitor.notify.call_figures import CallRecord
        from monitor.notify.messages import CallEnded

        numbers, call = count(), identity(info, folder_name)
        mask, record = LiveMask(), CallRecord(info)

        def tell(event: CallEvent) -> None:
            number = next(numbers)
            if number == 0:
                webhook.tell(cloud_events.notice(cloud_events.started(call), "started"))
            masked = mask.masked(event)
            record.feed(masked)
            if message := cloud_events.message(call, masked, words=self._words):
                webhook.tell(cloud_events.notice(message, number))
            if isinstance(event, Ended):
                ended = CallEnded(event.at_s, call, event.why, record.figures(event))
                webhook.tell(cloud_events.notice(ended, "ended"))

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

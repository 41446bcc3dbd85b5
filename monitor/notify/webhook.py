"""Tells another system of prompts, escalations and flags over HTTPS, at least once, without holding anything up.

What is to be told goes to a file first and leaves it only when the receiver has said yes: a call that ends, a network
that is away or a machine that is switched off delay it and lose nothing. Signed as https://www.standardwebhooks.com
describes: a receiver makes the signature of "webhook-id.webhook-timestamp.body" itself, compares it in constant time,
and takes nothing that is older than five minutes or that it has taken before.
"""

import base64
import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from urllib.parse import quote, unquote, urlsplit

from monitor.base.errors import CallFolderError, MonitorError
from monitor.call import files
from monitor.notify.cloud_events import CONTENT_TYPE, Notice

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 300.0
TIMEOUT_S = 10.0
KEEP_AT_MOST = 10_000
"""Notices that wait for a receiver that does not answer; then the oldest is given up for each new one."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NEVER = frozenset({400, 413, 415, 422})
"""Answers that are about the notice: it will not be taken later either. All others are about the receiver."""

Now = Callable[[], float]


class WebhookError(MonitorError):
    """The webhook cannot be used as it is set up; the message is a full sentence."""


class Webhook:
    """Sends notices from a thread of its own, in their order.

    Args:
        url: an https address, or an http one on this machine.
        key: signs what is sent; empty to send unsigned.
        outbox: folder in which notices wait; those of an earlier run are sent first.
        now: seconds since 1970, for the signature.

    Raises:
        WebhookError: the address is neither, or none at all.
    """

    def __init__(self, url: str, key: bytes, outbox: Path, now: Now) -> None:
        try:
            parts = urlsplit(url)
        except ValueError as error:  # such as a bracket too many
            raise WebhookError("The webhook's address is no address: correct webhook.url in the settings.") from error
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise WebhookError(  # without its path, which is the secret of many a receiver
                f"The webhook's address at {parts.hostname or 'no host'} is no https address: correct webhook.url in "
                "the settings."
            )
        self._url = url
        self._key = key
        self._outbox = outbox
        self._now = now
        no_proxy = [urllib.request.ProxyHandler({})] if parts.hostname in _LOOPBACK else []
        self._opener = urllib.request.build_opener(_Straight, *no_proxy)  # what stays here need not be encrypted
        self._numbers = count(max((_number(path) for path in self._waiting()), default=-1) + 1)
        self._news: SimpleQueue[Notice | None] = SimpleQueue()
        self._wake = Event()
        self._closing = self._stopped = False
        self._keeper = Thread(target=self._keep, name="webhook outbox", daemon=True)
        self._sender = Thread(target=self._send, name="webhook", daemon=True)
        self._keeper.start()
        self._sender.start()

    def tell(self, notice: Notice) -> None:
        """Have a notice sent; returns at once."""
        self._news.put(notice)

    def close(self, wait_s: float = 2.0) -> None:
        """Send what can be sent in so long; the rest waits in its folder for the next run."""
        self._news.put(None)
        self._keeper.join()
        self._closing = True
        self._wake.set()
        self._sender.join(wait_s)
        self._stopped = True

    def _keep(self) -> None:
        while notice := self._news.get():
            waiting = self._waiting()
            for oldest in waiting[: max(0, len(waiting) - KEEP_AT_MOST + 1)]:
                oldest.unlink(missing_ok=True)
            name = f"{next(self._numbers):09}-{quote(notice.id, safe='')}.json"
            with suppress(OSError, CallFolderError):  # told by the call's own folder
                files.write(self._outbox / name, notice.body)
            self._wake.set()

    def _send(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stopped:
            self._wake.clear()
            failed = not all(self._delivered(path) for path in self._waiting())
            if self._closing:
                return
            self._wake.wait(wait_s if failed else None)
            wait_s = min(LONGEST_WAIT_S, 2 * wait_s) if failed else FIRST_WAIT_S

    def _delivered(self, path: Path) -> bool:
        if self._stopped:
            return False
        try:
            body = files.read(path)
        except FileNotFoundError:  # given up meanwhile, for there were too many
            return True
        except CallFolderError:  # sealed with a key that is not here any more; it does not hold the others up
            return True
        if not self._sent(unquote(path.stem.partition("-")[2]), body):
            return False
        path.unlink(missing_ok=True)
        return True

    def _waiting(self) -> list[Path]:
        return sorted(self._outbox.glob("*.json"), key=_number)

    def _sent(self, name: str, body: bytes) -> bool:
        request = urllib.request.Request(  # noqa: S310 - https, or http on this machine: checked at the start
            self._url, body, {"Content-Type": CONTENT_TYPE, **signature(self._key, name, round(self._now()), body)}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_S):
                return True
        except urllib.error.HTTPError as error:
            return error.code in _NEVER  # a notice that is never taken must not keep the next ones waiting
        except (OSError, http.client.HTTPException):
            return False


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: it would end in a GET without the notice, perhaps at an address that was never named."""

    def redirect_request(self, *_: object) -> None:
        """Take a redirection for an answer that is no yes."""


def _number(path: Path) -> int:
    digits = path.name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def signature(key: bytes, name: str, at: int, body: bytes) -> dict[str, str]:
    """Headers by which the receiver knows who sent it, when, and that nothing was changed."""
    headers = {"webhook-id": name, "webhook-timestamp": str(at)}
    if not key:
        return headers
    digest = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}

"""Sends prompts, escalations and flags to another system over HTTPS, at least once, without blocking the call.

A notice is written to a file first, which is removed only when the receiver has accepted it: the end of a call, a
network failure or a switched-off machine delays notices and loses none. Signed as https://www.standardwebhooks.com
describes: a receiver computes the signature of "webhook-id.webhook-timestamp.body" itself, compares it in constant
time, and accepts nothing that is older than five minutes or that it has accepted before.
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
"""Notices that wait for a receiver that does not answer; beyond that, each new one replaces the oldest."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NEVER = frozenset({400, 413, 415, 422})
"""Answers that reject the notice: a retry will not help. All others are about the receiver."""

Now = Callable[[], float]


class WebhookError(MonitorError):
    """The webhook's settings cannot be used; the message is a full sentence."""


class Webhook:
    """Sends notices in order, from its own thread.

    Args:
        url: an https address, or an http one on this machine.
        key: signs what is sent; empty to send unsigned.
        outbox: folder in which notices wait; those of an earlier run are sent first.
        now: seconds since 1970, for the signature.

    Raises:
        WebhookError: the address is neither, or invalid.
    """

    def __init__(self, url: str, key: bytes, outbox: Path, now: Now) -> None:
        try:
            parts = urlsplit(url)
        except ValueError as error:  # such as a bracket too many
            raise WebhookError("The webhook's address is invalid. Correct webhook.url in the settings.") from error
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise WebhookError(  # without its path, which is the secret of many a receiver
                f"The webhook's address at {parts.hostname or 'no host'} is not an https address. "
                "Correct webhook.url in the settings."
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
        """Queue a notice; returns immediately."""
        self._news.put(notice)

    def close(self, wait_s: float = 2.0) -> None:
        """Send what can be sent in this time; the rest waits in its folder for the next run."""
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
            with suppress(OSError, CallFolderError):  # the call's own folder reports it
                files.write(self._outbox / name, notice.body)
            self._wake.set()

    def _send(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stopped:
            self._wake.clear()
            closing = self._closing  # asked before the folder is read: after that, nothing more comes
            failed = not all(self._delivered(path) for path in self._waiting())
            if closing:
                return
            self._wake.wait(wait_s if failed else None)
            wait_s = min(LONGEST_WAIT_S, 2 * wait_s) if failed else FIRST_WAIT_S

    def _delivered(self, path: Path) -> bool:
        if self._stopped:
            return False
        try:
            body = files.read(path)
        except FileNotFoundError:  # dropped meanwhile, because there were too many
            return True
        except CallFolderError:  # sealed with a key that is gone; it must not block the others
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
            return error.code in _NEVER  # a notice that is never accepted must not block the next ones
        except (OSError, http.client.HTTPException):
            return False


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would end in a GET without the notice, perhaps at an address nobody chose."""

    def redirect_request(self, *_: object) -> None:
        """Treat a redirect as a rejection."""


def _number(path: Path) -> int:
    digits = path.name.partition("-")[0]
    return int(digits) if digits.isdecimal() else 0


def signature(key: bytes, name: str, at: int, body: bytes) -> dict[str, str]:
    """Headers that tell the receiver who sent it, when, and that nothing was changed."""
    headers = {"webhook-id": name, "webhook-timestamp": str(at)}
    if not key:
        return headers
    digest = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}

"""The pages over HTTP: how the server is, its metrics, and the calls."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST

from monitor.serve.call_desk import Answer, CallDesk
from monitor.serve.front.admission import Admission
from monitor.serve.front.front_metrics import FrontMetrics
from monitor.serve.front.request import Request

LARGEST_BODY_BYTES = 16_384
LARGEST_ID = 200
JSON = "application/json"
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer over HTTP."""

    status: HTTPStatus
    body: bytes = b""
    kind: str = JSON

    def head(self) -> bytes:
        """The bytes before the body."""
        lines = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            f"Content-Type: {self.kind}",
            f"Content-Length: {len(self.body)}",
            "X-Content-Type-Options: nosniff",
            "Cache-Control: no-store",
            "Connection: close",
        ]
        return "\r\n".join([*lines, "", ""]).encode()


def page(  # noqa: PLR0911 - one a page
    request: Request, body: bytes, desk: CallDesk, admission: Admission, metrics: FrontMetrics
) -> Page:
    """Answer a request.

    Args:
        request: its head.
        body: what came with it.
        desk: knows the calls.
        admission: knows the administrator.
        metrics: of the front.
    """
    match request.method, request.path:
        case "GET", ("healthz",):
            return _health(desk)
        case "GET", ("metrics",) if _is_local(request, admission) or admission.is_admin(request):
            return Page(HTTPStatus.OK, desk.metrics() + metrics.page(), CONTENT_TYPE_LATEST)
        case _, ("metrics",) | ("calls",) | ("calls", _) if not admission.is_admin(request):
            metrics.refused("unauthorized")
            return Page(HTTPStatus.UNAUTHORIZED)
        case "GET", ("calls",):
            return _as_page(desk.calls())
        case "POST", ("calls", call) if 0 < len(call) <= LARGEST_ID and call.isprintable():
            return _as_page(desk.change(call, body))
        case _, ("healthz" | "metrics" | "calls", *_):
            return Page(HTTPStatus.METHOD_NOT_ALLOWED)
        case _:
            return Page(HTTPStatus.NOT_FOUND)


def _health(desk: CallDesk) -> Page:
    ready, calls, most = desk.health()
    body = msgspec.json.encode({"ready": ready, "calls": calls, "max": most})
    return Page(HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE, body)


def _is_local(request: Request, admission: Admission) -> bool:
    """Whether only this machine can ask: a web page in its browser would ask by another name (DNS rebinding)."""
    options = admission.options
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        return False
    return options.listen.loopback and not options.public_url and host in LOCAL


def _as_page(answer: Answer) -> Page:
    return Page(answer.status, answer.body)

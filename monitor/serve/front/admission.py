"""Who may come in: a request to upgrade, and what its connection speaks."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from monitor.serve.dialects.asterisk import Asterisk
from monitor.serve.dialects.audiohook import AudioHook
from monitor.serve.dialects.dialect import Dialect
from monitor.serve.dialects.l16 import L16
from monitor.serve.dialects.twilio import Twilio
from monitor.serve.front.options import FrontOptions
from monitor.serve.front.request import Request
from monitor.serve.front.secret_file import Secrets, owner, same
from monitor.serve.front.signatures import Nonces, audiohook_is_signed, twilio_is_signed


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that brings a call."""

    dialect: Dialect
    call: str
    """Its id, or empty if the platform says it later."""


@dataclass(frozen=True, slots=True)
class Desktop:
    """The screen of an agent."""

    agent: str


@dataclass(frozen=True, slots=True)
class Denied:
    """Nobody who is known here, or an address that is not."""

    status: HTTPStatus


@dataclass(slots=True)
class Admission:
    """Decides about requests.

    Args:
        secrets: who is known.
        options: of the server.
    """

    secrets: Secrets
    options: FrontOptions
    nonces: Nonces = field(default_factory=Nonces)

    def upgrade(self, request: Request, now_s: float) -> Platform | Desktop | Denied:
        """Decide about a request for a WebSocket."""
        query = request.query
        match request.path:
            case ("audiohook",):
                return self._audiohook(request, now_s)
            case ("asterisk" | "l16" as route, *token) if len(token) <= 1:
                speaks: Mapping[str, Callable[[], Dialect]] = {
                    "asterisk": lambda: Asterisk(query),
                    "l16": lambda: L16(query),
                }
                known = owner(self.secrets.platforms, _token(request, token))
                return Platform(speaks[route](), query.get("call", "")) if known else _UNKNOWN
            case ("twilio", *token) if len(token) <= 1:
                return self._twilio(request, _token(request, token))
            case ("watch",):
                agent = owner(self.secrets.agents, _token(request, []))
                return Desktop(agent) if agent else _UNKNOWN
            case _:
                return Denied(HTTPStatus.NOT_FOUND)

    def is_admin(self, request: Request) -> bool:
        """Whether a request may see and change calls."""
        return same(self.secrets.admin, _token(request, []))

    def _audiohook(self, request: Request, now_s: float) -> Platform | Denied:
        public = self.options.public_url.partition("://")[2].partition("/")[0]
        authority = public or request.headers.get("host", "")
        if not audiohook_is_signed(request, self.secrets.audiohook, authority, self.nonces, now_s):
            return _UNKNOWN
        headers = request.headers
        organization, session = headers.get("audiohook-organization-id"), headers.get("audiohook-session-id")
        return Platform(AudioHook(organization, session), "") if organization and session else _UNKNOWN

    def _twilio(self, request: Request, token: str) -> Platform | Denied:
        """By token, by signature, or by both: whichever is given has to be right."""
        secret, signed = self.secrets.twilio_auth_token, "x-twilio-signature" in request.headers
        if token and not owner(self.secrets.platforms, token):
            return _UNKNOWN
        if (secret and signed) or not token:
            right = twilio_is_signed(request, secret, self.options.public_url)
            return Platform(Twilio(self.options.inbound), "") if right else _UNKNOWN
        return Platform(Twilio(self.options.inbound), "")


_UNKNOWN = Denied(HTTPStatus.UNAUTHORIZED)


def _token(request: Request, in_path: list[str]) -> str:
    """The token of a request: in its path, or in its Authorization header as a bearer's or a password."""
    if in_path:
        return in_path[0]
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""

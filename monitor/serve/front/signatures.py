"""The signatures of requests: HTTP message signatures of AudioHook, and X-Twilio-Signature."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from hashlib import sha1, sha256

from monitor.serve.front.request import Request

COVERED = (
    "@request-target",
    "@authority",
    "audiohook-organization-id",
    "audiohook-session-id",
    "audiohook-correlation-id",
    "x-api-key",
)
"""What an AudioHook signature must cover."""
SHORTEST_NONCE = 22
OLDEST_S = 13
AHEAD_S = 3
REMEMBERED_S = OLDEST_S + AHEAD_S + 1
_INPUT = re.compile(
    r'([a-z*][a-z0-9_.*-]{0,50})=(\(((?:"[^"\\]{1,100}" ?){1,20})\)((?:;[a-z]+=(?:"[^"\\]{0,200}"|\d{1,12}))*))\Z'
)
_PARAMETER = re.compile(r';([a-z]+)=(?:"([^"]*)"|(\d+))')


class Nonces:
    """The nonces that were used, as long as a request with them would still be young enough."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], float] = {}

    def is_new(self, key: str, nonce: str, now_s: float) -> bool:
        """Remember a nonce of a valid request, and say whether it is the first with it."""
        if any(until_s < now_s for until_s in self._used.values()):
            self._used = {used: until_s for used, until_s in self._used.items() if until_s >= now_s}
        new = (key, nonce) not in self._used
        self._used.setdefault((key, nonce), now_s + REMEMBERED_S)
        return new


def audiohook_is_signed(
    request: Request, keys: Mapping[str, str], authority: str, nonces: Nonces, now_s: float
) -> bool:
    """Whether a request has a known API key and, unless that key has no secret, a valid signature of now.

    Args:
        request: the upgrade.
        keys: the API keys, and the secret of each in base64.
        authority: what the client calls this server: host, and port where it is not the usual one.
        nonces: those that were used.
        now_s: the calendar time.
    """
    key = request.headers.get("x-api-key", "")
    if not key or key not in keys:
        return False
    if not keys[key]:
        return "signature" not in request.headers
    given = _INPUT.match(request.headers.get("signature-input", ""))
    if not given:
        return False
    label, signed, names, parameters = given.groups()
    covered = re.findall(r'"([^"]+)"', names)
    values = {name: text or number for name, text, number in _PARAMETER.findall(parameters)}
    base = _base(request, covered, authority, signed)
    if base is None or not set(COVERED) <= set(covered) or not _is_of_now(values, key, now_s):
        return False
    try:
        secret = base64.b64decode(keys[key], validate=True)
    except binascii.Error:
        return False
    expected = base64.b64encode(hmac.digest(secret, base.encode("latin-1"), sha256)).decode()
    right = hmac.compare_digest(
        f"{label}=:{expected}:".encode(), request.headers.get("signature", "").encode("latin-1")
    )
    return right and nonces.is_new(key, values["nonce"], now_s)


def twilio_is_signed(request: Request, auth_token: str, public_url: str) -> bool:
    """Whether Twilio signed this request to the public address, which begins with wss://."""
    url = f"wss://{public_url.partition('://')[2].rstrip('/')}{request.target}"
    expected = base64.b64encode(hmac.digest(auth_token.encode(), url.encode("latin-1"), sha1))
    given = request.headers.get("x-twilio-signature", "").encode("latin-1")
    return bool(auth_token and public_url) and hmac.compare_digest(expected, given)


def _base(request: Request, covered: list[str], authority: str, signed: str) -> str | None:
    derived = {"@request-target": request.target, "@authority": authority}
    lines = []
    for name in covered:
        value = derived.get(name, request.headers.get(name))
        if value is None:
            return None
        lines.append(f'"{name}": {value}')
    return "\n".join([*lines, f'"@signature-params": {signed}'])


def _is_of_now(values: Mapping[str, str], key: str, now_s: float) -> bool:
    created, expires = values.get("created", ""), values.get("expires", str(int(now_s)))
    return (
        values.get("keyid") == key
        and values.get("alg", "hmac-sha256") == "hmac-sha256"
        and len(values.get("nonce", "")) >= SHORTEST_NONCE
        and created.isdigit()
        and expires.isdigit()
        and now_s - OLDEST_S <= int(created) <= now_s + AHEAD_S
        and int(expires) >= now_s - AHEAD_S
    )

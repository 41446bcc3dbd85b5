"""Signatures of requests: what must be signed, how old it may be, and that each counts once."""

import base64
import hmac
from hashlib import sha1

import pytest

from monitor.serve.front.request import Request
from monitor.serve.front.signatures import Nonces, audiohook_is_signed, twilio_is_signed
from tools.platforms.audiohook_client import COVERED, AudioHookClient, signature

SECRET = b"the secret of a key"
KEYS = {"key": base64.b64encode(SECRET).decode(), "unsigned": ""}
NOW_S = 1_795_940_762
HOST = "monitor.example.org"


def request(key: str = "key", **wrong: object) -> Request:
    headers = AudioHookClient().headers(key)
    made = {"created": NOW_S, "target": "/audiohook", "authority": HOST, "secret": SECRET, **wrong}
    headers |= signature(headers, **made)  # type: ignore[arg-type]
    return Request("GET", "/audiohook", {name.lower(): value for name, value in headers.items()})


def is_signed(one: Request, nonces: Nonces | None = None, now_s: float = NOW_S) -> bool:
    return audiohook_is_signed(one, KEYS, HOST, nonces or Nonces(), now_s)


def test_a_right_signature_counts_once() -> None:
    nonces, one = Nonces(), request()
    assert is_signed(one, nonces)
    assert not is_signed(one, nonces)
    assert is_signed(request(), nonces)


def test_a_replay_counts_neither_while_it_is_young_nor_later() -> None:
    nonces, one = Nonces(), request()
    assert is_signed(one, nonces)
    assert [after_s for after_s in range(40) if is_signed(one, nonces, NOW_S + after_s)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": b"another"},
        {"target": "/audiohook?a=b"},
        {"authority": "another.example.org"},
        {"created": NOW_S - 14},
        {"created": NOW_S + 4},
        {"nonce": "short"},
        *({"covered": tuple(name for name in COVERED if name != left_out)} for left_out in COVERED),
    ],
    ids=str,
)
def test_a_wrong_signature_is_refused(wrong: dict[str, object]) -> None:
    assert not is_signed(request(**wrong))


@pytest.mark.parametrize("header", ["signature", "signature-input", "x-api-key", "audiohook-session-id"])
def test_a_signature_without_one_of_its_headers_is_refused(header: str) -> None:
    one = request()
    assert not is_signed(Request("GET", one.target, {k: v for k, v in one.headers.items() if k != header}))


def test_only_a_key_without_a_secret_may_come_unsigned() -> None:
    bare = {"x-api-key": "unsigned"}
    assert is_signed(Request("GET", "/audiohook", bare))
    assert not is_signed(Request("GET", "/audiohook", {"x-api-key": "key"}))
    assert not is_signed(Request("GET", "/audiohook", {"x-api-key": "another"}))


@pytest.mark.parametrize("keys", [{"key": "not base64!"}, {}])
def test_a_key_that_cannot_be_read_or_is_not_known_lets_nobody_in(keys: dict[str, str]) -> None:
    assert not audiohook_is_signed(request(), keys, HOST, Nonces(), NOW_S)


def test_twilio_signs_the_public_address_with_wss() -> None:
    made = hmac.digest(b"token", b"wss://calls.example.org/twilio/t", sha1)
    one = Request("GET", "/twilio/t", {"x-twilio-signature": base64.b64encode(made).decode(), "host": "inner:8765"})
    assert twilio_is_signed(one, "token", "https://calls.example.org")
    assert not twilio_is_signed(one, "token", "https://inner:8765")
    assert not twilio_is_signed(one, "another", "https://calls.example.org")
    assert not twilio_is_signed(one, "", "https://calls.example.org")

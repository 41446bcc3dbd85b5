"""What platforms send, damaged: each input is a connection, whose messages stand between separators."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from monitor.serve.dialects.asterisk import Asterisk
from monitor.serve.dialects.audiohook import AudioHook
from monitor.serve.dialects.audiosocket import AudioSocket
from monitor.serve.dialects.dialect import Close, Dialect, Send
from monitor.serve.dialects.l16 import L16
from monitor.serve.dialects.twilio import Twilio
from monitor.serve.front.request import BadRequestError, read_head
from monitor.serve.front.signatures import Nonces, audiohook_is_signed
from monitor.serve.front.websocket import WebSocket
from monitor.serve.signals import Discarded, SideBegins, Sound
from tools.platforms import platform_messages as messages
from tools.platforms.audiohook_client import AudioHookClient, signature
from tools.platforms.network import Network, frames

BETWEEN = b"\n\x1e"
TEXT, BINARY = b"t", b"b"
CALL = "3f0c2f6e-6a52-4b6a-9a53-0d5b2f6f8a11"
SECRET = "c2VjcmV0"  # noqa: S105 - of made-up requests
NOW_S = 1_795_940_762
_LEG = frames(np.arange(800, dtype=np.int16), 8000, Network())
_CLIENT = AudioHookClient("organization", "session", CALL)
_DIALECTS: dict[str, Callable[[], Dialect]] = {
    "asterisk": lambda: Asterisk({"call": CALL, "role": "agent"}),
    "audiosocket": lambda: AudioSocket(lambda _: True, answer=True),
    "twilio": Twilio,
    "audiohook": lambda: AudioHook("organization", "session"),
    "l16": lambda: L16({"call": CALL}),
}


def connections(dialect: str) -> list[bytes]:
    """Good connections of a dialect."""
    key = '{"event":"DTMF_END","digit":"7"}'
    made: dict[str, list[Iterable[messages.Message]]] = {
        "asterisk": [_of(messages.asterisk(_LEG)), _of(messages.asterisk(_LEG, "slin", as_json=False)), [key]],
        "audiosocket": [_of(messages.audiosocket(_LEG, CALL)), [messages.packet(1, b"\1" * 16) + b"\3\0\0017"]],
        "twilio": [_of(messages.media_stream({"inbound": _LEG}, CALL, {"agent": "sam"}, one)) for one in _SPELLINGS],
        "audiohook": [_audiohook()],
        "l16": [
            _of(messages.l16(zip(_LEG, _LEG, strict=True), {"callSid": "1", "sampleRate": 8000, "mixType": "stereo"})),
            _of(messages.l16(zip(_LEG, strict=True), {"content-type": "audio/l16;rate=16000", "event": "dtmf"})),
        ],
    }
    return [BETWEEN.join(map(_bytes, one)) for one in made[dialect]]


def read(dialect: str) -> Callable[[Path], None]:
    """How a connection of a dialect is read: what it gives has to be usable."""

    def read_file(path: Path) -> None:
        reader, begun = _DIALECTS[dialect](), set[int]()
        for number, message in enumerate(path.read_bytes().split(BETWEEN)):
            kind, content = message[:1], message[1:]
            try:
                text = content.decode() if kind == TEXT else ""
            except UnicodeDecodeError:
                continue
            got = reader.text(text, number) if kind == TEXT else reader.binary(content, number)
            for step in got:
                if isinstance(step, SideBegins):
                    begun.add(step.side)
                elif not isinstance(step, Send | Close) and step.side not in begun:
                    raise AssertionError(f"Something of a side that never began: {step}")
                if isinstance(step, Sound) and (not step.samples or len(step.samples) % 2):
                    raise AssertionError("Sound that is no samples")
                if isinstance(step, Discarded) and step.samples <= 0:
                    raise AssertionError("Nothing was discarded")

    return read_file


def requests() -> list[bytes]:
    """Good heads of requests."""
    headers = _CLIENT.headers("key")
    headers |= signature(headers, "/audiohook", "x", b"secret", created=NOW_S, nonce="n" * 24)
    lines = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "x", "Upgrade": "websocket", **headers}.items())
    return [
        f"GET /audiohook HTTP/1.1\r\n{lines}\r\n".encode(),
        b"POST /calls/17%2e9?a=b&a=c HTTP/1.1\r\nHost: [::1]:8765\r\nContent-Length: 2\r\n\r\n",
    ]


def read_request(path: Path) -> None:
    """Read a head, and whether it is signed: only what was signed may be."""
    try:
        request = read_head(path.read_bytes())
        request.path, request.query, request.upgrades  # noqa: B018 - each is read
    except BadRequestError:
        return
    signed = audiohook_is_signed(request, {"key": SECRET}, request.headers.get("host", ""), Nonces(), NOW_S)
    if signed and request.target != "/audiohook":
        raise AssertionError("Another request counts as signed")


def websockets() -> list[bytes]:
    """Good streams of a WebSocket, behind its head."""
    mask = bytes(4)
    return [
        b"\x81\x85" + mask + b"hello" + b"\x82\xfe\x00\xa0" + mask + b"\xff" * 160 + b"\x88\x82" + mask + b"\x03\xe8",
        b"\x01\x82" + mask + b"he" + b"\x89\x80" + mask + b"\x80\x83" + mask + b"llo",
    ]


def read_websocket(path: Path) -> None:
    """Read a stream."""
    socket = WebSocket(lambda _: None, lambda: None)
    head = "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    socket.accept(f"GET / HTTP/1.1\r\n{head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
    for message in socket.feed(path.read_bytes()):
        if not isinstance(message, str | bytes):
            raise TypeError(message)


_SPELLINGS = (messages.TWILIO, messages.TELNYX_A_LAW, messages.EXOTEL)


def _of(timed: Iterable[messages.Timed]) -> list[messages.Message]:
    return [one.message for one in timed]


def _bytes(message: messages.Message) -> bytes:
    return TEXT + message.encode() if isinstance(message, str) else BINARY + message


def _audiohook() -> Sequence[messages.Message]:
    client = AudioHookClient("organization", "session", CALL)
    return [
        client.open(language="en-US"),
        b"\xff" * 320,
        client.say("ping", {"rtt": "PT0.1S"}),
        client.say("discarded", {"start": "PT0.02S", "discarded": "PT1.5S"}),
        client.say("paused"),
        client.say("resumed", {"start": "PT0.02S", "discarded": "PT0.5S"}),
        client.say("update", {"language": "es-US"}),
        client.say("close", {"reason": "end"}),
    ]

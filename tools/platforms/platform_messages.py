"""The messages of each platform for the frames of a call, with the time of each."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from tools.platforms.g711 import encode
from tools.platforms.network import Frame, Samples

Message = str | bytes


@dataclass(frozen=True, slots=True)
class Timed:
    """A message and when it is sent, in seconds since the start of the call."""

    at_s: float
    message: Message


CODERS: Mapping[str, Callable[[Samples], bytes]] = {
    "ulaw": lambda samples: encode(samples, "ulaw"),
    "alaw": lambda samples: encode(samples, "alaw"),
    "slin": lambda samples: samples.astype("<i2").tobytes(),
    "slin16": lambda samples: samples.astype("<i2").tobytes(),
}


def asterisk(frames: Iterable[Frame], name: str = "ulaw", *, as_json: bool = True) -> Iterator[Timed]:
    """Give a side over chan_websocket."""
    about = {"connection_id": "tm", "channel": "WebSocket/tm/0x1", "format": name, "optimal_frame_size": 160}
    start = {"event": "MEDIA_START", **about, "ptime": 20, "channel_variables": {}}
    plain = " ".join(["MEDIA_START", *(f"{key}:{value}" for key, value in about.items())])
    yield Timed(0.0, json.dumps(start) if as_json else plain)
    for frame in frames:
        yield Timed(frame.at_s, CODERS[name](frame.samples))


def audiosocket(frames: Iterable[Frame], call: str, kind: int = 0x10) -> Iterator[Timed]:
    """Give a side over AudioSocket."""
    yield Timed(0.0, packet(0x01, UUID(call).bytes))
    for frame in frames:
        yield Timed(frame.at_s, packet(kind, frame.samples.astype("<i2").tobytes()))


def packet(kind: int, payload: bytes) -> bytes:
    """Give a packet of AudioSocket."""
    return bytes((kind,)) + len(payload).to_bytes(2, "big") + payload


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a platform like Twilio spells its messages."""

    stream: str
    sequence: str
    call: str
    form: str
    rate: str
    parameters: str
    encoding: str
    coder: str = "ulaw"


TWILIO = Spelling(
    "streamSid", "sequenceNumber", "callSid", "mediaFormat", "sampleRate", "customParameters", "audio/x-mulaw"
)
SIGNALWIRE = TWILIO
TELNYX = Spelling(
    "stream_id", "sequence_number", "call_control_id", "media_format", "sample_rate", "custom_parameters", "PCMU"
)
TELNYX_A_LAW = Spelling(
    "stream_id",
    "sequence_number",
    "call_control_id",
    "media_format",
    "sample_rate",
    "custom_parameters",
    "PCMA",
    "alaw",
)
EXOTEL = Spelling(
    "stream_sid", "sequence_number", "call_sid", "media_format", "sample_rate", "custom_parameters", "base64", "slin"
)


def media_stream(
    tracks: Mapping[str, Iterable[Frame]],
    call: str,
    parameters: Mapping[str, str],
    spelling: Spelling = TWILIO,
    *,
    one_count: bool = False,
) -> Iterator[Timed]:
    """Give a call over Twilio Media Streams and the like.

    Args:
        tracks: the frames of each.
        call: its id.
        parameters: of the customer of the platform.
        spelling: of the platform.
        one_count: whether both tracks share the count of messages.
    """
    form = {"encoding": spelling.encoding, spelling.rate: 8000, "channels": 1}
    start = {spelling.call: call, "tracks": list(tracks), spelling.form: form, spelling.parameters: dict(parameters)}
    yield Timed(0.0, json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
    yield Timed(0.0, json.dumps({"event": "start", spelling.sequence: "1", "start": start, spelling.stream: "MZ1"}))
    both = sorted(((frame, track) for track, leg in tracks.items() for frame in leg), key=lambda pair: pair[0].at_s)
    for sequence, (frame, track) in enumerate(both, 2):
        payload = base64.b64encode(CODERS[spelling.coder](frame.samples)).decode()
        stamp = str(frame.first_sample // 8)
        chunk = str(sequence - 1 if one_count else frame.first_sample // 160 + 1)
        media = {"track": track, "chunk": chunk, "timestamp": stamp, "payload": payload}
        message = {"event": "media", spelling.sequence: str(sequence), "media": media, spelling.stream: "MZ1"}
        yield Timed(frame.at_s, json.dumps(message))
    end_s = both[-1][0].at_s if both else 0.0
    yield Timed(end_s, json.dumps({"event": "stop", spelling.sequence: str(len(both) + 2), spelling.stream: "MZ1"}))


def l16(frames: Iterable[tuple[Frame, ...]], first_line: Mapping[str, object] | None) -> Iterator[Timed]:
    """Give a call as one line of JSON and then samples; each frame holds all channels."""
    if first_line is not None:
        yield Timed(0.0, json.dumps(first_line))
    for sides in frames:
        wide = np.stack([side.samples for side in sides], axis=1)
        yield Timed(sides[0].at_s, wide.astype("<i2").tobytes())

"""Twilio Media Streams and what is like it: Telnyx, SignalWire, Exotel. JSON messages, sound in base64.

Twilio's documentation of Media Streams; the others differ in the spelling of keys (`streamSid`, `stream_sid`,
`stream_id`) and in codecs. Tracks are named from the view of the leg that executes the verb, not from that of the
caller, so it is a setting who speaks on `inbound`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from monitor.serve.dialects.codecs import SAMPLE_BYTES, Decode, a_law, linear, mu_law
from monitor.serve.dialects.dialect import DialectError, OneWay, Step
from monitor.serve.dialects.parameters import call_id, details
from monitor.serve.dialects.twilio_messages import Media, Message, Start
from monitor.serve.signals import KeysPressed, Role, SideBegins, SideEnds, Sound

TRACKS = ("inbound", "outbound")
RATES_HZ = (8000, 16000, 24000, 48000)
ENCODINGS: Mapping[str, Decode] = {
    "audio/x-mulaw": mu_law,
    "pcmu": mu_law,
    "audio/x-alaw": a_law,
    "pcma": a_law,
    "audio/x-raw": linear,
    "audio/l16": linear,
    "raw/slin": linear,
    "base64": linear,  # Exotel names what its 16-bit samples are packed in
}
LATEST_MS = 24 * 3600 * 1000


class Twilio(OneWay):
    """The stream of a call, of one track or two.

    Args:
        inbound: who speaks on the track `inbound`: "customer" if the leg that executes the verb is the caller's.
    """

    name = "twilio"
    close_is_end = False

    def __init__(self, inbound: Role = "customer") -> None:
        outbound: Role = "agent" if inbound == "customer" else "customer"
        self._roles = {"inbound": inbound, "outbound": outbound}
        self._start: SideBegins | None = None
        self._decode: Decode = mu_law
        self._sides: dict[str, int] = {}
        self._first_numbers: dict[str, int | None] = {}
        self._read = msgspec.json.Decoder(Message).decode

    def text(self, message: str, at_ns: int) -> Iterable[Step]:
        """Read a message."""
        try:
            got = self._read(message)
        except (msgspec.DecodeError, RecursionError) as error:
            raise DialectError("A message is not the JSON of a media stream.") from error
        if got.event == "media" and got.media and self._start:
            return self._media(got.media, self._start, at_ns)
        match got.event:
            case "start" if got.start and not self._start:
                return self._begin(got.start, at_ns)
            case "start":
                raise DialectError("A media stream sent its start twice, or without content.")
            case "media":
                raise DialectError("A media stream sent sound before its start.")
            case "dtmf":
                return [KeysPressed(self._keys_of(got), at_ns)] if self._sides else []
            case "stop":
                return [SideEnds(side, at_ns, call_over=True, why="stop") for side in self._sides.values()]
            case _:
                return []

    def binary(self, message: bytes, at_ns: int) -> Iterable[Step]:  # noqa: ARG002 - as every dialect has it
        """Refuse: there are no binary messages."""
        raise DialectError("A media stream sent a binary message; all of its messages are JSON.")

    def _begin(self, start: Start, at_ns: int) -> Iterable[Step]:
        form = start.form
        if form.encoding.lower() not in ENCODINGS:
            raise DialectError(f"The codec {form.encoding[:40]!r} is not supported. Ask the platform for PCMU or PCMA.")
        if form.rate_hz not in RATES_HZ or form.channels != 1:
            raise DialectError("The media stream is not mono at 8, 16, 24 or 48 kHz.")
        self._decode = ENCODINGS[form.encoding.lower()]
        self._start = SideBegins(
            side=0,
            call=call_id(start.call, "the stream's start names none"),
            role="",
            rate_hz=form.rate_hz,
            numbered=True,
            at_ns=at_ns,
            dialect=self.name,
            **details(start.parameters),
        )
        return [self._side(track, self._start) for track in TRACKS if track in start.tracks]

    def _side(self, track: str, start: SideBegins) -> SideBegins:
        if track not in TRACKS:
            raise DialectError("A media stream has a track that is neither inbound nor outbound.")
        self._sides[track] = len(self._sides)
        return replace(start, side=self._sides[track], role=self._roles[track])

    def _media(self, media: Media, start: SideBegins, at_ns: int) -> Iterable[Step]:
        steps: list[Step] = []
        if media.track not in self._sides:
            steps.append(self._side(media.track, start))
        if media.timestamp_ms is None or not 0 <= media.timestamp_ms <= LATEST_MS:
            raise DialectError("A media stream sent sound without a usable timestamp.")
        samples = self._decode(media.payload)
        if len(samples) >= SAMPLE_BYTES:
            first = media.timestamp_ms * start.rate_hz // 1000
            steps.append(Sound(self._sides[media.track], samples, at_ns, first, self._number(media)))
        return steps

    def _number(self, media: Media) -> int | None:
        """The number of a message among those of its track, if it is one.

        Twilio's documentation does not say whether both tracks share a count. They do not if both begin with the same.
        """
        self._first_numbers.setdefault(media.track, media.number)
        own = len(self._first_numbers) == len(self._sides) and len(set(self._first_numbers.values())) == 1
        return media.number if own else None

    def _keys_of(self, message: Message) -> int:
        track = message.dtmf.track.removesuffix("_track") if message.dtmf else ""
        return self._sides.get(track, next(iter(self._sides.values())))

"""The messages of media streams, with each platform's spelling of their keys."""

from typing import Annotated

import msgspec

Whole = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{1,15}\Z")] | int
"""A whole number; Twilio writes it as text, others as a number."""


class Media(msgspec.Struct):
    """A piece of sound."""

    payload: bytes
    """Decoded from base64."""
    track: str = "inbound"
    timestamp: Whole | None = None
    """Milliseconds since the start of the stream."""
    chunk: Whole | None = None
    """Its number among those of the track."""

    @property
    def timestamp_ms(self) -> int | None:
        """The time as a number."""
        return None if self.timestamp is None else int(self.timestamp)

    @property
    def number(self) -> int | None:
        """Its place as a number."""
        return None if self.chunk is None else int(self.chunk)


class Format(msgspec.Struct):
    """How the sound is coded."""

    encoding: str = ""
    channels: int = 1
    sampleRate: Whole = 0  # noqa: N815 - as Twilio spells it
    sample_rate: Whole = 0

    @property
    def rate_hz(self) -> int:
        """The sample rate."""
        return int(self.sampleRate) or int(self.sample_rate)


class Start(msgspec.Struct):
    """The beginning of a stream."""

    callSid: str = ""  # noqa: N815
    call_sid: str = ""
    call_control_id: str = ""
    tracks: list[str] = []
    mediaFormat: Format | None = None  # noqa: N815
    media_format: Format | None = None
    customParameters: dict[str, object] | None = None  # noqa: N815
    custom_parameters: dict[str, object] | None = None

    @property
    def call(self) -> str:
        """The id of the call, or empty."""
        return self.callSid or self.call_sid or self.call_control_id

    @property
    def form(self) -> Format:
        """How the sound is coded."""
        return self.mediaFormat or self.media_format or Format()

    @property
    def parameters(self) -> dict[str, object]:
        """What the customer of the platform adds."""
        return self.customParameters or self.custom_parameters or {}


class Key(msgspec.Struct):
    """A key that was pressed; the digit is not read."""

    track: str = ""


class Message(msgspec.Struct):
    """Any message."""

    event: str
    start: Start | None = None
    media: Media | None = None
    dtmf: Key | None = None

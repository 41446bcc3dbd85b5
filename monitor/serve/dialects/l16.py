"""One line of JSON, then 16-bit little-endian samples.

FreeSWITCH's mod_audio_fork and mod_audio_stream, jambonz and Vonage send this.

All of them send text that the customer of the platform may shape, so the query of the address has precedence.
"""

from collections.abc import Iterable, Mapping

import msgspec

from monitor.serve.dialects.codecs import channels, linear
from monitor.serve.dialects.dialect import DialectError, OneWay, Step
from monitor.serve.dialects.parameters import call_id, details, role
from monitor.serve.signals import KeysPressed, Role, SideBegins, Sound

RATES_HZ = (8000, 16000, 24000, 32000, 44100, 48000)
IDS = ("call", "callSid", "call_id", "callId", "uuid", "conversation_uuid")
_RATES = {str(rate): rate for rate in RATES_HZ}
_COUNTS = {"1": 1, "2": 2, "mono": 1, "stereo": 2, "": 1}
STEREO = 2


class L16(OneWay):
    """A connection with one side, or with both in two channels.

    Args:
        query: of the address: `call`, `role` of a single side, `channels`, `rate`, and `first=agent` where the first
            of two channels is the agent's.
    """

    name = "l16"
    close_is_end = True

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self._channels = 0

    def text(self, message: str, at_ns: int) -> Iterable[Step]:
        """Read the first message, which says what follows, or a later one about a key."""
        try:
            said = msgspec.json.decode(message, type=dict[str, object])
        except (msgspec.DecodeError, RecursionError) as error:
            raise DialectError("A text message is not a JSON object.") from error
        if not self._channels:
            return self._begin(said, at_ns)
        return [KeysPressed(0, at_ns)] if "dtmf" in str(said.get("event", "")).lower() else []

    def binary(self, message: bytes, at_ns: int) -> Iterable[Step]:
        """Read sound."""
        steps = [] if self._channels else self._begin({}, at_ns)
        if message:
            sides = channels(linear(message), self._channels)
            steps += [Sound(side, samples, at_ns) for side, samples in enumerate(sides)]
        return steps

    def _begin(self, said: Mapping[str, object], at_ns: int) -> list[Step]:
        told = {**said, **self._query}
        identity = next((str(told[name]) for name in IDS if isinstance(told.get(name), str)), "")
        call = call_id(identity, "add call=… to the address")
        rate_hz = _rate_hz(told)
        count = str(told.get("channels", told.get("mixType", "")))
        if count not in _COUNTS:
            raise DialectError("Both sides are in one channel, or in more than two. Ask the platform for stereo.")
        people = details(told)
        steps: list[Step] = [
            SideBegins(side, call, who, rate_hz, numbered=False, at_ns=at_ns, dialect=self.name, **people)
            for side, who in enumerate(_roles(told, _COUNTS[count]))
        ]
        self._channels = len(steps)
        return steps


def _roles(told: Mapping[str, object], count: int) -> tuple[Role, ...]:
    if count < STEREO:
        return (role(str(told.get("role", ""))),)
    return ("agent", "customer") if told.get("first") == "agent" else ("customer", "agent")


def _rate_hz(told: Mapping[str, object]) -> int:
    """Read the sample rate: `rate`, jambonz' `sampleRate`, or Vonage's `content-type: audio/l16;rate=16000`."""
    kind = str(told.get("content-type", ""))
    if kind and not kind.lower().startswith("audio/l16"):
        raise DialectError(f"The codec {kind[:40]!r} is not supported. Ask the platform for audio/l16.")
    text = str(told.get("rate", told.get("sampleRate", kind.partition("rate=")[2])))
    if text not in _RATES:
        raise DialectError("The sample rate is missing or not supported. Add rate=8000 or rate=16000 to the address.")
    return _RATES[text]

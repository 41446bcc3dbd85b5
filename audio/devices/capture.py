"""The agent's call from sound cards: both speakers' sound on one media clock, whatever happens to the devices."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from threading import Event
from types import TracebackType
from typing import Self

from audio.block import SAMPLE_RATE_HZ, AudioBlock, Speaker, seconds
from audio.devices.choose import choose
from audio.devices.device import Device, DeviceError
from audio.devices.source import Source, opened_channels
from audio.devices.streams import Stream, Streams
from audio.values import SoundLost, SourceState

POLL_S = 0.02
LONGEST = SAMPLE_RATE_HZ
"""Most samples in a block, however long the machine slept."""
CHANNELS = {":left": 0, ":right": 1}
"""Suffixes of a device's name, and the channel of each."""
SETTLED_S = 0.5
"""How long a device is open before the call."""
SETTLED_SHARE = 0.9
"""It has settled once this much of the sound has arrived: a PulseAudio monitor starts late and at half speed."""
SETTLING_S = 2.5
"""After this, the call starts, settled or not."""
NO_CUSTOMER = (
    "The customer's side is not captured, so rules that need it stay silent. Choose its device with --customer, or "
    '"loopback" for what this machine plays.'
)

Sides = dict[Device, dict[Speaker, int | None]]
"""The channel of each speaker on each device; None for all channels mixed."""


class Capture:
    """Both sides of a call as blocks at 16 kHz, from the media time 0 on.

    The media clock is the machine's own steady clock, not a device's: so time goes on when a device is unplugged, and
    an hour of media time is an hour on the wall. Each device's sound is stretched to fit it.

    Use it as a context: the devices are open inside. The thread that runs through `blocks` alone counts what it has
    given; `lag_s` may be read from any thread without a lock, as it reads that count once and it only grows.

    Args:
        agent: the microphone, as `devices.choose` takes it; the suffix ":left" or ":right" picks a channel.
        customer: the other side, the same way; "" for none. One stereo device for both has the agent on the left.
        streams: the sound system; the machine's own if None.
    """

    def __init__(self, agent: str = "", customer: str = "", streams: Streams | None = None) -> None:
        self.speakers: tuple[Speaker, ...] = ("agent", "customer") if customer else ("agent",)
        self.name = ""
        """The devices' names, for call.toml."""
        self.devices: dict[Speaker, str] = {}
        """The name of each speaker's device."""
        self.microphone = ""
        """The name of the agent's device, under which the profile is saved."""
        self.notes: tuple[str, ...] = () if customer else (NO_CUSTOMER,)
        """Sentences about what is not captured."""
        self._wanted: dict[Speaker, str] = {"agent": agent, "customer": customer} if customer else {"agent": agent}
        self._streams = streams
        self._sources: tuple[Source, ...] = ()
        self._open = ExitStack()
        self._stopped = Event()
        self._origin_s: float | None = None
        self._given = 0

    def __enter__(self) -> Self:
        """Open the devices, and wait until they deliver sound steadily.

        Raises:
            DeviceError: a device is missing or cannot be opened.
        """
        if self._streams is None:
            from audio.devices.portaudio import PortAudio  # loads the sound system's library

            self._streams = PortAudio()
        with ExitStack() as opened:
            opened.callback(self._streams.close)
            sides = _sides(self._wanted, self._streams.inputs())
            streams = [_opened(self._streams, device, of, opened) for device, of in sides.items()]
            _settle(self._streams, streams)
            self._open = opened.pop_all()
        self._sources = tuple(
            Source(self._streams, device, of, stream)
            for (device, of), stream in zip(sides.items(), streams, strict=True)
        )
        self.devices = {speaker: device.name for device, of in sides.items() for speaker in of}
        names = [device.name for device in sides]
        self.name, self.microphone = " and ".join(names), names[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        for source in self._sources:
            source.close()
        self._open.close()

    @property
    def lag_s(self) -> float:
        """Delay of the sound given so far behind the sound in the air."""
        if self._streams is None or self._origin_s is None:
            return 0.0
        return max(0.0, self._streams.now_s() - self._origin_s - seconds(self._given))

    @property
    def overruns(self) -> int:
        """How often sound was lost because this machine was busy."""
        return sum(source.overruns for source in self._sources)

    def blocks(self) -> Iterator[AudioBlock | SoundLost | SourceState]:
        """Give the sound of every speaker, in order and without gaps, until `stop` is called.

        It raises nothing: a device that disappears is reported, replaced by silence, and opened again when it is back.
        """
        streams = self._streams
        if streams is None:
            raise RuntimeError("The devices are open only inside `with Capture(…) as capture:`.")
        self._origin_s = origin_s = streams.now_s()
        for source in self._sources:
            source.begin(origin_s)
        while not self._stopped.is_set():
            now_s = streams.now_s()
            for source in self._sources:
                yield from source.poll(now_s)
            yield from self._blocks_until(min(source.ready(now_s) for source in self._sources))
            streams.wait(POLL_S)
        for source in self._sources:
            yield from source.missing()

    def stop(self) -> None:
        """End the blocks, from any thread."""
        self._stopped.set()

    def _blocks_until(self, end: int) -> Iterator[AudioBlock]:
        while self._given < end and not self._stopped.is_set():
            start, until = self._given, min(end, self._given + LONGEST)
            sound = {speaker: of for source in self._sources for speaker, of in source.take(until).items()}
            self._given = until
            for speaker in self.speakers:
                yield AudioBlock(speaker, start, sound[speaker])


def _sides(wanted: Mapping[Speaker, str], devices: Sequence[Device]) -> Sides:
    """Which device, and which channel of it, each speaker is on."""
    chosen: dict[Speaker, tuple[Device, int | None]] = {}
    for speaker, text in wanted.items():
        suffix = next((suffix for suffix in CHANNELS if text.casefold().endswith(suffix)), "")
        device = choose(text[: len(text) - len(suffix)], devices, speaker)
        chosen[speaker] = (device, CHANNELS.get(suffix))
    if len(chosen) > 1 and chosen["agent"][0] == chosen["customer"][0]:
        (device, agent), (_, customer) = chosen["agent"], chosen["customer"]
        agent, customer = _split(agent, customer)
        chosen = {"agent": (device, agent), "customer": (device, customer)}
    sides: Sides = {}
    for speaker, (device, channel) in chosen.items():
        if (channel or 0) >= device.channels or channel in sides.get(device, {}).values():
            raise DeviceError(
                f'{device.name} has no separate channel for the {speaker}. Choose another device, or add ":left" and '
                '":right" to the name of a stereo device.'
            )
        sides.setdefault(device, {})[speaker] = channel
    return sides


def _split(agent: int | None, customer: int | None) -> tuple[int, int]:
    """The channels of one stereo device: an unnamed channel is the other one, or the left one for the agent."""
    if agent is None:
        agent = 0 if customer is None else 1 - customer
    return agent, 1 - agent if customer is None else customer


def _opened(streams: Streams, device: Device, of: Mapping[Speaker, int | None], opened: ExitStack) -> Stream:
    stream = streams.open(device, opened_channels(of.values(), device)).result()
    opened.callback(stream.close)
    return stream


def _settle(streams: Streams, opened: Sequence[Stream]) -> None:
    """Wait until every device delivers sound in real time; sound that arrives meanwhile is dropped."""
    until_s = streams.now_s() + SETTLING_S
    waited = [stream for stream in opened if not stream.rests]
    while waited and streams.now_s() < until_s:
        streams.wait(SETTLED_S)
        heard_s = [sum(len(piece.samples) for piece in stream.read()) / stream.rate_hz for stream in waited]
        if min(heard_s) >= SETTLED_SHARE * SETTLED_S:
            break

"""What passes from the front to a worker over a socketpair: records, many in one write.

A record is a header of 36 bytes and a payload, all little-endian::

    size:u32 call:u32 side:u8 kind:u8 spare:u16 at_ns:i64 first_sample:i64 number:i64 payload[size]

The payload of sound is its samples; of everything else it is the signal as JSON. `call` is a number that the front
gives each call, never used twice in a process; `side` is 0 for the customer and 1 for the agent.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import msgspec

from monitor.serve.orders import (
    CallBegins,
    CallChanges,
    CallEnds,
    Order,
    ScreenSays,
    ScreenWatches,
    Tick,
    WallOrder,
    WallReach,
)
from monitor.serve.signals import Discarded, KeysPressed, Paused, Resumed, SideBegins, SideEnds, Signal, Sound

HEADER = struct.Struct("<IIBBHqqq")
LARGEST_BYTES = 1 << 20
"""The largest payload; a larger size means that the stream is broken."""
UNNUMBERED = -1
KINDS = (
    *(Sound, SideBegins, Discarded, Paused, Resumed, KeysPressed, SideEnds),
    *(CallBegins, Tick, CallChanges, CallEnds, ScreenSays, ScreenWatches, WallOrder, WallReach),
)
"""A record's kind is its place here."""


@dataclass(frozen=True, slots=True)
class Record:
    """A signal about a side of a call, or an order about a call."""

    call: int
    side: int
    signal: Signal | Order


def pack(call: int, side: int, signal: Signal | Order) -> bytes:
    """Give the record as bytes."""
    kind = KINDS.index(type(signal))
    if isinstance(signal, Sound):
        first = UNNUMBERED if signal.first_sample is None else signal.first_sample
        number = UNNUMBERED if signal.number is None else signal.number
        return HEADER.pack(len(signal.samples), call, side, kind, 0, signal.at_ns, first, number) + signal.samples
    payload = msgspec.json.encode(signal)
    return HEADER.pack(len(payload), call, side, kind, 0, signal.at_ns, UNNUMBERED, UNNUMBERED) + payload


class Unpacker:
    """Gives the records of a stream of bytes, however it is cut."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Record]:
        """Give the records that are whole now.

        Raises:
            ValueError: the stream is broken, and nothing after this can be read.
        """
        self._rest += data
        start = 0
        try:
            while len(self._rest) - start >= HEADER.size:
                size, call, side, kind, _, at_ns, first, number = HEADER.unpack_from(self._rest, start)
                if size > LARGEST_BYTES or kind >= len(KINDS):
                    raise ValueError("The stream of records is broken")
                end = start + HEADER.size + size
                if end > len(self._rest):
                    break
                payload = bytes(self._rest[start + HEADER.size : end])
                start = end
                yield Record(call, side, _signal(kind, side, payload, at_ns, (first, number)))
        finally:
            del self._rest[:start]


def _signal(kind: int, side: int, payload: bytes, at_ns: int, places: tuple[int, int]) -> Signal | Order:
    if KINDS[kind] is Sound:
        return Sound(side, payload, at_ns, *(None if one == UNNUMBERED else one for one in places))
    return cast("Signal | Order", msgspec.json.decode(payload, type=KINDS[kind]))

"""Records from the front to a worker."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.serve.records import HEADER, Record, Unpacker, pack
from monitor.serve.signals import Discarded, KeysPressed, Paused, Resumed, SideBegins, SideEnds, Signal, Sound

times = st.integers(0, 2**62)
sounds = st.builds(
    Sound,
    side=st.integers(0, 1),
    samples=st.binary(min_size=1, max_size=160).map(lambda half: half + half),
    at_ns=times,
    first_sample=st.none() | st.integers(0, 2**40),
)
others = st.one_of(
    st.builds(
        SideBegins,
        side=st.integers(0, 1),
        call=st.text(max_size=40),
        role=st.sampled_from(["agent", "customer", ""]),
        rate_hz=st.sampled_from([8000, 16000, 48000]),
        numbered=st.booleans(),
        at_ns=times,
        dialect=st.sampled_from(["twilio", "l16"]),
        attributes=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    ),
    st.builds(Discarded, side=st.integers(0, 1), first_sample=times, samples=times, at_ns=times),
    st.builds(Paused, side=st.integers(0, 1), at_ns=times),
    st.builds(Resumed, side=st.integers(0, 1), at_ns=times),
    st.builds(KeysPressed, side=st.integers(0, 1), at_ns=times),
    st.builds(SideEnds, side=st.integers(0, 1), at_ns=times, call_over=st.booleans(), why=st.text(max_size=20)),
)


@given(signals=st.lists(sounds | others, max_size=6), cuts=st.lists(st.integers(0, 4000), max_size=8))
def test_records_come_out_as_they_went_in_however_the_stream_is_cut(signals: list[Signal], cuts: list[int]) -> None:
    stream = b"".join(pack(7, signal.side, signal) for signal in signals)
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    unpacker = Unpacker()

    got = [record for start, end in pairwise(edges) for record in unpacker.feed(stream[start:end])]

    assert got == [Record(7, signal.side, signal) for signal in signals]


@pytest.mark.parametrize("header", [HEADER.pack(1 << 30, 1, 0, 0, 0, 0, 0, 0), HEADER.pack(0, 1, 0, 99, 0, 0, 0, 0)])
def test_a_broken_stream_of_records_is_refused(header: bytes) -> None:
    with pytest.raises(ValueError, match="broken"):
        list(Unpacker().feed(header))

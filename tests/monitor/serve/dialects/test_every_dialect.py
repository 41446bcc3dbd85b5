"""What all dialects have in common: their sound arrives as it was sent, and no message breaks them."""

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.serve.dialects.asterisk import Asterisk
from monitor.serve.dialects.audiohook import AudioHook
from monitor.serve.dialects.audiosocket import AudioSocket
from monitor.serve.dialects.dialect import Close, Dialect, DialectError, Send, Step
from monitor.serve.dialects.l16 import L16
from monitor.serve.dialects.twilio import Twilio
from monitor.serve.signals import SideBegins, Signal, Sound
from tools.platforms import platform_messages as messages
from tools.platforms.g711 import heard
from tools.platforms.network import Network, Samples, frames
from tools.platforms.platform_messages import Timed

CALL = "3f0c2f6e-6a52-4b6a-9a53-0d5b2f6f8a11"
QUERY = {"call": CALL, "role": "agent", "agent": "sam", "rate": "8000"}
NEW: Mapping[str, Callable[[], Dialect]] = {
    "asterisk": lambda: Asterisk(QUERY),
    "audiosocket": lambda: AudioSocket(lambda call: call == CALL),
    "twilio": Twilio,
    "audiohook": lambda: AudioHook("organization", "session"),
    "l16": lambda: L16(QUERY),
}


def noise(seconds: float, rate_hz: int = 8000, seed: int = 3) -> Samples:
    return np.random.default_rng(seed).integers(-9000, 9000, round(seconds * rate_hz), np.int16)


def steps(dialect: Dialect, timed: Iterable[Timed]) -> list[Step]:
    got: list[Step] = []
    for one in timed:
        read = dialect.text if isinstance(one.message, str) else dialect.binary
        got += read(one.message, round(one.at_s * 1e9))  # type: ignore[arg-type]
    return got


def sound_of(got: Iterable[Step], side: int = 0) -> Samples:
    return np.frombuffer(b"".join(one.samples for one in got if isinstance(one, Sound) and one.side == side), "<i2")


def beginnings(got: Iterable[Step]) -> list[SideBegins]:
    return [one for one in got if isinstance(one, SideBegins)]


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "plain"])
@pytest.mark.parametrize(("name", "rate_hz"), [("ulaw", 8000), ("alaw", 8000), ("slin", 8000), ("slin16", 16000)])
def test_asterisk_brings_a_side_in_each_of_its_codecs(name: str, rate_hz: int, *, as_json: bool) -> None:
    sent = noise(1.0, rate_hz)

    got = steps(Asterisk(QUERY), messages.asterisk(frames(sent, rate_hz, Network()), name, as_json=as_json))

    (begins,) = beginnings(got)
    assert (begins.call, begins.role, begins.agent, begins.rate_hz) == (CALL, "agent", "sam", rate_hz)
    assert np.array_equal(sound_of(got), heard(sent, name) if name in {"ulaw", "alaw"} else sent)


@given(cuts=st.lists(st.integers(1, 700), max_size=30))
def test_audiosocket_brings_a_side_however_its_stream_is_cut(cuts: list[int]) -> None:
    sent = noise(0.2)
    timed = list(messages.audiosocket(frames(sent, 8000, Network()), CALL))
    stream = b"".join(bytes(one.message) for one in timed if isinstance(one.message, bytes))
    edges = [0, *np.cumsum(cuts).clip(0, len(stream)).tolist(), len(stream)]
    dialect = NEW["audiosocket"]()

    pieces = [stream[start:end] for start, end in pairwise(edges)]
    got = [step for piece in pieces for step in dialect.binary(piece, 0)]

    assert [begins.call for begins in beginnings(got)] == [CALL]
    assert np.array_equal(sound_of(got), sent)


@pytest.mark.parametrize(
    "spelling", [messages.TWILIO, messages.TELNYX, messages.TELNYX_A_LAW, messages.EXOTEL], ids=lambda one: one.call
)
def test_a_media_stream_places_both_tracks_by_its_timestamps(spelling: messages.Spelling) -> None:
    customer, agent = noise(1.0, seed=1), noise(1.0, seed=2)
    bad = Network(loss=0.1, reordered=0.1, duplicates=0.1, jitter_s=0.04)
    legs = {"inbound": frames(customer, 8000, bad), "outbound": frames(agent, 8000, Network())}

    got = steps(Twilio(), messages.media_stream(legs, CALL, {"agent": "sam", "queue": "billing"}, spelling))

    assert [(one.role, one.agent, dict(one.attributes)) for one in beginnings(got)] == [
        ("customer", "sam", {"queue": "billing"}),
        ("agent", "sam", {"queue": "billing"}),
    ]
    placed = np.zeros_like(customer)
    for one in got:
        if isinstance(one, Sound) and one.side == 0:
            assert one.first_sample is not None
            placed[one.first_sample : one.first_sample + 160] = np.frombuffer(one.samples, "<i2")
    expected = customer if spelling.coder == "slin" else heard(customer, spelling.coder)
    came = placed != 0
    assert came.mean() > 0.8
    assert np.array_equal(placed[came], expected[came])
    assert np.array_equal(sound_of(got, 1), agent if spelling.coder == "slin" else heard(agent, spelling.coder))


@pytest.mark.parametrize("one_count", [True, False])
def test_messages_are_numbered_only_where_each_track_has_a_count_of_its_own(*, one_count: bool) -> None:
    legs = {track: frames(noise(0.2), 8000, Network()) for track in ("inbound", "outbound")}

    got = steps(Twilio(), messages.media_stream(legs, CALL, {}, one_count=one_count))

    numbers = [one.number for one in got if isinstance(one, Sound) and one.side == 1]
    assert numbers == ([None] * 10 if one_count else list(range(1, 11)))


@pytest.mark.parametrize(
    ("query", "first_line", "roles"),
    [
        ({"call": CALL, "rate": "8000", "channels": "2"}, None, ["customer", "agent"]),
        ({"first": "agent"}, {"callSid": CALL, "sampleRate": 8000, "mixType": "stereo"}, ["agent", "customer"]),
        ({"role": "agent"}, {"uuid": CALL, "content-type": "audio/l16;rate=8000"}, ["agent"]),
    ],
    ids=["mod_audio_fork", "jambonz", "vonage"],
)
def test_a_line_of_json_and_samples_bring_one_side_or_both(
    query: dict[str, str], first_line: dict[str, object] | None, roles: list[str]
) -> None:
    sent = [noise(0.5, seed=seed) for seed in range(len(roles))]
    legs = zip(*(frames(one, 8000, Network()) for one in sent), strict=True)

    got = steps(L16(query), messages.l16(legs, first_line))

    assert [(one.role, one.call, one.rate_hz) for one in beginnings(got)] == [(role, CALL, 8000) for role in roles]
    for side, one in enumerate(sent):
        assert np.array_equal(sound_of(got, side), one)


START = {
    "asterisk": '{"event":"MEDIA_START","format":"ulaw"}',
    "twilio": '{"event":"start","start":{"callSid":"CA1","tracks":["inbound"],'
    '"mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1}}}',
    "l16": '{"sampleRate":8000}',
}
json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
events = st.sampled_from(["start", "media", "dtmf", "stop", "MEDIA_START", "DTMF_END", "open", "ping", "close"])
shaped = st.builds(
    lambda event, rest: json.dumps({"event": event, "type": event, **rest}),
    events,
    st.dictionaries(st.sampled_from(["start", "media", "dtmf", "format", "id", "seq", "parameters"]), json_like),
)


@pytest.mark.parametrize("name", NEW)
@given(sent=st.lists(st.text(max_size=60) | st.binary(max_size=60) | shaped, max_size=6), started=st.booleans())
def test_nothing_that_is_sent_breaks_a_dialect(name: str, sent: list[str | bytes], *, started: bool) -> None:
    dialect = NEW[name]()
    begun: set[int] = set()
    for message in [START[name], *sent] if started and name in START else sent:
        try:
            got = list(dialect.text(message, 1) if isinstance(message, str) else dialect.binary(message, 1))
        except DialectError:  # nothing is read behind it
            break
        for one in got:
            if isinstance(one, SideBegins):
                begun.add(one.side)
            elif not isinstance(one, Send | Close):
                assert_is_sound(one, begun)


def assert_is_sound(one: Signal, begun: set[int]) -> None:
    assert one.side in begun
    if isinstance(one, Sound):
        assert one.samples
        assert len(one.samples) % 2 == 0


@pytest.mark.parametrize(
    ("dialect", "message", "says"),
    [
        (Asterisk(QUERY), "MEDIA_START format:opus", "codec 'opus' is not supported"),
        (Asterisk({}), "MEDIA_START format:ulaw", "has no id"),
        (Asterisk(QUERY), b"\xff" * 160, "before MEDIA_START"),
        (Twilio(), START["twilio"].replace("audio/x-mulaw", "OPUS"), "codec 'OPUS' is not supported"),
        (Twilio(), START["twilio"].replace("8000", "44100"), "8, 16, 24 or 48 kHz"),
        (Twilio(), b"\xff" * 160, "binary message"),
        (Twilio(), '{"event":"media","media":{"payload":"/w=="}}', "before its start"),
        (L16({"call": "1"}), b"\0\0", "sample rate is missing"),
        (L16({"call": "1", "rate": "8000"}), b"\0\0\0", "half a sample"),
        (L16({"call": "1"}), '{"sampleRate":8000,"mixType":"mixed"}', "one channel"),
        (L16({"call": "1"}), '{"content-type":"audio/opus;rate=8000"}', "codec 'audio/opus;rate=8000'"),
        (L16({"rate": "8000"}), b"\0\0", "add call="),
        (NEW["audiosocket"](), messages.packet(0x10, b"\0\0"), "begins with one UUID"),
        (NEW["audiosocket"](), messages.packet(0x01, b"\1" * 16), "was not announced"),
        (NEW["audiosocket"](), messages.packet(0x01, b"\1" * 3), "16 bytes"),
    ],
    ids=lambda one: one if isinstance(one, str) and " " in one else None,
)
def test_what_cannot_be_used_is_refused_with_a_sentence(dialect: Dialect, message: str | bytes, says: str) -> None:
    with pytest.raises(DialectError, match=says):
        list(dialect.text(message, 0) if isinstance(message, str) else dialect.binary(message, 0))


@pytest.mark.parametrize(
    ("dialect", "first"),
    [
        (L16({"role": "boss", "call": "1", "rate": "8000"}), "{}"),
        (Asterisk({"role": "boss", "call": "1"}), START["asterisk"]),
    ],
    ids=["l16", "asterisk"],
)
def test_nothing_follows_on_a_side_that_could_not_begin(dialect: Dialect, first: str) -> None:
    for _ in range(2):
        with pytest.raises(DialectError, match="neither agent nor customer"):
            list(dialect.text(first, 0))
    with pytest.raises(DialectError):
        list(dialect.binary(b"\0\0", 0))


def test_a_key_is_reported_but_not_which() -> None:
    asterisk, twilio, l16 = Asterisk(QUERY), Twilio(), L16(QUERY)
    list(asterisk.text(START["asterisk"], 0))
    list(twilio.text(START["twilio"], 0))
    list(l16.text(START["l16"], 0))
    got = [
        *asterisk.text('{"event":"DTMF_END","digit":"7"}', 5),
        *asterisk.text("DTMF_END digit:7", 5),
        *twilio.text('{"event":"dtmf","dtmf":{"track":"inbound_track","digit":"7"}}', 5),
        *l16.text('{"event":"dtmf","dtmf":"7"}', 5),
        *l16.text('{"event":"websocket:dtmf","digit":"7"}', 5),
    ]
    assert [repr(one) for one in got] == ["KeysPressed(side=0, at_ns=5)"] * 5


def test_audiosocket_answers_sound_with_silence_of_the_same_length_where_asterisk_needs_it() -> None:
    dialect = AudioSocket(lambda _: True, answer=True)
    sent = messages.packet(0x01, b"\1" * 16) + messages.packet(0x10, b"\5\0" * 160)
    assert [one for one in dialect.binary(sent, 0) if isinstance(one, Send)] == [
        Send(messages.packet(0x10, bytes(320)))
    ]

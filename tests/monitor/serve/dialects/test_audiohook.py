"""AudioHook v2, against a client of our own that keeps to what Genesys' reference client does."""

from dataclasses import replace

import numpy as np
import pytest

from monitor.serve.dialects.audiohook import AudioHook
from monitor.serve.dialects.dialect import DialectError, Send, Step
from monitor.serve.signals import Discarded, Paused, Resumed, SideBegins, SideEnds, Sound
from tools.platforms.audiohook_client import NO_ONE, OFFER, STEREO, AudioHookClient
from tools.platforms.g711 import encode, heard

S = 1_000_000_000


class Session:
    def __init__(self, **more: object) -> None:
        self.client = AudioHookClient(
            conversation=str(more.pop("conversationId", "")) or AudioHookClient().conversation
        )
        self.server = AudioHook(self.client.organization, self.client.session)
        self.begun = self.tell(self.client.open(**more))

    def tell(self, message: str | bytes, at_ns: int = 0) -> list[Step]:
        read = self.server.binary(message, at_ns) if isinstance(message, bytes) else self.server.text(message, at_ns)
        return list(read)

    def say(self, kind: str, parameters: dict[str, object] | None = None, at_ns: int = 0) -> list[Step]:
        return self.tell(self.client.say(kind, parameters), at_ns)

    def answers(self, steps: list[Step]) -> list[tuple[object, object]]:
        heard = [self.client.hear(str(one.message)) for one in steps if isinstance(one, Send)]
        return [(one["type"], one["parameters"]) for one in heard]


def test_open_takes_both_sides_by_the_names_of_the_channels() -> None:
    swapped = {**STEREO, "channels": ["internal", "external"]}
    session = Session(media=[swapped], language="en-US", customConfig={"agent": "sam"})

    begins = [one for one in session.begun if isinstance(one, SideBegins)]

    assert [(one.side, one.role, one.agent, one.language) for one in begins] == [
        (0, "agent", "sam", "en-US"),
        (1, "customer", "sam", "en-US"),
    ]
    assert {one.call for one in begins} == {session.client.conversation}
    assert session.answers(session.begun) == [("opened", {"media": [swapped], "startPaused": False})]


def test_of_several_offers_both_sides_as_pcmu_are_chosen() -> None:
    session = Session()
    assert list(OFFER[1]["channels"]) == ["external", "internal"]  # type: ignore[call-overload]
    assert session.answers(session.begun) == [("opened", {"media": [OFFER[1]], "startPaused": False})]


def test_sound_is_taken_apart_and_counted_with_what_was_discarded() -> None:
    session = Session()
    customer, agent = np.arange(1600, dtype=np.int16) * 3, np.arange(1600, dtype=np.int16) * -5
    both = np.stack([customer, agent], 1).ravel()

    first = session.tell(encode(both, "ulaw"), S)
    lost = session.say("discarded", {"start": "PT0.2S", "discarded": "PT0.5S"}, S)
    second = session.tell(encode(both, "ulaw"), 2 * S)

    sounds = [one for one in (*first, *second) if isinstance(one, Sound)]
    assert [(one.side, one.first_sample) for one in sounds] == [(0, 0), (1, 0), (0, 5600), (1, 5600)]
    assert np.array_equal(np.frombuffer(sounds[0].samples, "<i2"), heard(customer, "ulaw"))
    assert np.array_equal(np.frombuffer(sounds[1].samples, "<i2"), heard(agent, "ulaw"))
    assert lost == [Discarded(side, 1600, 4000, S) for side in (0, 1)]


def test_a_span_that_lies_ahead_of_the_clock_is_cut() -> None:
    session = Session()
    (lost, _) = session.say("discarded", {"start": "PT6.3S", "discarded": "PT3600S"}, S // 10)
    assert lost == Discarded(0, 0, round(2.1 * 8000), S // 10)


def test_a_probe_is_answered_and_begins_nothing() -> None:
    participant = {"id": NO_ONE, "ani": "", "aniName": "", "dnis": ""}
    session = Session(conversationId=NO_ONE, participant=participant)
    assert [type(one) for one in session.begun] == [Send]
    assert session.answers(session.begun)[0][0] == "opened"
    assert session.answers(session.say("ping")) == [("pong", {})]
    assert session.answers(session.say("close", {"reason": "end"})) == [("closed", {})]


def test_ping_update_and_error_are_answered_as_they_want_to_be() -> None:
    session = Session()
    session.answers(session.begun)
    assert session.answers(session.say("ping", {"rtt": "PT0.034S"})) == [("pong", {})]
    assert session.answers(session.say("update", {"language": "es-US"})) == [("updated", {})]
    assert session.say("error", {"code": 408, "message": "late", "retryAfter": "PT1S"}) == []
    assert session.say("reconnect", {}) == []


def test_a_pause_is_asked_for_and_sound_under_way_is_dropped() -> None:
    session = Session()
    session.answers(session.begun)
    assert session.answers(list(session.server.pause())) == [("pause", {})]
    under_way = session.tell(b"\xff" * 3200, S)
    assert [type(one) for one in under_way] == [Sound, Sound]

    assert session.say("paused", {}, 2 * S) == [Paused(0, 2 * S), Paused(1, 2 * S)]
    assert session.say("paused", {}, 2 * S) == []
    assert session.tell(b"\xff" * 3200, 2 * S) == []

    assert session.answers(list(session.server.resume())) == [("resume", {})]
    assert session.say("resumed", {"start": "PT0.2S", "discarded": "PT1.8S"}, 3 * S) == [
        Resumed(0, 3 * S),
        Resumed(1, 3 * S),
        Discarded(0, 1600, 14400, 3 * S),
        Discarded(1, 1600, 14400, 3 * S),
    ]


@pytest.mark.parametrize(
    ("reason", "over"), [("end", True), ("disconnect", True), ("error", False), ("reconnect", False)]
)
def test_close_ends_both_sides_and_is_answered(reason: str, *, over: bool) -> None:
    session = Session()
    session.answers(session.begun)
    steps = session.say("close", {"reason": reason}, S)
    assert [one for one in steps if isinstance(one, SideEnds)] == [SideEnds(side, S, over, "close") for side in (0, 1)]
    assert session.answers(steps) == [("closed", {})]


def test_a_refusal_disconnects_and_the_client_closes() -> None:
    session = Session()
    session.answers(session.begun)
    refused = list(session.server.refuse("All places are taken.", later=True))
    assert session.answers(refused) == [("disconnect", {"reason": "error", "info": "All places are taken."})]
    assert session.tell(b"\xff" * 3200) == []
    assert session.answers(session.say("close", {"reason": "disconnect"})) == [("closed", {})]


def test_messages_out_of_sequence_of_another_session_or_of_no_meaning_are_refused() -> None:
    client = Session().client
    wrong = {
        "out of sequence": lambda: replace(client, seq=5).say("ping"),
        "version or session": lambda: replace(client, session="another").say("ping"),
        "unknown type": lambda: replace(client).say("hello"),
        "open twice": lambda: replace(client).open(),
        "valid AudioHook JSON": lambda: replace(client).say("discarded", {"start": 5}),
        "as PT12.34S": lambda: replace(client).say("discarded", {"start": "12", "discarded": "PT1S"}),
    }
    for says, message in wrong.items():
        session = Session()
        session.client = client
        session.server = AudioHook(client.organization, client.session)
        session.tell(AudioHookClient(client.organization, client.session, client.conversation).open())
        with pytest.raises(DialectError, match=says):
            session.tell(message())


def test_open_of_another_organization_or_without_pcmu_is_refused() -> None:
    with pytest.raises(DialectError, match="another organization"):
        Session(organizationId="another")
    with pytest.raises(DialectError, match="no PCMU at 8 kHz"):
        Session(media=[OFFER[0]])


def test_sound_before_open_is_refused() -> None:
    with pytest.raises(DialectError, match="before it was asked for"):
        list(AudioHook("organization", "session").binary(b"\xff", 0))

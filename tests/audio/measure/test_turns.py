import numpy as np
import pytest

from audio.measure.frames import FRAME
from audio.measure.turns import Exchange, TurnTaking
from audio.values import Backchannel, DeadAir, Interruption, SpeechFrame, Turn

SILENT = np.zeros(FRAME, np.float32)
FRAME_S = FRAME / 16_000
Spans = list[tuple[float, float]]


def frames(agent: Spans, customer: Spans, duration_s: float) -> list[list[SpeechFrame]]:
    """The moments of a call in which these spans, in seconds, are speech."""

    def frame(speaker: str, spans: Spans, at: int) -> SpeechFrame:
        speech = any(start <= (at + 0.5) * FRAME_S < end for start, end in spans)
        return SpeechFrame(speaker, at * FRAME, SILENT, float(speech), speech)

    count = round(duration_s / FRAME_S)
    return [[frame("agent", agent, at), frame("customer", customer, at)] for at in range(count)]


def exchanges(agent: Spans, customer: Spans, duration_s: float = 12.0) -> list[Exchange]:
    taking = TurnTaking(("agent", "customer"))
    found = [exchange for moment in frames(agent, customer, duration_s) for exchange in taking.feed(moment)]
    return [*found, *taking.flush(round(duration_s * 16_000))]


def about(seconds: float) -> object:
    return pytest.approx(seconds, abs=FRAME_S)


def only(kind: type[Exchange], found: list[Exchange]) -> list[Exchange]:
    return [exchange for exchange in found if isinstance(exchange, kind)]


def test_gaps_shorter_than_half_a_second_do_not_end_a_turn() -> None:
    found = exchanges([(1, 2), (2.4, 3), (3.6, 4)], [])
    assert only(Turn, found) == [Turn("agent", about(1), about(3)), Turn("agent", about(3.6), about(4))]


def test_a_click_is_no_turn() -> None:
    assert only(Turn, exchanges([(1, 1.06)], [])) == []


def test_an_interruption_is_over_one_who_has_the_floor_and_goes_on() -> None:
    found = exchanges(agent=[(3, 5)], customer=[(1, 3.8)])
    assert only(Interruption, found) == [Interruption("agent", about(3), about(3.8))]
    assert only(Backchannel, found) == []


def test_customers_interrupt_too() -> None:
    assert only(Interruption, exchanges(agent=[(1, 4)], customer=[(2.5, 6)])) == [
        Interruption("customer", about(2.5), about(4))
    ]


@pytest.mark.parametrize(
    ("agent", "customer"),
    [
        ([(3, 5)], [(1, 3.4)]),
        ([(3.1, 5)], [(1, 3)]),
        ([(1.8, 5)], [(1, 4)]),
        ([(3, 3.8)], [(1, 6)]),
        ([(3, 5)], [(1, 2.8), (3.3, 3.6), (3.9, 4.1)]),
    ],
    ids=[
        "an overlap under half a second is a normal exchange",
        "no overlap",
        "a second has not been spoken yet",
        "a short turn",
        "the customer paused and went on",
    ],
)
def test_what_is_no_interruption(agent: Spans, customer: Spans) -> None:
    assert only(Interruption, exchanges(agent, customer)) == []


def test_a_short_turn_while_the_other_goes_on_is_a_backchannel() -> None:
    found = exchanges(agent=[(3, 3.5), (6, 6.7)], customer=[(1, 9)])
    assert only(Backchannel, found) == [
        Backchannel("agent", about(3), about(3.5)),
        Backchannel("agent", about(6), about(6.7)),
    ]


def test_a_short_answer_after_the_other_stopped_is_no_backchannel() -> None:
    assert only(Backchannel, exchanges(agent=[(3.9, 4.6)], customer=[(1, 4)])) == []


def test_dead_air_is_three_seconds_of_nobody() -> None:
    found = exchanges(agent=[(1, 2)], customer=[(5.5, 6), (8, 9)], duration_s=14)
    assert only(DeadAir, found) == [DeadAir(about(2), about(5.5)), DeadAir(about(9), about(14))]


def test_silence_from_the_start_is_dead_air_and_is_counted_as_it_goes() -> None:
    taking = TurnTaking(("agent", "customer"))
    moments = frames([(4, 5)], [], 6)
    for moment in moments[:100]:
        assert list(taking.feed(moment)) == []
    assert taking.silence_s == about(3.2)
    found = [exchange for moment in moments[100:150] for exchange in taking.feed(moment)]
    assert found == [DeadAir(0.0, about(4))]
    assert taking.silence_s == 0


def test_each_is_told_as_soon_as_it_is_decided() -> None:
    taking = TurnTaking(("agent", "customer"))
    told = {}
    for moment in frames(agent=[(3, 6)], customer=[(1, 4)], duration_s=8):
        for exchange in taking.feed(moment):
            told[type(exchange), getattr(exchange, "speaker", "")] = moment[0].start / 16_000 + FRAME_S
    assert told == {
        (Turn, "customer"): about(4.5),
        (Interruption, ""): about(4.5),
        (Turn, "agent"): about(6.5),
    }


def test_one_speaker_alone_takes_turns_too() -> None:
    taking = TurnTaking(("agent",))
    found = [exchange for moment in frames([(1, 2)], [], 4) for exchange in taking.feed(moment[:1])]
    assert found == [Turn("agent", about(1), about(2))]


def test_nothing_lasts_longer_than_the_sound() -> None:
    for agent in ([], [(5, 7)]):
        moments, taking = frames(agent, [], 6.016), TurnTaking(("agent", "customer"))
        found = [exchange for moment in moments for exchange in taking.feed(moment)]
        assert [one.end_s for one in [*found, *taking.flush(6 * 16_000)]][-1] == 6.0

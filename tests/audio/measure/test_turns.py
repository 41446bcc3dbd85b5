from dataclasses import replace

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


def with_echo(agent: Spans, customer: Spans, at_s: float, before_s: float) -> list[Exchange]:
    """The same, when the agent's frame at `at_s` and so much before it turn out to be an echo of the customer."""
    taking, found = TurnTaking(("agent", "customer")), []
    for own, other in frames(agent, customer, 12.0):
        is_echo = own.start == round(at_s / FRAME_S) * FRAME
        before = round(before_s / FRAME_S) if is_echo else 0
        found += taking.feed([replace(own, picks_up=is_echo, echo_before=before), other])
    return [*found, *taking.flush(12 * 16_000)]


def test_a_turn_that_was_nothing_but_an_echo_is_none() -> None:
    found = with_echo([(3, 3.4)], [(1, 2), (3, 6)], at_s=3.4, before_s=0.5)
    assert only(Backchannel, found) == []
    assert only(Turn, found) == [Turn("customer", about(1), about(2)), Turn("customer", about(3), about(6))]


def test_a_turn_ends_where_the_echo_began_that_seemed_to_continue_it() -> None:
    found = with_echo([(1, 3.5)], [(3, 6)], at_s=3.5, before_s=0.5)
    assert only(Turn, found) == [Turn("agent", about(1), about(3)), Turn("customer", about(3), about(6))]


def test_an_echo_interrupts_nobody_and_is_not_interrupted() -> None:
    assert only(Interruption, with_echo([(3, 3.9)], [(1, 6)], at_s=3.9, before_s=0.95)) == []
    assert only(Interruption, with_echo([(1, 3.9)], [(3, 6)], at_s=3.9, before_s=0.95)) == []


def onset(powers_db: dict[float, float], agent: Spans, customer: Spans) -> list[Turn]:
    """The agent's turns, when her sound has these levels from these seconds on."""
    taking, found = TurnTaking(("agent", "customer")), []
    for own, other in frames(agent, customer, 6.0):
        dbfs = next(dbfs for from_s, dbfs in reversed(powers_db.items()) if from_s <= (own.start + FRAME / 2) / 16_000)
        found += taking.feed([replace(own, samples=np.full(FRAME, 10 ** (dbfs / 20), np.float32)), other])
    return [turn for turn in only(Turn, [*found, *taking.flush(6 * 16_000)]) if turn.speaker == "agent"]


@pytest.mark.parametrize(
    ("powers_db", "start_s"),
    [
        ({0: -60, 1.8: -30, 2: -20}, 1.8),
        ({0: -60, 1.4: -30, 2: -20}, 1.68),
        ({0: -60, 1.8: -42, 2: -20}, 2),
        ({0: -60, 1.8: -51, 2: -40}, 2),
        ({0: -60, 1.75: -30, 1.85: -55, 1.9: -30, 2: -20}, 1.75),
        ({0: -60, 1.7: -30, 1.75: -55, 1.95: -30, 2: -20}, 1.95),
        ({0: -25, 2: -20}, 2),
    ],
    ids=["soft consonant", "0.3 s at most", "far softer", "hardly above the room", "stop", "click before", "noise"],
)
def test_a_turn_begins_with_the_sound_that_leads_to_its_speech(powers_db: dict[float, float], start_s: float) -> None:
    assert [turn.start_s for turn in onset(powers_db, [(2, 4)], [])] == [about(start_s)]


def test_what_sounds_while_the_other_speaks_is_no_head() -> None:
    assert [turn.start_s for turn in onset({0: -60, 1.8: -30, 2: -20}, [(2, 4)], [(1, 1.9)])] == [about(1.9)]

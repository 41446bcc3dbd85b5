"""The figures that the message about a call's end has."""

from datetime import UTC, datetime

from audio.values import DeadAir, Turn
from monitor.call.events import CallEvent, Ended
from monitor.call.info import CallInfo
from monitor.notify.call_figures import CallRecord
from tests.made_calls import fired

INFO = CallInfo(datetime(2026, 3, 1, 9, tzinfo=UTC), "made", ("agent", "customer"), "none", "abc", "0.1.0")


def test_a_call_that_ended_in_silence_has_the_figures_of_what_is_kept() -> None:
    record = CallRecord(INFO)
    events: list[CallEvent] = [
        Turn("agent", 0.0, 10.0),
        fired("slow-down", 8.0),
        fired("fill-the-gap", 20.0),
        DeadAir(10.0, 130.0),
        end := Ended(15.0, "end of sound"),
    ]
    for event in events:
        record.feed(event)
    figures = record.figures(end)
    assert (figures.duration_s, figures.dead_air_s, figures.flags_count.total()) == (15.0, 5.0, 1)

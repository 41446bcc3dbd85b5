from hypothesis import given
from hypothesis import strategies as st

from audio.values import ToneSample
from monitor.agent.level_trace import LOST_DBFS, PEN_GAP_S, SILENT_DBFS, TRACE_S, Trace
from monitor.agent.view import AgentView
from monitor.call.events import Gap, Progress

SPEECH = ToneSample("agent", 8.0, 8.1, speaking=True, level_dbfs=-20.0, level_over_baseline_db=2.0)
HEARD = AgentView().after(Progress(9.0, recording="on")).after(SPEECH)


def test_a_trace_keeps_the_loudest_step_of_a_second() -> None:
    trace = Trace().write(3, SILENT_DBFS).write(3, -30.0).write(3, -20.0).write(3, -40.0)
    assert trace.cells[3] == -20.0


def test_a_second_of_lost_sound_shows_as_lost_even_after_silence_filled_it() -> None:
    view = HEARD.after(Gap(8.2, 9.5, "sound", "The microphone was gone."))
    view = view.after(ToneSample("agent", 9.4, 9.5, speaking=False))
    assert view.agent.trace.cells[7:11] == (None, LOST_DBFS, LOST_DBFS, None)
    assert view.customer.trace.cells[8:10] == (LOST_DBFS, LOST_DBFS)


def test_a_very_long_gap_fills_the_trace_once() -> None:
    cells = HEARD.after(Gap(0.0, 36_000.0, "sound", "The line was gone.")).agent.trace.cells
    assert cells.count(LOST_DBFS) == TRACE_S - PEN_GAP_S


LEVELS_DBFS = st.one_of(st.floats(-60, 0), st.just(SILENT_DBFS), st.just(LOST_DBFS))


@given(st.lists(st.tuples(st.integers(-20, 90), LEVELS_DBFS), max_size=200))
def test_a_trace_shows_the_last_seconds_and_a_blank_ahead(steps: list[tuple[int, float]]) -> None:
    trace, newest, now = Trace(), -1, 0
    known: dict[int, float] = {}
    for forward, level_dbfs in steps:
        now = max(now + forward, 0)
        trace = trace.write(now, level_dbfs)
        newest = max(newest, now)
        if now > newest - TRACE_S + PEN_GAP_S:
            known[now] = max(known.get(now, level_dbfs), level_dbfs)
    expected: list[float | None] = [None] * TRACE_S
    for second in range(max(newest - TRACE_S + PEN_GAP_S + 1, 0), newest + 1):
        expected[second % TRACE_S] = known.get(second)
    assert list(trace.cells) == expected
    assert trace.pen == newest

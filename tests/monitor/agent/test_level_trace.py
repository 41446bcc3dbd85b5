from hypothesis import given
from hypothesis import strategies as st

from monitor.agent.level_trace import LOST_DBFS, PEN_GAP_S, SILENT_DBFS, TRACE_S, Trace


def test_a_trace_keeps_the_loudest_step_of_a_second() -> None:
    trace = Trace().write(3, SILENT_DBFS).write(3, -30.0).write(3, -20.0).write(3, -40.0)
    assert trace.cells[3] == -20.0


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

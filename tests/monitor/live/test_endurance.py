"""Nothing grows with the length of a call; bench/parts/long/endurance.py shows it over eight hours."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.monitor.long_call import simulate

pytestmark = pytest.mark.slow


def test_a_call_of_six_minutes_leaves_no_more_behind_than_one_of_three() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as without_what_other_tests_left:
        watch = without_what_other_tests_left.submit(simulate, 0.1, every_s=60.0).result()
    settled = [moment.objects for moment in watch.moments[2:]]
    assert len(settled) == 4
    assert max(settled) - settled[0] < 100, settled
    assert watch.tone_until_s == 360.0

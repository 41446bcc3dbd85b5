from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from monitor.live.outcome import Outcome


def test_the_first_failure_stays() -> None:
    outcome, first = Outcome(), ValueError("first")
    outcome.fail(first)
    outcome.fail(ValueError("second"))
    assert outcome.failure is first


def test_of_failures_at_the_same_time_one_stays() -> None:
    outcome, together = Outcome(), Barrier(8)
    errors = [ValueError(str(number)) for number in range(8)]

    def fail(error: Exception) -> Exception | None:
        together.wait(10)
        outcome.fail(error)
        return outcome.failure

    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(fail, errors))
    assert seen == {outcome.failure}
    assert outcome.failure in errors

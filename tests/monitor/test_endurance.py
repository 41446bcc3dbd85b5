"""Nothing grows with the length of a call; bench/endurance.py shows it over eight hours."""

from bench.endurance import simulate


def test_a_call_of_six_minutes_leaves_no_more_behind_than_one_of_three() -> None:
    watch = simulate(0.1, every_s=60.0)
    settled = [moment.objects for moment in watch.moments[2:]]
    assert len(settled) == 4
    assert max(settled) - settled[0] < 200, settled
    assert watch.tone_until_s == 360.0

"""Nothing grows with the length of a call; bench/endurance.py shows it over eight hours."""

from bench.endurance import simulate


def test_a_call_of_ten_minutes_leaves_no_more_behind_than_one_of_five() -> None:
    watch = simulate(1 / 6, every_s=60.0)
    settled = [moment.objects for moment in watch.moments[4:]]
    assert len(settled) == 6
    assert max(settled) - settled[0] < 200, settled
    assert watch.tone_until_s == 600.0
    assert watch.prompts > 0

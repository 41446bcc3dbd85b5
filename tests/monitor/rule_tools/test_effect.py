"""Whether a prompt adds anything to what agents do without it."""

import pytest

from monitor.rule_tools.effect import Done, effect, text


def test_a_prompt_that_adds_nothing_is_within_chance() -> None:
    found = effect([Done(2, 4)] * 20, [Done(2, 4)] * 20)
    assert (found.seen_pct, found.unseen_pct, found.difference.value) == (50.0, 50.0, 0.0)
    assert text(found.difference) == "0 points (0 to 0), within chance"


def test_a_prompt_that_works_is_told_from_chance() -> None:
    found = effect([Done(3, 4), Done(4, 4)] * 10, [Done(1, 4), Done(2, 4)] * 10)
    assert found.difference.value == pytest.approx(50.0)
    assert found.difference.beyond_chance
    assert text(found.difference).startswith("+50 points (+4")


def test_a_long_call_counts_by_its_prompts() -> None:
    found = effect([Done(0, 2)] * 10 + [Done(20, 20)], [Done(0, 1)] * 10)
    assert found.seen_pct == 50.0
    assert not found.difference.beyond_chance, "one call gave it all"


@pytest.mark.parametrize(("seen", "unseen"), [([], []), ([Done(1, 1)] * 9, []), ([Done(1, 1)] * 9, [Done(0, 1)] * 2)])
def test_too_few_calls_on_either_side_give_no_difference(seen: list[Done], unseen: list[Done]) -> None:
    assert text(effect(seen, unseen).difference) == "too little data"

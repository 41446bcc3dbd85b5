"""What is said of a prompt: nothing was shown or followed that nobody saw."""

from dataclasses import replace

import pytest

from monitor.call.outcomes import prompt_outcome_text
from rules.model import Outcome, Prompt, TakenDown

DOWN = Prompt("fast", "slow_down", "prompt", "Slow down", "", "", 10.0, 15.0)


@pytest.mark.parametrize(
    ("after", "taken_down", "seen", "text"),
    [
        ("followed", "eased", True, "followed"),
        ("no_change", "dismissed", True, "no change, dismissed"),
        ("not_applicable", "snoozed", True, "snoozed"),
        ("followed", "eased", False, "nobody saw it, done anyway"),
        ("no_change", "time", False, "nobody saw it, no change"),
        ("not_applicable", "time", False, "nobody saw it"),
        ("followed", None, None, "not known whether it was seen, then followed"),
        (None, None, None, "outcome unknown"),
    ],
)
def test_only_a_prompt_that_was_seen_is_followed(
    after: Outcome | None,
    taken_down: TakenDown | None,
    seen: bool | None,  # noqa: FBT001 - a case of the test
    text: str,
) -> None:
    prompt = replace(DOWN, after=after, outcome=after, taken_down=taken_down)
    assert prompt_outcome_text(prompt if seen is None else prompt.seen_as(seen=seen)) == text

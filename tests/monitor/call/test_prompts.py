"""What became of the prompts of a call, whichever of their lines the log still has."""

from dataclasses import replace

import pytest

from monitor.call.by_kind import by_kind
from monitor.call.events import CallEvent, Ended, PromptCleared, PromptShown
from monitor.call.info import CallKind
from monitor.call.prompts import prompt_records
from rules.model import Prompt

FAST = Prompt("fast", "slow_down", "prompt", "Slow down", "25 % faster than usual", "Take a breath.", 10.0)
LOUD = replace(FAST, rule="loud", since_s=4.0)
FOLLOWED = replace(FAST, until_s=15.0, outcome="followed")


def found(*events: CallEvent, kind: CallKind = "live") -> list[tuple[Prompt, float | None]]:
    return [(record.prompt, record.delay_s) for record in prompt_records(by_kind(events), kind)]


def test_each_prompt_comes_once_as_it_was_last_known_in_the_order_of_the_call() -> None:
    again = replace(FAST, since_s=40.0)
    assert found(
        PromptShown(FAST, 0.4),
        PromptShown(LOUD, 0.2),
        PromptCleared(replace(FAST, until_s=15.0)),
        PromptCleared(FOLLOWED),
        PromptShown(again),
        Ended(60.0, "stopped"),
    ) == [(LOUD, 0.2), (FOLLOWED, 0.4), (again, 0.0)]


@pytest.mark.parametrize("late", [False, True], ids=["in order", "shown written later than cleared"])
def test_the_outcome_is_known_wherever_the_lines_stand(late: bool) -> None:  # noqa: FBT001 - a case of the test
    lines: list[CallEvent] = [PromptShown(FAST, 0.4), PromptCleared(FOLLOWED)]
    assert found(*(reversed(lines) if late else lines)) == [(FOLLOWED, 0.4)]


def test_a_prompt_of_which_only_its_end_is_left_has_no_delay() -> None:
    assert found(PromptCleared(FOLLOWED)) == [(FOLLOWED, None)]


@pytest.mark.parametrize("seen", [True, False, None], ids=["on a screen that played it", "by nobody", "not known"])
def test_the_agent_in_a_recording_saw_no_prompt(seen: bool | None) -> None:  # noqa: FBT001 - a case of the test
    down = replace(FOLLOWED, after="followed", seen=seen)
    ((prompt, _),) = found(PromptShown(FAST), PromptCleared(down), kind="recording")
    assert (prompt.seen, prompt.outcome, prompt.after) == (False, "unseen", "followed")
    assert found(PromptCleared(down), kind="live") == [(down, None)]

"""The program that is compared with, and how prompts are counted as right or wrong."""

import numpy as np
import pytest

from bench.comparisons.weekend import FIXED, OWN, Advice, Chunk, Limits, advice
from bench.parts.peers.weekend import Call, Due, score

SILENT = Chunk((), np.nan, np.nan)


def spoken(words: int, *, text: str = " word", level_db: float = -30.0, pitch_hz: float = 200.0) -> Chunk:
    """A chunk with words over all of its 5 seconds."""
    each_s = 5 / words
    return Chunk(tuple((text, at * each_s, (at + 1) * each_s) for at in range(words)), level_db, pitch_hz)


def given(agent: list[Chunk], customer: list[Chunk], limits: Limits) -> list[tuple[str, float]]:
    return [(one.action, one.at_s) for one in advice(agent, customer, limits)]


def test_words_a_minute_are_compared_with_a_limit_or_with_the_first_minute() -> None:
    calm, hurried = [spoken(12)] * 12, [spoken(17)] * 2
    assert given(calm + hurried, [], FIXED) == [("slow_down", 70.0)]
    assert given(calm + hurried, [], OWN) == [("slow_down", 70.0)]
    fast = [spoken(17)] * 14
    assert given(fast, [], FIXED) == [("slow_down", 5.0), ("slow_down", 35.0), ("slow_down", 65.0)]
    assert given(fast, [], OWN) == []


def test_a_higher_level_counts_alone_or_with_the_pitch() -> None:
    calm, gained, raised = [spoken(8)] * 12, spoken(8, level_db=-23.0), spoken(8, level_db=-23.0, pitch_hz=240.0)
    assert given([*calm, gained], [], FIXED) == [("lower_volume", 65.0)]
    assert given([*calm, gained], [], OWN) == []
    assert given([*calm, raised], [], OWN) == [("lower_volume", 65.0)]


@pytest.mark.parametrize(("answer", "prompts"), [(" well", ["paraphrase"]), (" so you", [])])
def test_a_long_story_has_to_be_said_back(answer: str, prompts: list[str]) -> None:
    agent = [spoken(8), *[SILENT] * 5, spoken(8, text=answer)]
    customer = [SILENT, *[spoken(10)] * 5, SILENT]
    assert [action for action, _ in given(agent, customer, FIXED)] == prompts


def test_a_word_of_the_list_asks_for_a_manager() -> None:
    assert given([SILENT] * 2, [SILENT, spoken(8, text=" manager")], FIXED) == [("escalate", 10.0)]


def test_a_prompt_is_right_once_and_wrong_outside_its_time() -> None:
    call = Call("made", np.zeros(960_000, np.float32), (Due(("slow_down",), 20.0), Due(("lower_volume",), 40.0)))
    prompts = [Advice("slow_down", at_s) for at_s in (14.0, 22.0, 30.0, 33.0)] + [Advice("escalate", 41.0)]
    found = score(call, prompts)
    assert (found.delays_s, found.due, found.wrong, found.minutes) == ((2.0,), 2, 3, 1.0)

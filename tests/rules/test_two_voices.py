"""When the measures of one track are those of two people."""

import pytest

from monitor.pipeline.metrics import BY_NAME
from rules.load import load

CONDITION = load((), metrics=BY_NAME).one_track
MIX = {"voiced_s": 91.0, "apart_st": 11.0, "separation": 4.1, "smaller_share": 0.3, "changes": 0.22, "timbre": 0.92}
"""Of a real call on one track."""


def test_a_call_on_one_track_is_two_people() -> None:
    assert CONDITION
    assert CONDITION.met(MIX)
    assert CONDITION.met(MIX | {"timbre": 0.5, "separation": 7.7}), "two voices may have one timbre, far apart in pitch"


@pytest.mark.parametrize(
    "one_voice",
    [
        {"voiced_s": 8.0},
        {"apart_st": 4.0},
        {"smaller_share": 0.15},
        {"changes": 0.1},
        {"timbre": 0.87},
    ],
)
def test_one_voice_fails_in_one_of_them(one_voice: dict[str, float]) -> None:
    assert CONDITION
    assert not CONDITION.met(MIX | one_voice)

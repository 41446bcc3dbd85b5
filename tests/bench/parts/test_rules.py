"""How the bench of the rules counts."""

import numpy as np

from audio.values import ToneSample
from bench.material.manipulated import Changed
from bench.parts.rules import Judged
from rules.model import Firing


def judged(*at_s: float, rule: str = "slow-down") -> Judged:
    fired = tuple(Firing(rule, "agent", at, None, None, None, "prompt", "a") for at in at_s)
    speech = tuple(ToneSample("agent", n / 10, (n + 1) / 10, speaking=n % 2 == 0) for n in range(20))
    return Judged(Changed("a", "tempo", 10.0, 20.0, np.zeros(0, np.float32)), (*speech, *fired))


def test_a_change_is_caught_from_its_beginning_until_it_has_left_the_window() -> None:
    assert judged(9.9, 14.5, 16.0).caught_s(["slow-down"]) == 4.5
    assert judged(22.5).caught_s(["slow-down"]) == 12.5
    assert judged(9.0, 24.0).caught_s(["slow-down"]) is None
    assert judged(14.5, rule="other").caught_s(["slow-down"]) is None


def test_what_fires_outside_the_change_is_false() -> None:
    assert judged(9.9, 14.5, 24.0).false(["slow-down"]) == 2
    assert judged(14.5).false(["slow-down"]) == 0


def test_speech_alone_is_counted_as_speech() -> None:
    assert round(judged().spoken_s(), 6) == 1.0

"""A fair draw: the same in any order, blind to everything but the id, and every call has the same chance."""

import random
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from monitor.call import lock
from monitor.cli import main
from monitor.scorecards.sample import draw, told
from tests.made_calls import after, fired, info, make

CALLS = [(agent, f"2026-03-02/{agent}-{number:03}") for agent in ("Ada", "Kim") for number in range(40)]


@given(st.randoms(use_true_random=False), st.integers(0, 99), st.integers(1, 50))
def test_the_order_of_the_calls_does_not_matter(shuffler: random.Random, seed: int, size: int) -> None:
    shuffled = CALLS.copy()
    shuffler.shuffle(shuffled)
    assert draw(shuffled, size, seed) == draw(CALLS, size, seed)


def test_each_group_gives_as_many_as_wanted_or_all_it_has() -> None:
    few = [*CALLS, ("Sue", "2026-03-02/only")]
    assert [(one.group, len(one.drawn), one.of) for one in draw(few, 2, 1)] == [
        ("Ada", 2, 40),
        ("Kim", 2, 40),
        ("Sue", 1, 1),
    ]


def test_what_is_drawn_of_one_agent_does_not_depend_on_the_others() -> None:
    alone = draw([call for call in CALLS if call[0] == "Ada"], 3, 7)
    assert draw(CALLS, 3, 7)[0] == alone[0]


def test_over_many_seeds_every_call_has_the_same_chance() -> None:
    drawn = Counter(call for seed in range(2000) for one in draw(CALLS[:40], 2, seed) for call in one.drawn)
    # 100 each on average; a standard deviation is 9.7.
    assert len(drawn) == 40
    assert max(abs(times - 100) for times in drawn.values()) < 45


def test_it_says_what_was_drawn_from_how_many() -> None:
    assert list(told(draw(CALLS, 2, 7), 7)) == [
        "Drawn 4 of 80 calls with seed 7; the same seed draws the same calls.",
        "  Ada: 2 of 40",
        "  Kim: 2 of 40",
    ]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TONE_MONITOR_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TONE_MONITOR_CALLS", str(tmp_path / "calls"))
    for day in range(6):
        for agent in ("Ada", "Kim"):
            flags = [fired("slow-down", 3.0)] * day
            make(tmp_path / "calls", flags, info(after(days=day), agent), name=f"{agent}{day}".lower())
    return tmp_path / "calls"


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(main, ["calls", *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_the_command_draws_the_same_calls_whatever_is_listed_first() -> None:
    drawn = [run("--sample", "2", "--per", "agent", "--seed", "7", "--order", order) for order in ("worst", "newest")]
    assert drawn[0].stdout == drawn[1].stdout
    assert len(drawn[0].stdout.splitlines()) == 5
    assert "Drawn 4 of 12 calls with seed 7" in drawn[0].stderr
    assert "  Ada: 2 of 6" in drawn[0].stderr


def test_it_can_draw_per_agent_and_week() -> None:
    said = run("--sample", "1", "--per", "agent", "--per", "week", "--seed", "1").stderr
    assert "  Kim, week of 2026-03-02: 1 of 6" in said


def test_without_a_seed_it_says_which_one_draws_the_same_again() -> None:
    first = run("--sample", "3")
    seed = first.stderr.partition("with seed ")[2].partition(";")[0]
    assert run("--sample", "3", "--seed", seed).stdout == first.stdout


def test_a_call_in_progress_is_never_drawn(root: Path) -> None:
    folder = make(root, about=info(after(days=7), "Zoe", closed=False), name="zoe")
    with lock.hold(folder):
        assert "Zoe" not in run("--sample", "9", "--per", "agent", "--seed", "1").stderr


def test_per_and_seed_need_a_sample() -> None:
    done = CliRunner().invoke(main, ["calls", "--per", "agent"])
    assert done.exit_code == 2
    assert "--per and --seed need --sample." in done.stderr

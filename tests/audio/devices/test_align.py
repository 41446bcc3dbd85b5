from itertools import pairwise

import numpy as np
import pytest

from audio.devices.align import Aligned, Aligner, Hole
from audio.devices.ring import Piece

RATE_HZ = 48_000
PIECE = 960
START_S = 100.0


def pieces(count: int, *, late_s: float = 0.0, first: int = 0, overrun_at: int = -1) -> list[Piece]:
    """Pieces of 20 ms of a sound that is one everywhere."""
    sound = np.ones((PIECE, 1), np.float32)
    return [
        Piece(sound, START_S + number * PIECE / RATE_HZ + late_s, number == overrun_at)
        for number in range(first, first + count)
    ]


def aligned(aligner: Aligner, *fed: list[Piece]) -> tuple[list[Aligned], list[Hole]]:
    out = [item for some in fed for item in aligner.feed(some)] + list(aligner.flush())
    sounds = [item for item in out if isinstance(item, Aligned)]
    return sounds, [item for item in out if isinstance(item, Hole)]


def test_as_much_sound_comes_out_as_time_went_by() -> None:
    sounds, holes = aligned(Aligner(RATE_HZ, 1, START_S), pieces(500))
    assert holes == []
    assert sounds[0].start == 0
    assert all(one.end == next_one.start for one, next_one in pairwise(sounds))
    assert sounds[-1].end == pytest.approx(160_000, abs=2)


def test_sound_from_before_the_call_is_left_out() -> None:
    sounds, holes = aligned(Aligner(RATE_HZ, 1, START_S + 3.0), pieces(500))
    assert holes == []
    assert sounds[0].start == 0
    assert sounds[-1].end == pytest.approx(7 * 16_000, abs=2)


def test_sound_that_begins_late_is_placed_late() -> None:
    sounds, _ = aligned(Aligner(RATE_HZ, 1, START_S - 2.0), pieces(100))
    assert sounds[0].start == pytest.approx(32_000, abs=2)


@pytest.mark.parametrize("flagged", [True, False])
def test_a_hole_is_as_long_as_the_stamps_say(flagged: bool) -> None:  # noqa: FBT001 - a parameter of the test
    lost = 25
    sounds, [hole] = aligned(
        Aligner(RATE_HZ, 1, START_S),
        pieces(200),
        pieces(300, first=200 + lost, overrun_at=200 + lost if flagged else -1),
    )
    assert hole.end - hole.start == pytest.approx(lost * 320, abs=2)
    assert hole.start == pytest.approx(200 * 320, abs=2)
    assert sounds[-1].end == pytest.approx((500 + lost) * 320, abs=2)


def test_a_surplus_is_left_out_and_told_as_a_hole_without_length() -> None:
    sounds, [hole] = aligned(Aligner(RATE_HZ, 1, START_S), pieces(200), pieces(300, first=200, late_s=-0.2))
    assert hole.start == hole.end
    assert sounds[-1].end == pytest.approx(490 * 320, abs=2)


def test_a_burst_after_a_stall_loses_nothing() -> None:
    stalled = [
        Piece(piece.samples, max(piece.heard_s, START_S + 4.4), overrun=False) for piece in pieces(20, first=200)
    ]
    sounds, holes = aligned(Aligner(RATE_HZ, 1, START_S), pieces(200), stalled, pieces(280, first=220))
    assert holes == []
    assert sounds[-1].end == pytest.approx(160_000, abs=2)

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audio.devices.ring import KEPT_S, Ring


@given(st.lists(st.integers(1, 700), min_size=1, max_size=60), st.integers(1, 4))
def test_what_is_read_in_time_is_what_was_written(sizes: list[int], read_every: int) -> None:
    ring = Ring(100, 2)
    count, pieces = 0, []
    for number, size in enumerate(sizes):
        ring.write(np.arange(count, count + size, dtype=np.float32)[:, None] * [1, -1], count / 100, number == 3)
        count += size
        if number % read_every == 0:
            pieces += ring.read()
    pieces += ring.read()
    sound = np.concatenate([piece.samples for piece in pieces])
    assert np.array_equal(sound, np.arange(count)[:, None] * [1, -1])
    assert [piece.overrun for piece in pieces] == [number == 3 for number in range(len(sizes))]
    assert all(piece.heard_s == piece.samples[0, 0] / 100 for piece in pieces)


def test_a_reader_that_was_too_slow_finds_the_newest_sound_and_a_flag() -> None:
    ring = Ring(1_000, 1)
    for number in range(450):
        ring.write(np.full((100, 1), number, np.float32), 0.1 * number, overrun=False)
    pieces = ring.read()
    assert len(pieces) == KEPT_S * 10
    assert [piece.overrun for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert [piece.samples[-1, 0] for piece in pieces] == list(range(150, 450))
    assert ring.read() == []

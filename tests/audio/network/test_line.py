"""Both sides of a call from the network on one clock, whatever the network does."""

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

from audio.block import SAMPLE_RATE_HZ
from tests.audio.network.network_line import BEGAN_S, RATE_HZ, Wire, click_times, clicks, in_order_of_arrival, played

TOLERANCE_S = 0.02


def noise(duration_s: float, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.1, round(duration_s * RATE_HZ)).astype(np.float32)


def loaded(seed: int, duration_s: float) -> list[tuple[float, float]]:
    """Stretches in which a busy machine reads nothing, up to 0.3 s each, which leave it half of the time."""
    random, at_s, stalls = np.random.default_rng(seed), 0.0, []
    while at_s < duration_s:
        at_s += random.uniform(0, 0.3)
        stalls.append((at_s, at_s := at_s + random.uniform(0, 0.3)))
    return stalls


@pytest.mark.parametrize(
    ("packet_s", "jitter_s", "stamped", "stalls"),
    [(0.02, 0.04, False, []), (0.2, 0.02, True, []), (0.02, 0.0, False, loaded(3, 600))],
)
def test_both_sides_stay_aligned_for_ten_minutes_although_their_clocks_differ(
    *, packet_s: float, jitter_s: float, stamped: bool, stalls: list[tuple[float, float]]
) -> None:
    sound, how = clicks(600, every_s=20), {"jitter_s": jitter_s, "packet_s": packet_s, "stamped": stamped}
    wires = {
        "agent": Wire(sound=sound, ppm=200, stalls=stalls, seed=1, **how),
        "customer": Wire(sound=sound, ppm=-200, stalls=stalls, seed=2, **how),
    }

    heard = played({speaker: wire.packets() for speaker, wire in wires.items()}, 601)

    for speaker, wire in wires.items():
        said_s = np.arange(0, 600, 20) * (1 + wire.ppm * 1e-6)
        assert abs(click_times(heard.sound[speaker]) - said_s).max() < TOLERANCE_S
    assert heard.lost == []


@settings(deadline=None, max_examples=10)
@given(
    packet_s=st.sampled_from([0.02, 0.04, 0.1, 0.2]),
    stamped=st.booleans(),
    pauses=st.lists(st.tuples(st.integers(3, 40), st.integers(1, 60)), max_size=3),
    every_s=st.sampled_from([0.05, 0.1, 0.25]),
)
def test_what_is_not_sent_is_silence_and_no_loss(
    *, packet_s: float, stamped: bool, pauses: list[tuple[int, int]], every_s: float
) -> None:
    """Discontinuous transmission: clicks after any pauses are heard when they were made."""
    sound = clicks(20)
    silent = [(start + 0.4, start + 0.4 + length / 4) for start, length in pauses]
    wire = Wire(sound=sound, packet_s=packet_s, stamped=stamped, jitter_s=0.02, silent=silent)
    other = Wire(sound=noise(20), jitter_s=0.02)

    heard = played({"agent": wire.packets(), "customer": other.packets()}, 21, every_s)

    sent = wire.packets()
    kept = [at for at in range(20) if any(_covers(packet.arrived_s, at, packet_s) for packet in sent)]
    found = click_times(heard.sound["agent"])
    assert heard.lost == []
    assert [round(at) for at in found] == kept[: len(found)]
    assert len(found) >= len(kept) - 1
    assert all(abs(at - round(at)) < TOLERANCE_S for at in found)


def _covers(arrived_s: float, at: int, packet_s: float) -> bool:
    return arrived_s - packet_s - 0.02 - 1e-9 <= BEGAN_S + at <= arrived_s - 1e-9 and packet_s > 0


@pytest.mark.parametrize("stamped", [False, True])
def test_seven_seconds_without_packets_move_nothing(*, stamped: bool) -> None:
    wire = Wire(sound=clicks(20), silent=[(4.5, 11.5)], stamped=stamped)

    heard = played({"agent": wire.packets(), "customer": Wire(sound=noise(20)).packets()}, 21)

    assert np.allclose(click_times(heard.sound["agent"]), [0, 1, 2, 3, 4, *range(12, 20)], atol=TOLERANCE_S)
    assert heard.lost == []


@pytest.mark.parametrize("stamped", [False, True])
def test_a_burst_after_a_stall_of_the_line_takes_the_place_of_the_silence(*, stamped: bool) -> None:
    sound = clicks(20)
    wires = {
        "agent": Wire(sound=sound, stamped=stamped, stalls=[(5.3, 6.4)]),
        "customer": Wire(sound=sound, stamped=stamped, stalls=[(5.3, 6.45)]),
    }

    heard = played({speaker: wire.packets() for speaker, wire in wires.items()}, 21)

    for speaker in wires:
        assert np.allclose(click_times(heard.sound[speaker]), range(20), atol=TOLERANCE_S)
        assert abs(len(heard.sound[speaker]) / SAMPLE_RATE_HZ - 20) < 0.5
    assert heard.lost == []


def test_sound_that_comes_later_than_anybody_waits_is_a_gap_and_moves_nothing() -> None:
    wire = Wire(sound=noise(20), stalls=[(5.0, 7.0)])

    heard = played({"agent": wire.packets(), "customer": Wire(sound=noise(20, 6)).packets()}, 21)

    (gap,) = heard.lost
    assert gap.speaker == "agent"
    assert "too late" in gap.why
    assert gap.start_s == pytest.approx(5.0, abs=0.05)
    assert 6.4 < gap.end_s < 6.9


def test_lost_packets_are_gaps_to_the_millisecond() -> None:
    sent = Wire(sound=noise(10), stamped=True, numbered=True).packets()
    lost = {100, 101, 102, 250}

    heard = played(
        {
            "agent": [packet for at, packet in enumerate(sent) if at not in lost],
            "customer": Wire(sound=noise(10)).packets(),
        },
        11,
    )

    assert np.allclose(heard.of("agent"), [(2.0, 2.06), (5.0, 5.02)], atol=0.0021)


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**16), numbered=st.booleans())
def test_order_and_duplicates_do_not_change_the_sound(*, seed: int, numbered: bool) -> None:
    random = np.random.default_rng(seed)
    sent = Wire(sound=clicks(8), stamped=True, numbered=numbered).packets()
    plain = played({"agent": sent, "customer": Wire(sound=noise(8)).packets()}, 9)
    mixed = [packet for packet in in_order_of_arrival(sent, random, 0.1) for _ in range(1 + (random.random() < 0.1))]

    heard = played({"agent": mixed, "customer": Wire(sound=noise(8)).packets()}, 9)

    assert np.allclose(click_times(heard.sound["agent"]), click_times(plain.sound["agent"]), atol=0.005)
    assert heard.lost == []


def test_a_side_that_begins_a_second_later_is_a_gap_at_the_start() -> None:
    late = Wire(sound=clicks(9), starts_s=1.0)

    heard = played({"agent": late.packets(), "customer": Wire(sound=noise(10)).packets()}, 11)

    assert np.allclose(click_times(heard.sound["agent"]), np.arange(1, 10), atol=TOLERANCE_S)
    assert np.allclose(heard.of("agent"), [(0.0, 1.0)], atol=0.005)


def test_sound_goes_through_unchanged() -> None:
    said = noise(6)
    heard = played({"agent": Wire(sound=said).packets(), "customer": Wire(sound=noise(6, 6)).packets()}, 7)

    expected = soxr.resample(said, RATE_HZ, SAMPLE_RATE_HZ)[1600:80_000]
    found = heard.sound["agent"][1600:80_000]
    assert np.corrcoef(found[: len(expected)], expected)[0, 1] > 0.99


@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**16), packet_s=st.sampled_from([0.02, 0.04]))
def test_a_busy_machine_stretches_nothing_and_moves_nothing(*, seed: int, packet_s: float) -> None:
    """Packets that are read late are no drift: every sample stays where the first ones put it."""
    said = {"agent": noise(20, 5), "customer": noise(20, 6)}
    stalls = loaded(seed, 20)
    wires = {speaker: Wire(sound=sound, packet_s=packet_s, stalls=stalls) for speaker, sound in said.items()}

    heard = played({speaker: wire.packets() for speaker, wire in wires.items()}, 21)

    assert heard.lost == []
    for speaker, sound in said.items():
        shift = _shift(heard.sound[speaker], sound)
        expected = soxr.resample(sound, RATE_HZ, SAMPLE_RATE_HZ)
        found = heard.sound[speaker][shift:][: len(expected)]
        assert shift < TOLERANCE_S * SAMPLE_RATE_HZ + packet_s * SAMPLE_RATE_HZ
        assert np.corrcoef(found[1600:-8000], expected[1600 : len(found) - 8000])[0, 1] > 0.99


def _shift(found: np.ndarray, said: np.ndarray) -> int:
    """By how many samples sound is late, by its first second."""
    window = soxr.resample(said, RATE_HZ, SAMPLE_RATE_HZ)[SAMPLE_RATE_HZ : 2 * SAMPLE_RATE_HZ]
    return int(np.argmax(correlate(found[SAMPLE_RATE_HZ : 3 * SAMPLE_RATE_HZ], window, "valid", "fft")))

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from audio.block import AudioBlock, Samples, Speaker
from audio.devices.capture import Capture
from audio.devices.device import DeviceError
from audio.values import SoundLost, SourceState
from tests.sound_cards import Card, FakeStreams, clicks, device, hum

START_S = 1000.5
"""When the call begins: the fake clock's start, and half a second in which the devices settle."""
MICROPHONE = device("Headset", index=3)
LINE = device("Line", index=4, rate_hz=44_100, is_default=False, is_loopback=True)


class Heard:
    """Everything a capture gave."""

    def __init__(self) -> None:
        self.told: list[SoundLost | SourceState] = []
        self._blocks: dict[Speaker, list[AudioBlock]] = {}

    def take(self, item: AudioBlock | SoundLost | SourceState) -> None:
        if not isinstance(item, AudioBlock):
            self.told.append(item)
            return
        blocks = self._blocks.setdefault(item.speaker, [])
        assert item.start == (blocks[-1].end if blocks else 0)
        blocks.append(item)

    def sound(self, speaker: Speaker) -> Samples:
        return np.concatenate([block.samples for block in self._blocks[speaker]])

    def lost(self, speaker: Speaker) -> list[SoundLost]:
        return [told for told in self.told if isinstance(told, SoundLost) and told.speaker == speaker]

    def states(self, speaker: Speaker) -> list[SourceState]:
        return [told for told in self.told if isinstance(told, SourceState) and told.speaker == speaker]

    def clicks_s(self, speaker: Speaker) -> list[float]:
        """When the tops of the clicks are."""
        sound = self.sound(speaker)
        tops = np.flatnonzero((sound[1:-1] > 0.25) & (sound[1:-1] >= sound[:-2]) & (sound[1:-1] > sound[2:])) + 1
        return [float(top) / 16_000 for top in tops]


def listen(
    streams: FakeStreams,
    seconds: float,
    agent: str = "",
    customer: str = "",
    *,
    at: Callable[[float], None] = lambda _s: None,
) -> Heard:
    heard = Heard()
    with Capture(agent, customer, streams) as capture:
        for item in capture.blocks():
            heard.take(item)
            at(streams.now_s() - START_S)
            if streams.now_s() - START_S >= seconds:
                capture.stop()
    assert streams.closed
    return heard


@pytest.mark.parametrize("ppm", [(0, 0), (200, -200), (-150, 80)])
def test_two_cards_of_their_own_clocks_and_rates_stay_on_one(ppm: tuple[float, float]) -> None:
    signals = (clicks(first_s=START_S + 0.5),)
    agent = Card(MICROPHONE, signals, ppm=ppm[0], jitter_s=0.008)
    customer = Card(LINE, signals, ppm=ppm[1], jitter_s=0.003)
    heard = listen(FakeStreams(agent, customer), 40, "", "loopback")
    assert heard.told == []
    truth = np.arange(0.5, 39.5)
    for speaker in ("agent", "customer"):
        assert np.abs(np.array(heard.clicks_s(speaker)[: len(truth)]) - truth).max() < 0.003


def test_the_level_of_what_is_heard_is_that_of_what_was_played() -> None:
    heard = listen(FakeStreams(Card(MICROPHONE, (lambda times: 0.1 * np.sin(2 * np.pi * 440 * times),))), 5)
    assert np.sqrt(2 * np.mean(np.square(heard.sound("agent")[16_000:]))) == pytest.approx(0.1, rel=1e-3)


def test_a_microphone_alone_makes_a_call_of_one_and_says_so() -> None:
    streams = FakeStreams(Card(MICROPHONE))
    with Capture("headset", streams=streams) as capture:
        assert capture.speakers == ("agent",)
        assert capture.name == capture.microphone == "Headset"
        assert "The customer's side is not captured" in capture.notes[0]


STEREO = device("Desk phone", channels=2)


def test_one_stereo_device_has_the_agent_left_and_the_customer_right() -> None:
    streams = FakeStreams(Card(STEREO, (hum(0.1), hum(0.2))))
    heard = listen(streams, 2, "desk", "desk")
    assert len(streams.opened) == 1
    assert heard.sound("agent")[8_000:].max() == pytest.approx(0.25, rel=0.01)
    assert heard.sound("customer")[8_000:].max() == pytest.approx(0.5, rel=0.01)


def test_a_channel_can_be_named() -> None:
    streams = FakeStreams(Card(STEREO, (hum(0.1), hum(0.2))), Card(LINE, (hum(0.3),)))
    heard = listen(streams, 2, "desk:right", "Desk phone:LEFT")
    assert heard.sound("agent")[8_000:].max() == pytest.approx(0.5, rel=0.01)
    assert heard.sound("customer")[8_000:].max() == pytest.approx(0.25, rel=0.01)
    mixed = listen(FakeStreams(Card(STEREO, (hum(0.1), hum(0.2))), Card(LINE, (hum(0.3),))), 2, "desk", "line")
    assert mixed.sound("agent")[8_000:].max() == pytest.approx(0.375, rel=0.01)


@pytest.mark.parametrize(("agent", "customer"), [("desk:right", "desk"), ("desk", "desk:left")])
def test_who_has_no_channel_named_gets_the_other_one(agent: str, customer: str) -> None:
    heard = listen(FakeStreams(Card(STEREO, (hum(0.1), hum(0.2)))), 2, agent, customer)
    assert heard.sound("agent")[8_000:].max() == pytest.approx(0.5, rel=0.01)
    assert heard.sound("customer")[8_000:].max() == pytest.approx(0.25, rel=0.01)


@pytest.mark.parametrize(
    ("agent", "customer"), [("headset", "headset"), ("desk:left", "desk:left"), ("headset:right", "desk")]
)
def test_a_side_without_a_channel_of_its_own_is_refused(agent: str, customer: str) -> None:
    streams = FakeStreams(Card(MICROPHONE), Card(STEREO, (hum(), hum())))
    with pytest.raises(DeviceError, match="has no separate channel for the"), Capture(agent, customer, streams):
        pass
    assert streams.closed


def test_a_device_that_cannot_be_opened_is_told_before_the_call() -> None:
    streams = FakeStreams(Card(MICROPHONE), Card(LINE, error="Line cannot be opened: close the other program."))
    with pytest.raises(DeviceError, match="close the other program"), Capture("", "line", streams):
        pass


def test_an_unplugged_headset_leaves_silence_and_is_found_again_where_it_is_then() -> None:
    agent = Card(MICROPHONE, (hum(),), unplugged=((START_S + 5, START_S + 9.2),))
    customer = Card(LINE, (clicks(first_s=START_S + 0.5),))
    streams = FakeStreams(agent, customer)

    def replug(at_s: float) -> None:
        if at_s > 6:
            agent.device = replace(MICROPHONE, index=17)

    heard = listen(streams, 20, "headset", "line", at=replug)
    gone, back = heard.states("agent")
    assert not gone.fine
    assert 5.9 <= gone.at_s <= 6.2
    assert gone.note == "Your microphone is not heard. Plug Headset in again."
    assert back.fine
    [lost] = heard.lost("agent")
    assert lost.start_s == pytest.approx(5, abs=0.03)
    tries = [at_s - START_S for at_s, name in streams.opened if name == "Headset"][1:]
    assert np.diff(tries) == pytest.approx([0.5, 1.0, 2.0, 4.0][: len(tries) - 1], abs=0.1)
    assert lost.end_s == pytest.approx(tries[-1], abs=0.05)
    sound = heard.sound("agent")
    start, end = round(lost.start_s * 16_000), round(lost.end_s * 16_000)
    assert not sound[start + 320 : end - 320].any()
    assert np.abs(sound[end + 320 :]).min() > 0.01
    assert np.array(heard.clicks_s("customer"))[:19] == pytest.approx(np.arange(0.5, 19.5), abs=0.003)
    assert heard.states("customer") == []


def test_tries_come_at_most_ten_seconds_apart() -> None:
    streams = FakeStreams(Card(MICROPHONE, unplugged=((START_S + 1, 1e9),)), Card(LINE))
    heard = listen(streams, 60, "headset", "line")
    tries = [at_s for at_s, name in streams.opened if name == "Headset"]
    assert max(np.diff(tries[1:])) == pytest.approx(10, abs=0.1)
    [lost] = heard.lost("agent")
    assert (lost.start_s, lost.end_s) == pytest.approx((1, len(heard.sound("agent")) / 16_000), abs=0.03)


def test_a_device_that_gives_nothing_is_told_of_within_three_seconds_and_clears_by_itself() -> None:
    streams = FakeStreams(Card(MICROPHONE, stalled=((START_S + 4, START_S + 8),)), Card(LINE))
    heard = listen(streams, 15, "headset", "line")
    gone, back = heard.states("agent")
    assert (gone.fine, back.fine) == (False, True)
    assert 5 <= gone.at_s <= 7
    assert 8 <= back.at_s <= 10
    [lost] = heard.lost("agent")
    assert (lost.start_s, lost.end_s) == pytest.approx((4, 8), abs=0.05)


def test_a_device_that_stutters_for_a_moment_is_not_told_of() -> None:
    streams = FakeStreams(Card(MICROPHONE, stalled=((START_S + 4, START_S + 4.02),)))
    assert listen(streams, 8).told == []


def test_sound_lost_on_its_way_is_silence_of_the_same_length() -> None:
    card = Card(MICROPHONE, (clicks(first_s=START_S + 0.5),), overrun=((START_S + 3.2, START_S + 3.3),))
    streams = FakeStreams(card)
    heard = Heard()
    with Capture(streams=streams) as capture:
        for item in capture.blocks():
            heard.take(item)
            if streams.now_s() > START_S + 10:
                capture.stop()
        assert capture.overruns == 1
    [lost] = heard.lost("agent")
    assert (lost.start_s, lost.end_s) == pytest.approx((3.2, 3.3), abs=0.025)
    assert np.array(heard.clicks_s("agent"))[:9] == pytest.approx(np.arange(0.5, 9.5), abs=0.003)


def test_a_machine_that_slept_finds_its_call_silent_for_as_long() -> None:
    asleep = (START_S + 5, START_S + 65)
    signals = (clicks(first_s=START_S + 0.5),)
    streams = FakeStreams(Card(MICROPHONE, signals), Card(LINE, signals), sleeps=(asleep,))
    heard = listen(streams, 75, "headset", "line")
    for speaker in ("agent", "customer"):
        [lost] = heard.lost(speaker)
        assert (lost.start_s, lost.end_s) == pytest.approx((5, 65), abs=0.05)
        after = [at_s for at_s in heard.clicks_s(speaker) if at_s > 6]
        assert np.array(after)[:9] == pytest.approx(np.arange(65.5, 74.5), abs=0.003)


def test_a_loopback_that_rests_while_nothing_plays_is_silent_without_a_word() -> None:
    line = Card(LINE, (clicks(first_s=START_S + 0.5),), stalled=((START_S + 2, START_S + 8.2),), rests=True)
    streams = FakeStreams(Card(MICROPHONE, (clicks(first_s=START_S + 0.5),)), line)
    heard = listen(streams, 15, "headset", "line")
    assert heard.told == []
    assert np.array(heard.clicks_s("agent"))[:14] == pytest.approx(np.arange(0.5, 14.5), abs=0.003)
    assert np.array(heard.clicks_s("customer"))[:8] == pytest.approx([0.5, 1.5, *np.arange(8.5, 14.5)], abs=0.003)


def test_a_new_start_of_the_sound_system_costs_the_healthy_side_a_moment_and_no_alarm() -> None:
    streams = FakeStreams(Card(MICROPHONE), Card(LINE))
    killed = False

    def restart(at_s: float) -> None:
        nonlocal killed
        if at_s > 5 and not killed:
            killed = True
            streams.kill_all()

    heard = listen(streams, 10, "headset", "line", at=restart)
    assert heard.states("agent") == heard.states("customer") == []
    for speaker in ("agent", "customer"):
        [lost] = heard.lost(speaker)
        assert lost.end_s - lost.start_s < 0.1


def test_samples_that_are_no_numbers_spoil_nothing() -> None:
    def broken(times: np.ndarray) -> np.ndarray:
        return np.where(np.floor(times * 10) % 10 == 3, np.nan, 0.1)

    heard = listen(FakeStreams(Card(MICROPHONE, (broken,))), 3)
    assert np.isfinite(heard.sound("agent")).all()
    assert np.mean(heard.sound("agent") > 0.09) > 0.7


def test_how_far_the_sound_is_behind() -> None:
    streams = FakeStreams(Card(MICROPHONE))
    with Capture(streams=streams) as capture:
        assert capture.lag_s == 0.0
        lags = []
        for _ in capture.blocks():
            lags.append(capture.lag_s)
            if streams.now_s() > START_S + 5:
                capture.stop()
        assert 0.01 < np.median(lags) < 0.06
        streams.wait(3.0)
        assert capture.lag_s > 3


SPANS = st.lists(
    st.tuples(st.floats(0.1, 12), st.floats(0.01, 4)).map(lambda at: (START_S + at[0], START_S + at[0] + at[1])),
    max_size=3,
).map(tuple)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    spans=st.tuples(SPANS, SPANS, SPANS, SPANS),
    sleeps=SPANS,
    ppm=st.floats(-250, 250),
    jitter_s=st.floats(0, 0.02),
)
def test_whatever_happens_both_sides_go_on_together_and_only_told_silence_is_missing(
    spans: tuple[tuple[tuple[float, float], ...], ...],
    sleeps: tuple[tuple[float, float], ...],
    ppm: float,
    jitter_s: float,
) -> None:
    agent = Card(MICROPHONE, unplugged=spans[0], overrun=spans[1], ppm=ppm, jitter_s=jitter_s)
    customer = Card(LINE, unplugged=spans[2], stalled=spans[3], ppm=-ppm)
    heard = listen(FakeStreams(agent, customer, sleeps=sleeps), 30, "headset", "line")
    assert len(heard.sound("agent")) == len(heard.sound("customer"))
    assert len(heard.sound("agent")) / 16_000 == pytest.approx(30, abs=1.2)
    for speaker in ("agent", "customer"):
        told = np.zeros(len(heard.sound(speaker)), bool)
        for lost in heard.lost(speaker):
            told[max(0, round(lost.start_s * 16_000) - 2_000) : round(lost.end_s * 16_000) + 2_000] = True
        assert np.abs(heard.sound(speaker)[2_000:][~told[2_000:]]).min(initial=1) > 0.01

from collections.abc import Iterator

import numpy as np
import pytest

from audio.block import AudioBlock, Speaker
from audio.values import SoundLost, SourceState
from monitor.call.events import Health
from monitor.call.text import line
from monitor.live.sound_watch import SoundItem, SoundWatch


def sound(start_s: int, end_s: int, *, level: float = 0.0, speaker: Speaker = "agent") -> list[AudioBlock]:
    return [
        AudioBlock(speaker, 16_000 * second, np.full(16_000, level, np.float32)) for second in range(start_s, end_s)
    ]


def told(*heard: list[SoundItem], in_call: bool = True) -> list[tuple[float, str, bool]]:
    watch = SoundWatch()
    said = [health for part in heard for one in part for health in watch.feed(one, in_call=in_call)]
    return [(health.at_s, health.part, health.fine) for health in said]


def test_a_microphone_that_gives_nothing_for_three_seconds_is_told_and_so_is_its_return() -> None:
    assert told(sound(0, 2, level=0.1), sound(2, 9), sound(9, 10, level=0.1)) == [
        (5.0, "microphone", False),
        (10.0, "microphone", True),
    ]


@pytest.mark.parametrize("in_call", [True, False])
def test_a_microphone_that_is_dead_from_the_start_is_told_after_three_seconds(in_call: bool) -> None:  # noqa: FBT001
    assert told(sound(0, 9), in_call=in_call) == [(3.0, "microphone", False)]


def conversation(*turns: tuple[Speaker, int], gate_s: int = 1) -> Iterator[AudioBlock]:
    """A call in turns, on a headset whose noise gate closes for a second in every 25 of speech, and between turns."""
    at_s = 0
    for speaker, length_s in turns:
        for second in range(at_s, at_s + length_s):
            spoken = speaker == "agent" and (second - at_s) % 25 < 25 - gate_s
            yield from sound(second, second + 1, level=spoken * (0.2 if second % 2 else 0.02))
            yield from sound(second, second + 1, level=0.1 if speaker == "customer" else 0.0005, speaker="customer")
        at_s += length_s


def test_the_silence_of_a_headset_with_a_noise_gate_is_no_trouble_while_the_customer_speaks() -> None:
    assert told(list(conversation(("agent", 3), ("customer", 90), ("agent", 60), ("customer", 300)))) == []


def test_a_pause_of_both_on_such_a_headset_is_no_trouble_before_a_minute() -> None:
    silent: Speaker = "nobody"  # type: ignore[assignment]
    assert told(list(conversation(("agent", 3), (silent, 50), ("customer", 9), ("agent", 5)))) == []
    assert told(list(conversation(("agent", 3), ("customer", 30), (silent, 90)))) == [(93.0, "microphone", False)]


def test_between_calls_such_a_headset_is_no_trouble() -> None:
    watch = SoundWatch()
    call = [*conversation(("agent", 3), ("customer", 5))]
    assert not [health for one in call for health in watch.feed(one)]
    assert not [health for one in sound(8, 900) for health in watch.feed(one, in_call=False)]


def test_a_microphone_that_gave_noise_between_words_is_told_even_while_the_customer_speaks() -> None:
    noise = [*sound(0, 30, level=0.001), *conversation(("customer", 9))]
    moved = [*noise[:30], *(AudioBlock(one.speaker, one.start + 480_000, one.samples) for one in noise[30:])]
    assert told(moved) == [(33.0, "microphone", False)]


def test_a_headset_that_was_unplugged_is_told_at_once_though_it_has_a_noise_gate() -> None:
    gone = SourceState("agent", 8.0, fine=False, note="The headset is gone.")
    assert told(list(conversation(("agent", 3), ("customer", 5))), [gone]) == [(8.0, "microphone", False)]


def test_a_silent_line_is_told_after_a_minute_of_a_call_and_never_between_calls() -> None:
    assert told(sound(0, 90, speaker="customer")) == [(60.0, "customer line", False)]
    assert told(sound(0, 90, speaker="customer"), in_call=False) == []


def test_a_silent_line_is_no_trouble_any_more_when_the_call_ends_and_not_said_to_be_back() -> None:
    watch = SoundWatch()
    assert [health.fine for one in sound(0, 61, speaker="customer") for health in watch.feed(one)] == [False]
    after = [health for one in sound(61, 62, speaker="customer") for health in watch.feed(one, in_call=False)]
    assert [(health.fine, health.note) for health in after] == [(True, "")]
    assert line(after[0]) is None


def test_a_device_that_went_is_one_trouble_though_silence_stands_in_for_it() -> None:
    gone = SourceState("agent", 2.0, fine=False, note="The headset is gone.")
    back = SourceState("agent", 9.0, fine=True, note="The headset is back.")
    assert told(sound(0, 2, level=0.1), [gone], sound(2, 9), [back], sound(9, 10, level=0.1)) == [
        (2.0, "microphone", False),
        (9.0, "microphone", False),
        (10.0, "microphone", True),
    ]


def test_trouble_is_known_until_it_is_over() -> None:
    watch = SoundWatch()
    list(watch.feed(SourceState("customer", 2.0, fine=False, note="The line is gone.")))
    list(watch.feed(SoundLost("customer", 1.0, 2.0, "The line is gone.")))
    assert list(watch.troubles) == [Health(0.0, "customer line", fine=False, note="The line is gone.", cause="gone")]
    (relief,) = watch.feed(SourceState("customer", 3.0, fine=True, note="The line is back."))
    assert relief == Health(3.0, "customer line", fine=True, note="The line is back.")
    assert list(watch.troubles) == []


def test_a_microphone_that_is_cut_off_at_the_top_is_told_until_half_a_minute_was_fine() -> None:
    loud = sound(4, 9, level=1.0)
    assert told(sound(0, 4, level=0.1), loud, sound(9, 60, level=0.1)) == [
        (7.0, "microphone", False),
        (39.0, "microphone", True),
    ]


def test_a_shout_or_a_loud_customer_is_no_trouble_of_the_microphone() -> None:
    assert told(sound(0, 4, level=0.1), sound(4, 6, level=1.0), sound(6, 30, level=0.1)) == []
    assert told(sound(0, 30, level=1.0, speaker="customer")) == []


def test_each_trouble_says_what_is_wrong_and_what_to_do() -> None:
    def first(*heard: list[SoundItem]) -> Health:
        watch = SoundWatch()
        return next(health for part in heard for one in part for health in watch.feed(one))

    gone = SourceState("agent", 2.0, fine=False, note="The headset is gone.")
    assert first([gone]).cause == "gone"
    assert (first(sound(0, 9)).cause, first(sound(0, 9)).note) == (
        "silent",
        "No sound from the microphone. Is it muted?",
    )
    assert first(sound(0, 90, speaker="customer")).cause == "silent"
    clipping = first(sound(0, 9, level=1.0))
    assert (clipping.cause, clipping.note) == ("clipped", "Your microphone is clipping. Lower its input level.")


def test_numbers_that_are_not_quite_zero_are_silence() -> None:
    assert told(sound(0, 5, level=1e-40)) == [(3.0, "microphone", False)]

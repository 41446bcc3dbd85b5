import pytest

from audio.measure.microphone import GAIN_S, SURE_VOICE_S, VOICE_S, Change, MicrophoneWatch, OverUsual

USUAL = OverUsual(0.5, -0.3, 0.2)


def found(*seconds: OverUsual, profiled: bool = False) -> list[Change]:
    watch = MicrophoneWatch(profiled=profiled)
    return [change for second in seconds for change in watch.feed(second)]


@pytest.mark.parametrize("gain_db", [-12.0, -6.0, 6.0, 9.0, 12.0])
def test_a_level_that_changed_without_balance_and_pitch_is_the_gain(gain_db: float) -> None:
    changed = OverUsual(gain_db, 0.4, -0.2)
    assert found(*[USUAL] * 9, *[changed] * GAIN_S) == [Change("gain", gain_db)]
    assert found(*[USUAL] * 9, *[changed] * (GAIN_S - 1)) == []


@pytest.mark.parametrize("effort", [6.0, 9.0, 20.0, -6.0])
def test_a_level_that_changed_with_balance_and_pitch_is_the_voice(effort: float) -> None:
    assert found(*[USUAL] * 9, *[OverUsual(effort, 0.5 * effort, 0.35 * effort)] * 60) == []


def test_a_loud_word_is_no_gain() -> None:
    loud = OverUsual(9.0, 0.0, 0.0)
    assert found(*[loud, loud, loud, USUAL] * 9) == []


def test_a_clipped_microphone_is_a_gain_although_clipping_brightens() -> None:
    assert [change.kind for change in found(*[OverUsual(18.0, 5.0, 0.1)] * GAIN_S)] == ["gain"]


def test_effort_that_the_level_does_not_follow_shows_gain_control_once() -> None:
    pressed = OverUsual(1.0, 5.0, 4.0)
    assert found(*[USUAL] * 9, *[pressed] * 2) == []
    assert found(*[USUAL] * 9, *[pressed] * 60) == [Change("gain control")]


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (OverUsual(0.0, 1.0, 9.0), "a woman at a man's profile"),
        (OverUsual(0.0, 1.0, -9.0), "a man at a woman's"),
        (OverUsual(0.0, 6.0, -1.0), "another timbre"),
        (OverUsual(0.5, 3.0, 2.4), "a little higher and brighter, and no louder: her colleague"),
    ],
)
def test_a_voice_far_from_the_profile_is_another_s(second: OverUsual, why: str) -> None:
    assert found(*[second] * VOICE_S, profiled=True)[-1] == Change("other voice"), why
    assert Change("other voice") not in found(*[second] * 60), "there is no profile"


def test_a_voice_is_compared_once_more_when_more_of_it_is_known() -> None:
    lively, colleague = OverUsual(0.0, 1.5, 1.0), OverUsual(0.0, 3.0, 2.4)
    seconds = [lively] * VOICE_S + [colleague] * (SURE_VOICE_S - VOICE_S)
    assert Change("other voice") not in found(*seconds[:-1], profiled=True)
    assert Change("other voice") in found(*seconds, profiled=True)
    assert Change("other voice") not in found(*[lively] * SURE_VOICE_S, *[colleague] * 60, profiled=True)


def test_the_profile_s_own_voice_stays_the_same_person_however_loud() -> None:
    assert found(*[USUAL] * 60, profiled=True) == []
    assert found(*[OverUsual(9.0, 5.0, 4.0)] * 60, profiled=True) == []

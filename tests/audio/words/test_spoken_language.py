import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.words.spoken_language import FOREIGN, SpokenLanguage, english_scores

GERMAN = {"de": 0.9, "nl": 0.05, "en": 0.02}
ENGLISH = {"en": 0.9, "cy": 0.05}
SPANISH = {"es": 0.85, "pt": 0.1, "en": 0.02}
ACCENTED = {"en": 0.35, "zh": 0.4, "ko": 0.1}


def heard(*scores: dict[str, float], seconds: float = 2.5) -> SpokenLanguage:
    spoken = SpokenLanguage({"en", "de"})
    for each in scores:
        spoken.feed(seconds, each)
    return spoken


@pytest.mark.parametrize(("scores", "language"), [(GERMAN, "de"), (ENGLISH, "en")])
def test_a_language_with_rules_is_sure_after_two_clear_sentences(scores: dict[str, float], language: str) -> None:
    assert heard(scores).sure is None
    assert heard(scores, scores).sure == language


def test_another_language_takes_longer_as_accents_sound_foreign_at_first() -> None:
    assert heard(*[SPANISH] * 4).sure is None
    assert heard(*[SPANISH] * 5).sure == "es"


def test_accented_english_stays_english() -> None:
    assert heard(*[ACCENTED] * 8).sure == "en"


def test_urdu_and_hindi_are_one_spoken_language() -> None:
    assert heard(*[{"hi": 0.32, "ur": 0.3, "en": 0.26}] * 7).sure == "hi"


def test_a_call_that_changes_its_language_is_noticed_after_enough_speech_of_the_other() -> None:
    assert heard(*[GERMAN] * 4, *[SPANISH] * 4).sure == "de"
    assert heard(*[GERMAN] * 4, *[SPANISH] * 7).sure == "es"


def test_a_few_unclear_sentences_change_nothing_that_was_sure() -> None:
    assert heard(*[ENGLISH] * 4, *[ACCENTED] * 10).sure == "en"


def test_a_model_of_english_alone_tells_other_languages_by_how_unsure_its_text_is() -> None:
    assert heard(*[english_scores(-0.3)] * 3).sure == "en"
    assert heard(*[english_scores(-0.85)] * 7).sure == "en"
    assert heard(*[english_scores(-1.2)] * 6).sure == FOREIGN


def test_what_is_decided_before_anything_was_heard_is_english() -> None:
    spoken = heard()
    spoken.decide()
    assert spoken.sure == "en"


@given(st.lists(st.sampled_from([GERMAN, ENGLISH, SPANISH, ACCENTED]), min_size=1), st.floats(0.3, 12))
def test_the_language_is_decided_at_fifteen_seconds_of_speech_at_the_latest(
    scores: list[dict[str, float]], seconds: float
) -> None:
    spoken = heard(*scores, seconds=seconds)
    assert spoken.sure is not None or len(scores) * seconds < 15

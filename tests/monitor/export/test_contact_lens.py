"""The Contact Lens file where it differs from call to call: loudness, redaction, one speaker, prompts nobody saw."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audio.values import ToneSample, Utterance, Word
from monitor.call.events import CallEvent, Ended
from monitor.call.info import CallInfo, CallKind
from monitor.export.contact_lens import contact_lens
from monitor.export.source import read
from tests.made_calls import prompted
from tests.report_calls import INFO, events, folder

AWS_SAMPLE = [
    *((0, 90, 1), (160, 4640, 5), (4640, 6610, 3), (7370, 11190, 5), (11220, 15210, 5), (15840, 18120, 4)),
    *((18310, 21820, 4), (22610, 24140, 3), (24120, 29710, 6), (30580, 32110, 3)),
]
"""Begin, end and number of loudness scores of each turn in the example of Amazon's administrator guide."""
LIVE = replace(INFO, kind="live")


def made(root: Path, said: Sequence[CallEvent], info: CallInfo = LIVE) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(contact_lens(read(folder(root, info=info, said=list(said)))))
    return found


def spoke(start_s: float, end_s: float) -> Utterance:
    return Utterance("agent", start_s, end_s, (Word(start_s, end_s, "Okay.", 0.9),), end_s + 0.5)


@pytest.mark.parametrize(("begin_ms", "end_ms", "scores"), AWS_SAMPLE)
def test_a_turn_has_as_many_loudness_scores_as_in_amazons_example(
    tmp_path: Path, begin_ms: int, end_ms: int, scores: int
) -> None:
    (turn,) = made(tmp_path, [spoke(begin_ms / 1000, end_ms / 1000), Ended(80.0, "end of sound")])["Transcript"]
    assert turn["LoudnessScore"] == [None] * scores


def test_a_loudness_score_keeps_the_place_of_its_second(tmp_path: Path) -> None:
    loud = [
        ToneSample("agent", n / 10, (n + 1) / 10, speaking=True, level_over_baseline_db=4.0)
        for n in (*range(46, 50), *range(60, 66))
    ]
    (turn,) = made(tmp_path, [*loud, spoke(4.64, 6.61), Ended(80.0, "end of sound")])["Transcript"]
    assert turn["LoudnessScore"] == [85.0, None, 85.0]


def test_masked_words_say_where_they_stood(tmp_path: Path) -> None:
    texts = ["Card", "4111", "1111", "1111", "1111", "thanks"]
    words = tuple(Word(place, place + 0.5, text, 0.9) for place, text in enumerate(texts))
    said = [Utterance("customer", 0.0, 5.5, words, 6.0), Ended(80.0, "end of sound")]
    lens = made(tmp_path, said)
    assert lens["ContentMetadata"] == {"Output": "Redacted", "RedactionTypes": ["PII"]}
    assert lens["Transcript"][0]["Redaction"] == {
        "RedactedTimestamps": [{"BeginOffsetMillis": 1000, "EndOffsetMillis": 4500}]
    }


@pytest.mark.parametrize(("language", "code"), [("", "en-US"), ("en", "en-US"), ("de", "de-DE"), ("nl", "nl")])
def test_the_language_is_the_one_in_which_most_was_said(tmp_path: Path, language: str, code: str) -> None:
    said = [replace(spoke(0.0, 1.0), language="fr"), replace(spoke(2.0, 5.0), language=language)]
    assert made(tmp_path, [*said, Ended(80.0, "end of sound")])["LanguageCode"] == code


def test_the_language_of_a_call_without_words_is_english(tmp_path: Path) -> None:
    assert made(tmp_path, [Ended(80.0, "end of sound")])["LanguageCode"] == "en-US"


def test_what_was_not_masked_says_so(tmp_path: Path) -> None:
    lens = made(tmp_path, [spoke(0.0, 1.0), Ended(80.0, "end of sound")])
    assert lens["ContentMetadata"] == {"Output": "Raw"}
    assert "Redaction" not in lens["Transcript"][0]


def test_a_call_of_one_speaker_has_the_shape_of_every_call(tmp_path: Path) -> None:
    mono = made(
        tmp_path, [e for e in events() if getattr(e, "speaker", "agent") == "agent"], replace(LIVE, speakers=("agent",))
    )
    figures = mono["ConversationCharacteristics"]
    assert [one["ParticipantRole"] for one in mono["Participants"]] == ["AGENT"]
    assert figures["TalkTime"]["DetailsByParticipant"]["CUSTOMER"] == {"TotalTimeMillis": 0}
    assert figures["TalkSpeed"]["DetailsByParticipant"]["CUSTOMER"] == {"AverageWordsPerMinute": None}


@pytest.mark.parametrize(
    ("kind", "seen", "matched"),
    [("live", True, ["slow-down"]), ("live", False, []), ("recording", True, [])],
)
def test_only_prompts_that_somebody_saw_are_categories(
    tmp_path: Path, kind: CallKind, *, seen: bool, matched: list[str]
) -> None:
    said = [*prompted("slow-down", 9.0, seen=seen), Ended(80.0, "end of sound")]
    lens = made(tmp_path, said, replace(INFO, kind=kind))
    assert lens["Categories"]["MatchedCategories"] == list(lens["Categories"]["MatchedDetails"]) == matched
    assert [prompt["rule"] for prompt in lens["ToneMonitor"]["Prompts"]] == ["slow-down"]


def test_it_says_which_contact_it_is(tmp_path: Path) -> None:
    lens = made(tmp_path, events())
    assert lens["CustomerMetadata"] == {"ContactId": "2026-03-02/093000-aaaaaa"}
    assert lens["ToneMonitor"]["Call"]["agent"] == "Ada"
    assert lens["ToneMonitor"]["Call"]["started"] == "2026-03-02T09:30:00Z"

"""What a sentence means, by a small sentence model."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import monitor.rule_tools.describe
from audio.values import Utterance, Word
from monitor.base.extras import has_meaning
from monitor.call.events import Health
from monitor.pipeline.judge import JudgeStage
from monitor.rule_tools.describe import check
from monitor.sentences import meaning
from monitor.sentences.encoder import WIDTH, MeaningError, MiniLM
from monitor.sentences.meaning import DIRECTIONS, Meaning, meaning_for
from rules.errors import RuleError
from rules.judge import Judge
from rules.language.sentences import sentences
from rules.model import Firing, Meant, Spoken, Verdict, Watermark
from rules.understanding.classifier import classifiers
from tests.made_rules import SHIPPED, TEXTS, rulebook, spoken

needs_the_extra = pytest.mark.skipif(not has_meaning(), reason="the extra `meaning` is not installed")

MADE = f'[made]\n{TEXTS}action = "made"\nspeaker = "agent"\nconditions = [{{ phrases = ["acknowledgement"] }}]\n'
MADE += "[understood]\nacknowledgement = 99\n"
OTHER_WORDS = "It is completely natural to be cross about that."


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


@needs_the_extra
def test_similarities_are_those_that_the_models_authors_publish(model: MiniLM) -> None:
    told = ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
    places = np.array([model.embed(sentence) for sentence in told])
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    assert places @ places.T == pytest.approx(np.array(published), abs=1e-4)


@needs_the_extra
@pytest.mark.parametrize("sentence", ["", "Yes.", "the " * 400, "¿Qué? 😀 …"])
def test_every_text_has_a_place_of_length_one(model: MiniLM, sentence: str) -> None:
    place = model.embed(sentence)
    assert place.shape == (WIDTH,)
    assert np.linalg.norm(place) == pytest.approx(1, abs=1e-5)


@pytest.mark.slow
@needs_the_extra
def test_case_does_not_matter_and_meaning_goes_before_words(model: MiniLM) -> None:
    assert model.embed("My refund is late.") == pytest.approx(model.embed("my refund IS late."))
    near_to, same_words = (
        model.embed("The money has not come back yet."),
        model.embed("I was late for the refund class."),
    )
    assert near_to @ model.embed("I still wait for my refund.") > same_words @ model.embed("Where are my shoes?")


def test_a_missing_or_damaged_model_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MeaningError, match=r"^Can't use .* \(.+\)\. Reinstall it\.$"):
        MiniLM(tmp_path)


def test_an_utterance_is_divided_at_full_stops_and_short_ones_are_passed_over() -> None:
    words = spoken("agent", 0.0, "Okay. I see, that is bad! Let me look. And then").words
    told = [" ".join(word.text for word in part) for part in sentences(words)]
    assert told == ["I see, that is bad!", "Let me look."]
    assert list(sentences(())) == []


def test_every_direction_has_a_classifier_by_words_beside_it() -> None:
    learnt = json.loads(DIRECTIONS.read_text("utf-8"))
    assert all(set(kinds) <= set(classifiers("en", speaker)) for speaker, kinds in learnt.items())
    assert {len(direction) for kinds in learnt.values() for direction in kinds.values()} == {WIDTH + 1}


@needs_the_extra
def test_a_sentence_in_other_words_scores_for_its_meaning_and_for_its_speaker_alone() -> None:
    told = f"Okay. {OTHER_WORDS} What is your postcode?"
    scores = Meaning(["acknowledgement", "complaint"]).of(spoken("agent", 2.0, told))
    assert [(meant.name, meant.start_s, meant.end_s) for meant in scores] == [
        ("acknowledgement", 2.3, pytest.approx(5.0)),
        ("acknowledgement", pytest.approx(5.0), pytest.approx(6.2)),
    ]
    assert scores[0].score > 0.5
    assert scores[1].score < 0
    assert {meant.name for meant in Meaning(["complaint"]).of(spoken("customer", 0.0, told))} == {"complaint"}
    assert Meaning(["complaint"]).of(spoken("agent", 0.0, told)) == ()


def judged(utterance: Spoken, tmp_path: Path, limit: float = 0.6) -> list[Verdict]:
    judge = Judge(rulebook(tmp_path, f"{MADE}[meaning]\nacknowledgement = {limit}\n"))
    return [said for item in (utterance, Watermark(99.0)) for said in judge.feed(item)]


def meaning_it(score: float, text: str = OTHER_WORDS, name: str = "acknowledgement") -> Spoken:
    told = spoken("agent", 0.0, text)
    return Spoken("agent", told.start_s, told.end_s, told.words, (Meant(name, told.start_s, told.end_s, score),))


def made(verdicts: list[Verdict]) -> list[Firing]:
    return [each for each in verdicts if isinstance(each, Firing) and each.rule == "made"]


def test_a_sentence_counts_for_a_list_from_its_limit_on(tmp_path: Path) -> None:
    (firing,) = made(judged(meaning_it(0.6), tmp_path))
    assert (firing.start_s, firing.evidence) == (pytest.approx(2.7), ("It is completely natural to be cross about …",))
    assert made(judged(meaning_it(0.59), tmp_path)) == []
    assert made(judged(meaning_it(0.9, name="apology"), tmp_path)) == []


def test_a_sentence_with_a_phrase_counts_once(tmp_path: Path) -> None:
    (firing,) = made(judged(meaning_it(0.9, "I understand how annoying that is for you."), tmp_path))
    assert len(firing.evidence) == 1
    assert firing.evidence[0].startswith("I understand how")


def utterances(text: str) -> Iterator[Utterance]:
    told = spoken("agent", 0.0, text)
    words = tuple(Word(word.start_s, word.end_s, word.text, word.probability) for word in told.words)
    yield Utterance("agent", told.start_s, told.end_s, words, told.end_s)


@pytest.mark.slow
@needs_the_extra
def test_a_call_is_judged_by_meaning_where_the_extra_is_installed(tmp_path: Path) -> None:
    judging = JudgeStage(rulebook(tmp_path, MADE), words=True, wait=True)
    events = [event for said in utterances(OTHER_WORDS) for event in judging.feed(said)] + list(judging.flush())
    assert [event.rule for event in events if isinstance(event, Firing)] == ["made"]


@needs_the_extra
def test_what_was_prepared_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judging = JudgeStage(rulebook(tmp_path, MADE), words=True, wait=True)
    for said in utterances(OTHER_WORDS):
        judging.prepare(said)
    monkeypatch.setattr(MiniLM, "embed", lambda *_: pytest.fail("This would have held up the tone."))
    events = [event for said in utterances(OTHER_WORDS) for event in judging.feed(said)] + list(judging.flush())
    assert [event.rule for event in events if isinstance(event, Firing)] == ["made"]


@needs_the_extra
def test_with_a_damaged_model_the_lists_count_alone_and_it_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise MeaningError("The sentence model is damaged.")

    monkeypatch.setattr(MiniLM, "embed", damaged)
    judging = JudgeStage(rulebook(tmp_path, MADE), words=True, wait=True)
    told = f"{OTHER_WORDS} I understand how annoying that is."
    spoken_twice = [*utterances(told), *utterances(told)]
    for said in spoken_twice:
        judging.prepare(said)
    events = [event for said in spoken_twice for event in judging.feed(said)] + list(judging.flush())
    assert [event.evidence for event in events if isinstance(event, Firing)] == [("I understand how",)]
    assert [event.note for event in events if isinstance(event, Health)] == [
        "Only phrases are used, not meanings: The sentence model is damaged."
    ]


def test_without_the_extra_the_lists_count_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "has_meaning", lambda: False)
    assert meaning_for(SHIPPED) is None
    judging = JudgeStage(rulebook(tmp_path, MADE), words=True, wait=True)
    told = f"{OTHER_WORDS} I understand how annoying that is."
    events = [event for said in utterances(told) for event in judging.feed(said)] + list(judging.flush())
    assert [event.evidence for event in events if isinstance(event, Firing)] == [("I understand how",)]


def test_checking_rules_says_once_that_meaning_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor.rule_tools.describe, "has_meaning", lambda: False)
    assert check([]).endswith("install tone-monitor[meaning] to check what sentences mean.")
    monkeypatch.setattr(monitor.rule_tools.describe, "has_meaning", lambda: True)
    assert "meaning" not in check([])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("acknowlegement = 0.6", 'has no classifier for "acknowlegement"; did you mean "acknowledgement"?'),
        ('complaint = "high"', "is 'high', but must be a number"),
    ],
)
def test_what_is_wrong_with_a_limit_is_a_sentence(tmp_path: Path, line: str, complaint: str) -> None:
    with pytest.raises(RuleError) as caught:
        rulebook(tmp_path, f"[meaning]\n{line}\n")
    assert complaint in str(caught.value)
    assert "team.toml, [meaning]" in str(caught.value)


def test_a_limit_changes_the_rulebooks_fingerprint(tmp_path: Path) -> None:
    changed = rulebook(tmp_path, "[meaning]\ncomplaint = 0.9\n")
    assert dict(changed.meanings) == {**SHIPPED.meanings, "complaint": 0.9}
    assert changed.fingerprint != SHIPPED.fingerprint

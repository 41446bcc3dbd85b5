from dataclasses import replace

from rules.cases import spoken
from rules.conditions import PhraseCondition
from rules.evidence import PhraseEvidence
from rules.language.phrases import Listener, PhraseList
from rules.language.tokens import tokens
from rules.utterance_reader import ReadUtterance


def evidence(*probabilities: float) -> PhraseEvidence:
    """A phrase of three words, heard with these probabilities."""
    said = spoken("customer", 0.0, "to a manager").words
    heard = tokens([replace(word, probability=one) for word, one in zip(said, probabilities, strict=True)])
    found = tuple(Listener(PhraseList(["to a manager"]), frozenset()).feed(heard))
    condition = PhraseCondition(phrases=("manager-request",), speaker="customer")
    one = PhraseEvidence(condition)
    one.feed(ReadUtterance("customer", 3.0, {"manager-request": found}, None, None, 0, ()))
    return one


def test_a_phrase_that_was_heard_clearly_is_quoted() -> None:
    assert evidence(0.9, 0.8, 0.7).phrases == ("to a manager",)


def test_a_phrase_with_a_word_that_may_be_misheard_counts_and_is_not_quoted() -> None:
    heard = evidence(0.9, 0.3, 0.9)
    assert heard.counts(3.0)
    assert heard.phrases == ()

import pytest

from rules.cases import spoken
from rules.language.content import Content, stem
from rules.language.tokens import tokens
from rules.model import Spoken
from rules.utterance_reader import UtteranceReader
from tests.made_rules import SHIPPED


def hearing() -> UtteranceReader:
    return UtteranceReader(SHIPPED, SHIPPED.rules)


def test_a_turn_lasts_until_the_other_says_more_than_a_backchannel() -> None:
    ears = hearing()
    first = ears.feed(spoken("customer", 0.0, "My router is broken", 10.0))
    nod = ears.feed(spoken("agent", 10.0, "Mm-hm, I see.", 11.0))
    second = ears.feed(spoken("customer", 11.0, "and the cable too", 21.0))
    question = ears.feed(spoken("agent", 22.0, "Which router is it?", 24.0))
    assert first
    assert nod
    assert second
    assert question
    assert nod.turn is None
    assert second.turn
    assert (second.turn.number, second.turn.talked_s, second.ended) == (1, 20.0, None)
    assert question.ended == second.turn
    assert question.turn
    assert (question.turn.number, question.turn.talked_s) == (2, 2.0)


def test_a_longer_utterance_of_listed_words_is_a_turn() -> None:
    heard = hearing().feed(spoken("agent", 0.0, "Okay, yes, right, I see."))
    assert heard
    assert heard.turn


def test_an_utterance_without_words_is_not_heard() -> None:
    assert hearing().feed(Spoken("agent", 0.0, 2.0, ())) is None


def test_the_agents_turn_shares_content_words_in_any_form_over_several_utterances() -> None:
    ears = hearing()
    ears.feed(spoken("customer", 0.0, "You charged me for two invoices, and the delivery never came"))
    ears.feed(spoken("agent", 6.0, "So you received charges"))
    heard = ears.feed(spoken("agent", 8.0, "on both invoice dates, no deliveries"))
    assert heard
    assert heard.shared_words == 3


def content(*said: str, probability: float = 0.9) -> Content:
    topic = Content(["the", "and", "is", "my"])
    for text in said:
        utterance = spoken("customer", 0.0, text, 10.0, probability)
        topic.feed(tokens(utterance.words), 10.0)
    return topic


def test_key_words_are_those_said_most_and_stand_as_they_came_up() -> None:
    assert content("The invoice, my invoice! Router and lamp and Berlin is invoiced and router").key_words() == (
        "invoiced",
        "router",
        "Berlin",
    )


def test_key_words_are_never_doubtful_ones_nor_numbers() -> None:
    assert content("gargleblaster", probability=0.5).key_words() == ()
    assert content("4929 1234").key_words() == ()


def test_only_the_last_minute_of_speech_is_remembered() -> None:
    assert content("umbrella", *["the"] * 5).key_words() == ("umbrella",)
    assert content("umbrella", *["the"] * 6).key_words() == ()


def test_stems_bring_the_forms_of_a_word_together() -> None:
    assert len({stem(word) for word in ("charge", "charges", "charged", "charging")}) == 1
    assert stem("deliveries") == stem("delivery")
    assert stem("glass") == "glass"
    assert stem("red") == "red"


@pytest.mark.parametrize(
    "says",
    ["Uh-huh.", "Uh huh.", "uh-huh", "Mm-hmm.", "Mhm.", "Um-hum.", "Yup.", "That's right.", "Oh gosh.", "Oh, I see."],
)
def test_every_spelling_of_a_backchannel_takes_no_turn(says: str) -> None:
    read = UtteranceReader(SHIPPED, SHIPPED.rules).feed(spoken("agent", 0.0, says))
    assert read is not None
    assert read.turn is None

"""What others said, how others are and what is over does not count as the speaker's own, now."""

import pytest

from rules.utterance_reader import UtteranceReader
from tests.made_rules import SHIPPED, spoken


def found(speaker: str, says: str) -> set[str]:
    read = UtteranceReader(SHIPPED, SHIPPED.rules).feed(spoken(speaker, 0.0, says))
    return set(read.found) if read else set()


@pytest.mark.parametrize(
    "says",
    [
        "I want to speak to a manager.",
        "Could I speak to a human agent, please?",
        "I want a real person.",
        "Operator.",
        "Put me through to someone in complaints.",
        "He's no help. I want to speak to a manager.",
    ],
)
def test_a_request_for_a_manager_counts(says: str) -> None:
    assert "manager-request" in found("customer", says)


@pytest.mark.parametrize(
    "says",
    [
        "He said he would have a manager call me.",
        "My wife told me to speak to a manager at the hotel.",
        "No, I don't want to speak to a manager.",
        "I don't need to talk to your supervisor, you are doing great.",
        "They told me your supervisor would call me.",
    ],
)
def test_what_others_said_and_what_is_denied_is_no_request(says: str) -> None:
    assert "manager-request" not in found("customer", says)


@pytest.mark.parametrize(
    ("says", "counts"),
    [
        ("This is so frustrating.", True),
        ("I am really annoyed about this.", True),
        ("My husband is really annoyed about this.", False),
        ("I was annoyed at first but you fixed it.", False),
        ("She told me it is so frustrating.", False),
    ],
)
def test_frustration_is_the_speakers_own_and_now(says: str, *, counts: bool) -> None:
    assert ("frustration" in found("customer", says)) is counts


@pytest.mark.parametrize(
    ("says", "counts"),
    [("I am so sorry about that.", True), ("The driver said I am so sorry about that.", False)],
)
def test_an_apology_is_the_agents_own(says: str, *, counts: bool) -> None:
    assert ("apology" in found("agent", says)) is counts


BEFORE = "My neighbor upstairs has the very same problem, and there were two men working in the street."


@pytest.mark.parametrize(
    ("says", "counts"),
    [
        ("So your neighbor has the same problem and there were men in the street.", True),
        ("So it has nothing to do with the men in the street.", False),
        ("The signal is fine up to your house, so it has nothing to do with the men in the street.", False),
    ],
)
def test_who_contradicts_the_customer_says_nothing_back(says: str, *, counts: bool) -> None:
    reader = UtteranceReader(SHIPPED, SHIPPED.rules)
    reader.feed(spoken("customer", 0.0, BEFORE))
    read = reader.feed(spoken("agent", 9.0, says))
    assert read
    assert ("paraphrase" in read.found) is counts

"""No text about the agent names a feeling, whoever wrote it."""

from pathlib import Path

import pytest

from rules.errors import RuleError
from rules.language.emotions import emotions
from rules.policy import about_the_agent, feelings
from rules.rulebook import Rule
from tests.made_rules import SHIPPED, rulebook


def test_feelings_are_found_as_whole_words_in_any_case() -> None:
    assert feelings(["You sound ANGRY", "and, again, angry; upset!"]) == ["angry", "upset"]
    assert feelings(["Coolant, warmth and a happily counted 7 dB"]) == []


def test_words_for_feelings_are_lower_case_and_there() -> None:
    assert {"angry", "frustrated", "calm", "nervous"} <= emotions()
    assert all(word == word.lower() for word in emotions())


@pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.id)
def test_no_shipped_rule_names_a_feeling_of_the_agents(rule: Rule) -> None:
    assert feelings(about_the_agent(rule)) == []


@pytest.mark.parametrize(
    ("field", "text"), [("title", "You sound angry"), ("advice", "Do not be so nervous"), ("about", "An upset agent.")]
)
def test_a_teams_rule_that_names_one_is_refused(tmp_path: Path, field: str, text: str) -> None:
    with pytest.raises(RuleError, match=r'rule "slow-down" names a feeling, "\w+"\. Say what was measured'):
        rulebook(tmp_path, f'[slow-down]\nextends = "slow-down"\n{field} = "{text}"\n')


def test_what_a_customer_says_of_themselves_may_be_described(tmp_path: Path) -> None:
    text = '[escalate-request]\nextends = "escalate-request"\nabout = "An upset customer asks for a manager."\n'
    assert rulebook(tmp_path, text)["escalate-request"].about.startswith("An upset")

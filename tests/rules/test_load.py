from pathlib import Path

import pytest

from monitor.pipeline.metrics import BY_NAME
from rules.conditions import MetricCondition
from rules.errors import RuleError
from rules.load import load
from tests.made_rules import SHIPPED, TEXTS, rulebook

MADE = f"""
[quiet]
{TEXTS}
speaker = "agent"
action = "quiet"
conditions = [{{ metric = "level_dbfs", below = -40 }}]
"""


def test_the_four_actions_are_on_by_default() -> None:
    on = {rule.action for rule in SHIPPED.rules if rule.enabled and rule.maturity == "stable"}
    assert on == {"slow_down", "lower_volume", "paraphrase", "escalate"}


def test_escalations_carry_who_is_responsible_and_what_to_do() -> None:
    table = {(rule.owner, rule.protocol) for rule in SHIPPED.rules if rule.action == "escalate"}
    assert table == {
        ("agent", "Offer to involve a supervisor."),
        ("team lead", "Escalate to a manager or specialist."),
        ("agent", "Inform the customer and escalate."),
        ("supervisor", "Review and escalate as needed."),
        ("supervisor", "Emergency procedure."),
    }


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    rule = rulebook(tmp_path, MADE)["quiet"]
    assert rule.conditions == (MetricCondition(metric="level_dbfs", below=-40.0, speaker="agent"),)
    assert (rule.need, rule.severity, rule.maturity, rule.when, rule.enabled) == (1, "prompt", "stable", "now", True)


def test_a_teams_file_replaces_a_rule_in_its_place(tmp_path: Path) -> None:
    rules = rulebook(tmp_path, MADE.replace("[quiet]", "[slow-down]"))
    assert rules["slow-down"].action == "quiet"
    assert [rule.id for rule in rules.rules] == [rule.id for rule in SHIPPED.rules]


def test_extends_changes_only_what_is_given(tmp_path: Path) -> None:
    text = """
    [slow-down]
    extends = "slow-down"
    hold_s = 12

    [slow-down-trial]
    extends = "slow-down"
    maturity = "trial"
    """
    rules = rulebook(tmp_path, text)
    assert (rules["slow-down"].hold_s, rules["slow-down"].title) == (12.0, "Slow down")
    assert (rules["slow-down-trial"].hold_s, rules["slow-down-trial"].maturity) == (12.0, "trial")


def test_the_budget_changes_line_by_line(tmp_path: Path) -> None:
    rules = rulebook(tmp_path, "[budget]\nat_most = 3")
    assert (rules.budget.at_most, rules.budget.apart_s) == (3, SHIPPED.budget.apart_s)


def test_a_teams_list_beside_its_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "insult.txt").write_text("# ours\nblockhead # only that\n")
    assert rulebook(tmp_path, "").words["insult"] == ("blockhead",)


def test_the_fingerprint_changes_with_rules_words_and_budget_and_with_nothing_else(tmp_path: Path) -> None:
    assert load(metrics=BY_NAME).fingerprint == SHIPPED.fingerprint
    other = {
        SHIPPED.fingerprint,
        rulebook(tmp_path, "[budget]\nat_most = 3").fingerprint,
        rulebook(tmp_path, '[slow-down]\nextends = "slow-down"\nhold_s = 9').fingerprint,
    }
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "insult.txt").write_text("blockhead")
    other.add(rulebook(tmp_path, "").fingerprint)
    assert len(other) == 4


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("quiet = 3", '"quiet" is outside any rule. Move it under the [id] of its rule.'),
        ("[Quiet]", '"Quiet" is not a valid rule id. Use lower-case words joined by hyphens.'),
        ("[quiet", "is not valid TOML"),
        ("[quiet]", 'rule "quiet" is missing the field "action". Add it.'),
        ("[budget]\nmost = 3", '[budget] has an unknown field "most"; did you mean "at_most"?'),
        (
            '[q]\nextends = "slowdown"',
            'rule "q" extends "slowdown", which was not defined before; did you mean "slow-down"?',
        ),
        ("[q]\nextends = 3", 'rule "q" extends "3", which was not defined before; choose from 5'),
        (f"{MADE}\nhold = 3", 'rule "quiet" has an unknown field "hold"; did you mean "hold_s"?'),
        (
            f'{MADE}\nhold_s = "3"',
            'rule "quiet", field "hold_s" is \'3\', but must be a number. Correct it.',
        ),
        (f'{MADE}\nseverity = "urgnt"', 'or "urgent"; did you mean "urgent"?'),
        (f"{MADE}\nneed = 2", 'rule "quiet" needs 2 of 1 conditions. Set need from 1 to their number.'),
        (f"{MADE}\ncooldown_s = -1", 'rule "quiet" has a negative time. Set hold_s and cooldown_s to 0 or more.'),
        (f'{MADE}\nanswer = "sorry"', 'rule "quiet", answer must be a table. Write { field = value }.'),
        (
            MADE.replace("level_dbfs", "level_db"),
            'rule "quiet" reads an unknown metric "level_db"; did you mean "level_dbfs"?',
        ),
        (
            MADE.replace('metric = "level_dbfs", below = -40', "loud = true"),
            'rule "quiet", number 1 of its conditions, must name one of metric, phrases, talked_for_s.',
        ),
        (MADE.replace(", below = -40", ""), 'rule "quiet" must set either above or below for "level_dbfs", not both.'),
        (MADE.replace("below = -40", "above = 3, clear_below = 4"), "Set clear_below lower than above."),
        (MADE.replace("below = -40", "below = 3, clear_above = 2"), "Set clear_above higher than below."),
        (MADE.replace("below = -40", "below = 3, hold_s = 2"), "Set hold_s of the rule instead."),
        (MADE.replace("[{ metric", "[[{ metric").replace("}]", "}]]"), "has conditions that are not a list of tables"),
        (
            MADE.replace("[{ ", '[{ phrases = ["complain"] }, { '),
            'names the phrase list "complain", which no words folder has; did you mean "complaint"?',
        ),
        (MADE.replace("[{ ", '[{ phrases = ["insult"] }, { ') + "\nhold_s = 2", "Set hold_s in its metric condition."),
        (MADE + "\nrepeat = { times = 2 }", "has repeat but reads no words. Remove repeat"),
        (MADE + "\nin_order = true", "has in_order but reads no words. Remove in_order"),
        (MADE.replace('"Title"', '"One two three four"'), "has 4 words in its title. Use at most 3."),
        (MADE.replace('"Do this"', f'"{"word " * 11}"'), "has 11 words in its advice. Use at most 10."),
        (
            MADE.replace('"{value}"', '"{loudness}"'),
            "has an invalid template in its fact: there is no field {loudness}",
        ),
        (MADE.replace('"{value}"', '"{phrase:.1f}"'), "has an invalid template in its fact: "),
        (MADE.replace('"{value}"', '"{value"'), "has an invalid template in its fact: "),
        (MADE.replace('"Do this"', '"{key_words}"'), "has an empty advice when nothing is known"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_that_names_the_file(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(RuleError) as error:
        rulebook(tmp_path, text)
    assert sentence in str(error.value)
    assert str(tmp_path / "team.toml") in str(error.value)
    assert str(error.value)[-1] in ".?"


def test_a_missing_file_and_a_bad_list_are_said(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"Can't read .*none\.toml \(No such file or directory\)\. Check the path"):
        load([tmp_path / "none.toml"], metrics=BY_NAME)
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "insult.txt").write_text("fine\n(not|closed\n")
    with pytest.raises(RuleError, match=r"insult\.txt, line 2 has a misplaced bracket or bar"):
        rulebook(tmp_path, "")

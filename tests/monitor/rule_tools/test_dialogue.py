"""Written dialogues are judged as a call would be."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor import sample
from monitor.cli import main
from monitor.rule_tools.dialogue import Dialogue, dialogues, judged
from rules.errors import RuleError
from tests.made_rules import SHIPPED

COMPLAINT = Dialogue(
    "a",
    [
        ("customer", "Hello. I've been waiting for my parcel for three weeks and this is unacceptable."),
        ("agent", "Your order number, please."),
        ("customer", "Seven four one nine."),
        ("agent", "Thank you, one moment."),
    ],
)


def test_turns_take_the_time_of_their_words_and_are_a_little_apart() -> None:
    told = judged(Dialogue("a", [("customer", "one two three"), ("agent", "four five")]), SHIPPED)
    assert told.duration_s == pytest.approx(5 / 2.6 + 0.4, abs=0.01)


def test_a_complaint_that_is_not_taken_up_prompts_with_the_turn_in_which_it_shows() -> None:
    told = judged(COMPLAINT, SHIPPED)
    assert [(prompt.rule, prompt.turn) for prompt in told.prompts] == [("paraphrase", 2)]
    assert "paraphrase" in {firing.rule for firing in told.firings}


def test_contradicting_the_customer_is_no_paraphrase_with_or_without_classifiers() -> None:
    """The built-in call in words: she says it back only after two turns that do not."""
    said = [(line.speaker, line.text) for line in sample.truth().lines]
    planned = {one.action: one.after for one in sample.planned()}
    for book in (SHIPPED, replace(SHIPPED, understood={})):
        told = judged(Dialogue("built-in", said), book)
        assert {one.action: one.after for one in told.prompts} == {
            action: planned[action] for action in ("paraphrase", "escalate")
        }
        paraphrases = [one.text for one in told.sentences if "paraphrase" in one.counts_as]
        assert len(paraphrases) == 1
        assert paraphrases[0].startswith("So if I understand correctly")


def test_each_sentence_says_what_it_counts_as() -> None:
    told = judged(COMPLAINT, SHIPPED)
    assert {"complaint", "waiting"} <= set(told.sentences[0].counts_as)
    assert (told.sentences[1].turn, told.sentences[1].text) == (1, "Your order number, please.")
    assert "complaint" not in told.sentences[1].counts_as


def test_it_says_the_same_again() -> None:
    assert judged(COMPLAINT, SHIPPED) == judged(COMPLAINT, SHIPPED)


def test_an_empty_dialogue_has_nothing_in_it() -> None:
    told = judged(Dialogue("a", [("customer", "")]), SHIPPED)
    assert (told.duration_s, told.sentences, told.prompts) == (0.0, (), ())


def test_the_command_prints_a_json_object_a_dialogue(tmp_path: Path) -> None:
    file = tmp_path / "chats.jsonl"
    line = json.dumps({"id": COMPLAINT.id, "turns": COMPLAINT.turns})
    file.write_text(f"{line}\n\n{line}\n", "utf-8")
    result = CliRunner().invoke(main, ["rules", "read", str(file)])
    assert result.exit_code == 0
    told = [json.loads(one) for one in result.output.splitlines()]
    assert [one["id"] for one in told] == ["a", "a"]
    assert told[0]["prompts"][0]["turn"] == 2


@pytest.mark.parametrize("line", ["no json", '{"id": "a"}', '{"id": "a", "turns": [["boss", "secret words"]]}'])
def test_a_line_that_is_no_dialogue_is_named_without_its_words(tmp_path: Path, line: str) -> None:
    file = tmp_path / "chats.jsonl"
    file.write_text(line, "utf-8")
    with pytest.raises(RuleError, match=r"line 1 is no dialogue .*Write ") as caught:
        list(dialogues(file))
    assert "secret" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"^Can't read .*Choose another file\.$"):
        list(dialogues(tmp_path / "none.jsonl"))

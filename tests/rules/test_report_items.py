"""Report items and checklists, each shown by one of its own."""

import math
from pathlib import Path

import pytest

from rules.errors import RuleError
from rules.judge import Judge
from rules.model import Checklist, ChecklistStep, Noticed, Reading, Spoken, Ticked, Watermark
from tests.made_rules import rulebook, spoken

MADE = """
[items.sorry]
title = "Apologies"
about = "The agent apologises."
speaker = "agent"
phrases = ["acknowledgement"]

[items.promised]
title = "Promises"
about = "The agent promises."
speaker = "agent"
phrases = ["promised"]
due = true

[checklists.late]
title = "Late"
about = "Made."
[[checklists.late.steps]]
id = "sorry"
title = "Say sorry"
conditions = [{ phrases = ["acknowledgement"] }]
in_last_s = 20

[checklists.made]
title = "Made"
about = "Made."
[[checklists.made.steps]]
id = "quiet"
title = "Speak softly"
conditions = [{ metric = "level_over_baseline_db", below = 3, hold_s = 2 }]
[[checklists.made.steps]]
id = "sorry"
title = "Say sorry"
conditions = [{ phrases = ["acknowledgement"] }]
[[checklists.made.steps]]
id = "after"
title = "Think about it"

[checklists.opened]
title = "Opened"
about = "Opened."
opened_by = [{ phrases = ["complaint"], speaker = "customer" }]
[[checklists.opened.steps]]
id = "sorry"
title = "Say sorry"
conditions = [{ phrases = ["acknowledgement"] }]
"""

SORRY = spoken("agent", 4.0, "My apologies.")


def judged(tmp_path: Path, *items: Reading | Spoken) -> list[object]:
    """All that is said of a stream by what is made here."""
    (tmp_path / "words").mkdir(exist_ok=True)
    (tmp_path / "words" / "promised.txt").write_text("I will (call|send)")
    judge = Judge(rulebook(tmp_path, MADE))
    said = [each for item in (*items, Watermark(math.inf)) for each in judge.feed(item)]
    said += judge.flush()
    mine = {"sorry", "promised", "made", "late", "opened"}
    return [
        each
        for each in said
        if (isinstance(each, Noticed) and each.item in mine)
        or (isinstance(each, Ticked) and each.checklist in mine)
        or (isinstance(each, Checklist) and each.id in mine)
    ]


def test_an_item_is_noticed_with_its_words_and_its_speaker(tmp_path: Path) -> None:
    customer = spoken("customer", 0.0, "My apologies.")
    noticed = [each for each in judged(tmp_path, customer, SORRY) if isinstance(each, Noticed)]
    assert noticed == [Noticed("sorry", "agent", 4.0, 4.6, "My apologies")]


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        ("Well, I will call you tomorrow by five, okay?", "I will call you tomorrow by five", "tomorrow by five"),
        ("I will send you the form, then.", "I will send you the form", ""),
        ("I will call, say, on Monday.", "I will call say on Monday", "on Monday"),
    ],
)
def test_a_promise_is_noticed_with_when(tmp_path: Path, said: str, text: str, due: str) -> None:
    (noticed, *_) = judged(tmp_path, spoken("agent", 0.0, said))
    assert isinstance(noticed, Noticed)
    assert (noticed.item, noticed.text, noticed.due) == ("promised", text, due)


def test_a_phrase_may_need_words_of_the_customers_in_its_turn(tmp_path: Path) -> None:
    text = (
        f'{MADE}\n[items.back]\ntitle = "t"\nabout = "a"\nspeaker = "agent"\nphrases = ["paraphrase"]\nshared_words = 2'
    )
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "promised.txt").write_text("I will call")
    story = spoken("customer", 0.0, "My router lost the connection in the cellar.", 9.0)
    judge = Judge(rulebook(tmp_path, text))
    said = [
        each
        for item in (
            story,
            spoken("agent", 10.0, "So if I understand you correctly,"),
            spoken("agent", 13.0, "the router has no connection?"),
            spoken("agent", 16.0, "So if I understand you, in the cellar?"),
            spoken("customer", 20.0, "Yes, that is what happens."),
            spoken("agent", 24.0, "If I understand you, we are done."),
            Watermark(math.inf),
        )
        for each in judge.feed(item)
    ]
    noticed = [each for each in said if isinstance(each, Noticed) and each.item == "back"]
    assert [(each.start_s, each.text) for each in noticed] == [(10.0, "So if I understand you")]


def test_a_doubtful_word_is_not_noticed(tmp_path: Path) -> None:
    doubtful = spoken("agent", 0.0, "My apologies.", probability=0.3)
    assert not [each for each in judged(tmp_path, doubtful) if isinstance(each, Noticed)]


def test_steps_tick_once_when_they_are_first_done_and_stand_in_the_checklist(tmp_path: Path) -> None:
    soft = [Reading("agent", "level_over_baseline_db", float(n), n + 1.0, 0.0) for n in range(4)]
    said = judged(tmp_path, *soft, SORRY, spoken("agent", 8.0, "My apologies."))
    assert [each for each in said if isinstance(each, Ticked) and each.checklist == "made"] == [
        Ticked("made", "quiet", 2.0),
        Ticked("made", "sorry", 4.6),
    ]
    steps = (
        ChecklistStep("quiet", "Speak softly", 2.0),
        ChecklistStep("sorry", "Say sorry", 4.6),
        ChecklistStep("after", "Think about it", by_hand=True),
    )
    assert said[-1] == Checklist("made", "Made", steps)


@pytest.mark.parametrize(("last_s", "at_s"), [(100.0, 100.6), (4.0, None)])
def test_a_step_of_the_end_is_done_when_it_was_done_near_the_end(
    tmp_path: Path, last_s: float, at_s: float | None
) -> None:
    sorry = [spoken("agent", from_s, "My apologies.") for from_s in sorted({4.0, last_s})]
    said = judged(tmp_path, *sorry, spoken("customer", 110.0, "That will be all for today."))
    (late,) = [each for each in said if isinstance(each, Checklist) and each.id == "late"]
    assert late.steps == (ChecklistStep("sorry", "Say sorry", at_s),)
    assert [each.at_s for each in said if isinstance(each, Ticked) and each.checklist == "late"] == (
        [] if at_s is None else [at_s]
    )


def test_a_checklist_that_has_to_be_opened_counts_from_then_on(tmp_path: Path) -> None:
    complaint = spoken("customer", 6.0, "This is ridiculous.")
    assert [each.id for each in judged(tmp_path, SORRY) if isinstance(each, Checklist)] == ["late", "made"]
    said = judged(tmp_path, SORRY, complaint)
    assert Checklist("opened", "Opened", (ChecklistStep("sorry", "Say sorry"),)) in said
    said = judged(tmp_path, complaint, spoken("agent", 8.0, "My apologies."))
    assert Checklist("opened", "Opened", (ChecklistStep("sorry", "Say sorry", 8.6),)) in said


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[checklists.c]\ntitle = 't'\nabout = 'a'", "has steps that are not a list of tables"),
        (
            "[checklists.c]\ntitle = 't'\nabout = 'a'\nsteps = [{ id = 'x' }]",
            'number 1 of its steps, is missing the field "t',
        ),
        (
            (
                "[checklists.c]\ntitle = 't'\nabout = 'a'\n"
                "steps = [{ id = 'x', title = 't', conditions = [{ metric = 'level', above = 3 }] }]"
            ),
            'reads an unknown metric "level"; did you mean "level_dbfs"?',
        ),
        ("[items.i]\ntitle = 't'", 'is missing the field "about". Add it.'),
        (
            "[items.i]\ntitle = 'Angry words'\nabout = 'a'\nspeaker = 'agent'\nphrases = ['insult']",
            'a feeling, "angry"',
        ),
        ("[checklists.c]\ntitle = 't'\nabout = 'a'\nsteps = [{ id = 'x', title = 'Be calm' }]", 'a feeling, "calm"'),
        ("[items]\ni = 3", '"i" is not a table. Move it under the [id] of its rule.'),
        (
            "[items.i]\ntitle = 't'\nabout = 'a'\nspeaker = 'agent'\nphrases = ['complain']",
            'names the phrase list "complain", which no words folder has; did you mean "complaint"?',
        ),
    ],
)
def test_what_is_wrong_with_them_is_said_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(RuleError) as error:
        rulebook(tmp_path, text)
    assert sentence in str(error.value)
    assert str(tmp_path / "team.toml") in str(error.value)


def test_a_rule_an_item_and_a_checklist_may_have_the_same_name(tmp_path: Path) -> None:
    text = """
    [same]
    extends = "rephrase"
    [items.same]
    extends = "apology"
    phrases = ["insult"]
    [checklists.same]
    extends = "our-mistake"
    """
    book = rulebook(tmp_path, text)
    assert [item.phrases for item in book.items if item.id == "same"] == [("insult",)]
    assert book["same"].id == "same"
    assert [plan.title for plan in book.checklists if plan.id == "same"] == ["Our mistake"]


def test_items_and_checklists_are_part_of_the_fingerprint(tmp_path: Path) -> None:
    first = rulebook(tmp_path, MADE.replace('["promised"]', '["insult"]')).fingerprint
    assert rulebook(tmp_path, MADE.replace('["promised"]', '["complaint"]')).fingerprint != first

"""Why a flag was raised: the fact of its rule, and what decided, with numbers masked as in all that was said."""

import pytest

from audio.values import Interruption, ToneSample, Turn
from monitor.report import tables
from monitor.report.facts import of_call
from monitor.report.remarks import missing
from monitor.report.stored_call import kept
from monitor.report.titles import shipped
from rules.model import Firing, Noticed
from tests.report_calls import INFO


def test_a_flag_says_which_words_decided_and_no_card_number_among_them() -> None:
    card = "four one one one one one one one one one one one one one one one"
    found = Firing("x", "agent", 5.0, None, None, None, "note", "x", ("it flips …",), because=("flips back", card))
    (row,) = tables.flags(of_call(kept("a/b", INFO, [found]))).rows
    assert row[3].startswith("“it flips …”, because of “flips back”, “")
    assert "one one" not in row[3]


@pytest.mark.parametrize(
    ("rule", "metric", "value", "words", "told"),
    [
        ("venting", "talked_s", 20.0, (), "Customer has talked for 20 s"),
        ("flat-pitch", "pitch_range_st", 1.1, (), "Almost one note for a minute (1.1 semitones)"),
        ("rephrase", "", None, ("calm down",), "The agent said: “calm down”"),
    ],
)
def test_evidence_is_the_fact_of_the_rule_told_of_the_agent(
    rule: str, metric: str, value: float | None, words: tuple[str, ...], told: str
) -> None:
    fired = Firing(rule, "agent", 5.0, value, None, 1.5, "note", "x", words, metric=metric)
    assert tables.flags(of_call(kept("a/b", INFO, [fired]), shipped())).rows[0][3] == told


def test_a_cut_in_with_just_a_second_announces_no_wait() -> None:
    holds = [Noticed("hold", "agent", at_s, at_s + 1, "just a second") for at_s in (29.5, 60.0)]
    facts = of_call(kept("a/b", INFO, [*holds, Interruption("agent", 29.2, 31.0)]))
    assert [(count.item, count.times) for count in facts.counts] == [("hold", 1)]


@pytest.mark.parametrize(("level_dbfs", "told"), [(-42.0, True), (-25.0, False)])
def test_a_quiet_recording_is_said_to_be_quiet(level_dbfs: float, *, told: bool) -> None:
    voice = [
        ToneSample("agent", tenth / 10, (tenth + 1) / 10, speaking=True, level_dbfs=level_dbfs) for tenth in range(300)
    ]
    facts = of_call(kept("a/b", INFO, [*voice, Turn("agent", 0.0, 30.0)]))
    quiet = [sentence for sentence in missing(facts) if "quiet" in sentence]
    assert len(quiet) == told
    if told:
        assert quiet[0].startswith("The recording is quiet: the agent’s speech is at −42 dBFS, and −24 is usual.")
        assert quiet[0].endswith("record about 18 dB louder.")

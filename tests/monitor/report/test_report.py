"""The report of one call: its numbers, and that page and terminal say the same."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.block import Speaker
from audio.values import DeadAir, PitchSample, ToneSample, Turn, Utterance
from monitor.call.events import CallEvent, Ended, PromptShown
from monitor.report import figures, in_short, page, tables, text
from monitor.report.curves import COLUMNS, curves
from monitor.report.exchange import overlap_s, patience
from monitor.report.facts import NOT_FOR, Facts, of_call
from monitor.report.figures import timeline
from monitor.report.remarks import measured
from monitor.report.spoken_items import counts, pairs
from monitor.report.stored_call import StoredCall, kept, read
from monitor.report.titles import BY_ID, shipped
from rules.language.emotions import emotions
from rules.model import Firing, Noticed
from tests.report_calls import INFO, LOUD, MARKS, as_kept, events, folder, spoken, tone

PICTURE = "<svg></svg>"


def made() -> StoredCall:
    return kept("2026-03-02/093000-aaaaaa", INFO, events(), MARKS)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return of_call(made())


def test_the_report_in_short_is_made_from_the_numbers(facts: Facts) -> None:
    assert list(facts.in_short) == [
        "The call lasted 1:20; the agent did 62 % of the talking, at 4.6 syllables a second (usually 4.5).",
        (
            "The volume stayed within the agent’s usual range for 82 % of the speech, the speaking rate for 82 %. "
            "It peaked at +8 dB over the usual, at 0:40."
        ),
        (
            "2 prompts were shown, and the agent did what 1 of them asked for; 1 escalation signal, "
            "1 interruption by the agent, 1 silence of 3 s or more, 2 promises and follow-ups."
        ),
    ]


def test_a_call_without_speech_says_so_and_nothing_else() -> None:
    silent = of_call(kept("a/b", replace(INFO, duration_s=5.0), [Ended(5.0, "end of sound")]))
    assert silent.in_short == (
        "The call lasted 0:05. No speech was heard.",
        "The agent spoke too little to learn what is usual for this voice.",
        "No prompt was shown; no escalation signal, no interruption, no promise.",
    )
    assert "No prompt was shown." in page.call(silent, PICTURE)


def test_silences_of_one_channel_are_no_dead_air() -> None:
    alone = of_call(kept("a/b", replace(INFO, speakers=("agent",)), [DeadAir(1.0, 9.0)]))
    assert (alone.exchange.dead_air, alone.exchange.dead_air_s) == ((), None)


def test_of_words_that_were_not_transcribed_nothing_is_said() -> None:
    told = of_call(kept("a/b", replace(INFO, model="none"), [])).in_short[2]
    assert told == "No prompt was shown; no interruption; there is no transcript."


def test_no_step_of_a_checklist_counts_as_left_out_where_nothing_was_transcribed(facts: Facts) -> None:
    silent = of_call(kept("a/b", replace(INFO, model="none"), events()))
    assert facts.checklists
    assert silent.checklists == ()
    assert "can be wrong" not in " ".join(measured(silent))


def test_the_agents_tone_is_held_against_the_agents_own_usual(facts: Facts) -> None:
    own = facts.bands["agent"]
    loud_s, judged_s = 6.0, 34.0
    assert own.loud_s == own.fast_s == loud_s
    assert own.level_in_pct == pytest.approx(100 * (judged_s - loud_s) / judged_s, abs=0.1)
    assert (own.highest_level_db, own.highest_level_at_s, own.highest_rate_pct) == (8.0, 40.0, 20.0)
    assert own.quarters_db == (None, 0.5, 4.5, 0.0)


def test_the_curves_are_summed_up_in_rows(facts: Facts) -> None:
    rows = facts.stretches["agent"]
    assert [row.start_s for row in rows] == [5.0 * n for n in range(16)]
    assert [row.talk_pct for row in rows[:3]] == [100.0, 100.0, 0.0]
    assert rows[8].level_over_db == 8.0
    assert rows[2].pitch_hz is None


def test_turns_waits_and_overlaps(facts: Facts) -> None:
    turns = facts.exchange
    assert turns.patience_s == pytest.approx(0.5), "between one second too early and two seconds of waiting"
    assert (turns.early_starts, turns.answers, turns.overlap_s) == (1, 2, 1.0)
    assert turns.dead_air_s == 4.0
    assert turns.agent_interruptions_per_10_min == 7.5


def test_a_prompt_stands_with_what_followed(facts: Facts) -> None:
    loud, asked = facts.prompts
    assert (loud.before.level_over_db, loud.after.level_over_db) == (8.0, 0.0), "then, and in the next turn"
    assert (loud.worked, loud.delay_s) == ("Followed", 0.2)
    assert asked.worked == "No change"
    assert asked.before.level_over_db == 1.0, "the agent's last words before it"


def test_flags_and_escalations(facts: Facts) -> None:
    assert [(flag.title, flag.prompted) for flag in facts.flags] == [
        ("Lower volume", True),
        ("Offer a supervisor", True),
        ("Monologue", False),
    ]
    (signal,) = facts.escalations
    assert (signal.firing.owner, signal.firing.protocol) == ("agent", "Offer to involve a supervisor.")
    assert facts.flags[0].verdict == MARKS[0]
    assert tables.flags(facts).rows == (("1:18", "Monologue", "note", "measured 15.0 (limit 14.0)", "not yet"),)


def test_evidence_in_numbers_has_its_unit() -> None:
    fast = Firing("fast", "agent", 5.0, 33.0, None, 30.0, "note", "slow_down", metric="rate_over_baseline_pct")
    assert tables.flags(of_call(kept("a/b", INFO, [fast]))).rows[0][3] == "rate 33.0 % (limit 30.0 %)"


def test_promises_stand_in_the_order_they_were_made_with_what_is_due(facts: Facts) -> None:
    assert [row[3:] for row in tables.promised(facts).rows] == [
        ("no time given", "–"),
        ("tomorrow by five", "Tuesday 3 March 2026, 17:00"),
    ]


def test_counts_stand_side_by_side() -> None:
    heard = [Noticed(item, "agent", 1.0, 2.0) for item in ("open-question", "closed-question", "open-question")]
    other = Noticed("order", "customer", 1.0, 2.0)
    assert pairs(counts([*heard, other], BY_ID), BY_ID) == (("Open question to closed question", "2 : 1"),)


def test_rules_and_items_go_by_their_shipped_titles() -> None:
    titles = shipped()
    assert (titles.rule("slow-down"), titles.rule("our-own")) == ("Slow down", "Our own")
    assert titles.item("our-own") == "Our own"
    assert titles.items


def test_moments_to_hear_are_merged_and_quoted(facts: Facts) -> None:
    assert [(moment.start_s, moment.end_s, moment.why) for moment in facts.moments] == [
        (
            14.0,
            51.0,
            (
                "Note: Good opening <b>",
                "The agent interrupts",
                "Bookmarked during the call",
                "Prompt: Lower volume",
            ),
        ),
        (55.0, 70.0, ("Prompt: Offer a supervisor",)),
        (72.0, 80.0, ("Flag: Monologue",)),
    ]
    assert facts.moments[0].lines[0].text.startswith("My <order>")
    assert all(after.start_s > before.end_s for before, after in zip(facts.moments, facts.moments[1:], strict=False))


def test_page_and_text_are_as_kept(facts: Facts) -> None:
    as_kept("call.html", page.call(facts, PICTURE, sound="audio.flac"))
    as_kept("call.txt", "\n".join(text.call(facts)) + "\n")


def test_every_number_of_the_text_is_on_the_page(facts: Facts) -> None:
    seen = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.call(facts, PICTURE))).split())
    for table in (tables.speakers, tables.bands, tables.turns, tables.prompts, tables.escalations, tables.promised):
        for row in table(facts).rows:
            for cell in row:
                assert " ".join(cell.split()) in seen


def test_what_was_said_cannot_become_part_of_the_page(facts: Facts) -> None:
    written = page.call(facts, PICTURE)
    assert "My &lt;order&gt; never came &amp; nobody" in written
    assert "Good opening &lt;b&gt;" in written
    assert "<b>" not in written
    assert "<script" not in written


def test_card_numbers_are_masked_where_somebody_is_quoted() -> None:
    number_said = spoken("customer", 54.0, 62.0, "It is 4111 1111 1111 1111 yes")
    promised = Noticed("promise", "agent", 60.0, 61.0, "call you on 0171 2345 6789")
    facts = of_call(kept("a/b", INFO, [*events(), number_said, promised]))
    told = "\n".join(text.call(facts)) + page.call(facts, PICTURE)
    assert "It is •••• •••• •••• •••• yes" in told
    assert "call you on •••• •••• ••••" in told
    assert not re.search("1111|6789", told)


def test_what_was_deleted_is_told() -> None:
    purged = replace(INFO, sound_deleted="2026-04-02T03:00:00+00:00", words_deleted="2026-06-02T03:00:00+00:00")
    told = " ".join(text.call(of_call(kept("a/b", purged, events()))))
    assert "The sound was deleted on 2026-04-02" in told
    assert "The words were deleted on 2026-06-02" in told


def test_the_page_says_what_it_is_not_for_and_what_is_missing(facts: Facts) -> None:
    written = page.call(facts, PICTURE)
    assert written.count(NOT_FOR) == 2
    assert "From 1:15 to 1:16 there is no transcript: The agent paused the recording." in written
    assert "Words come 3\N{NO-BREAK SPACE}s late." in written
    mono = of_call(kept("a/b", replace(INFO, speakers=("agent",), model="none", closed=False), events()))
    told = unescape(page.call(mono, PICTURE))
    assert "broke off" in told
    assert "one channel" in told
    assert "not transcribed" in told


def test_no_word_about_the_agent_names_an_emotion(facts: Facts) -> None:
    written = page.call(facts, PICTURE) + "\n".join(text.call(facts))
    said = set(re.findall(r"[a-z]+", re.sub(r"<style>.*?</style>|<[^>]+>", " ", written, flags=re.DOTALL).lower()))
    assert said.isdisjoint(emotions())


def test_the_picture_is_the_same_again_and_tells_itself(facts: Facts) -> None:
    call = made()
    lines = {speaker: curves(call, speaker) for speaker in INFO.speakers}
    drawn = timeline(facts, lines, call.analysis.turns)
    assert drawn == timeline(facts, lines, call.analysis.turns)
    picture = ET.fromstring(drawn)  # noqa: S314 - our own
    assert picture.get("role") == "img"
    named = {element.get("id") for element in picture.iter()}
    assert set((picture.get("aria-labelledby") or "").split()) <= named
    words = [element.text for element in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Volume", "Rate", "Pitch", "Turns", "1", "2", "0:40"} <= {(word or "").strip() for word in words}
    assert not re.search(r"#0[1-8]0[1-8]0[1-8]|#000000|#ffffff|font-family", drawn), "colours and fonts are the page's"


def test_numbers_of_prompts_do_not_stand_on_one_another() -> None:
    shown: list[CallEvent] = [PromptShown(replace(LOUD, since_s=at_s)) for at_s in (100.0, 110.0, 150.0, 200.0, 900.0)]
    prompts = of_call(kept("a/b", replace(INFO, duration_s=3600.0), shown)).prompts
    assert [fact.number for fact in figures.apart(prompts, 90.0)] == [1, 4, 5]


def test_a_long_call_has_no_more_columns_than_a_page_shows() -> None:
    long = kept("a/b", replace(INFO, duration_s=3600.0), tone("agent", 1000.0, 1200.0, 2.0, 4.5))
    curve = curves(long, "agent").level_over_db
    assert len(curve.at_s) == COLUMNS
    assert {value for value in curve.middle if value is not None} == {2.0}


def test_a_folder_is_read_with_its_marks(tmp_path: Path, facts: Facts) -> None:
    assert of_call(read(folder(tmp_path))) == facts


def test_a_call_that_broke_off_is_as_long_as_its_tone() -> None:
    broken = kept("a/b", replace(INFO, duration_s=0.0, closed=False), tone("agent", 0.0, 12.0, 0.0, 4.5))
    assert of_call(broken).duration_s == 12.0


LATE = [event for event in events() if isinstance(event, Utterance | Noticed | Firing)]


@given(st.permutations(LATE))
def test_the_order_in_which_late_words_come_changes_nothing(late: list[Utterance | Noticed | Firing]) -> None:
    rest = [event for event in events() if event not in LATE and not isinstance(event, ToneSample | PitchSample)]
    told = [of_call(kept("a/b", INFO, [*rest, *words], MARKS)) for words in (LATE, late)]
    assert told[0] == told[1]


TURNS = st.lists(st.tuples(st.floats(0.01, 30), st.floats(0.5, 20), st.booleans()), max_size=12)


@given(TURNS)
def test_both_cannot_speak_at_once_for_longer_than_one_spoke(parts: list[tuple[float, float, bool]]) -> None:
    turns: list[Turn] = []
    end_s: dict[Speaker, float] = {"agent": 0.0, "customer": 0.0}
    for gap_s, long_s, is_agent in parts:
        speaker: Speaker = "agent" if is_agent else "customer"
        turns.append(Turn(speaker, end_s[speaker] + gap_s, end_s[speaker] + gap_s + long_s))
        end_s[speaker] = turns[-1].end_s
    turns.sort(key=lambda turn: turn.start_s)
    spoken_s = {who: sum(turn.end_s - turn.start_s for turn in turns if turn.speaker == who) for who in end_s}
    assert 0 <= overlap_s(turns) <= min(spoken_s.values()) + 1e-9
    assert len(patience(turns)) <= len(turns)


def test_one_prompt_is_told_in_the_singular(facts: Facts) -> None:
    told = in_short.what_happened(facts.prompts[:1], (), facts.exchange, (), INFO)
    assert told.startswith("1 prompt was shown, and the agent did what it asked for; 1 interruption by the agent")
    unknown = replace(facts.prompts[0], prompt=replace(LOUD, outcome=None, after=None, seen=True))
    told = in_short.what_happened([unknown], (), facts.exchange, (), INFO)
    assert told.startswith("1 prompt was shown, and its outcome is unknown; ")

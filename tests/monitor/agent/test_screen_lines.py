from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.values import ToneSample
from monitor.agent.card import Card, State
from monitor.agent.card_widget import card_lines
from monitor.agent.gauge_metrics import GAUGES, PROMPTING, prompting
from monitor.agent.gauges import Gauges, gauge_line
from monitor.agent.last_words import minute_lines, words_lines
from monitor.agent.level_trace import LOST_DBFS, SILENT_DBFS, Trace
from monitor.agent.speaker_view import SpeakerView
from monitor.agent.status import status_ends
from monitor.agent.traces import glyph, trace_lines
from monitor.agent.view import AgentView
from monitor.base.lines import Ink, Line, fit, length, wrap
from monitor.call.events import Health, Mark, Progress, SessionState
from monitor.pipeline.metrics import BY_NAME
from rules.conditions import MetricCondition
from rules.load import load

VOLUME = BY_NAME["level_over_baseline_db"]
RATE = BY_NAME["rate_over_baseline_pct"]
PROMPT = Card("prompt", "Slow down", "20 % faster than usual", "Pause between sentences.")
TEXTS = st.text(st.sampled_from("ab …→漢字"), max_size=60)


def text(line: Line) -> str:
    return "".join(span for span, _ in line)


def inks(line: Line, part: str) -> set[Ink]:
    return {ink for span, ink in line if part in span}


@pytest.mark.parametrize(
    ("value_db", "drawn"),
    [
        (0.0, " volume   ······├─────●─────┤······    0 dB "),
        (-0.4, " volume   ······├─────●─────┤······    0 dB "),
        (3.0, " volume   ······├─────━━━●──┤······   +3 dB "),
        (-3.0, " volume   ······├──●━━━─────┤······   −3 dB "),
        (6.0, " volume   ······├─────━━━━━━◆······   +6 dB ▲"),
        (-7.0, " volume   ·····◆━━━━━━━─────┤······   −7 dB ▼"),
        (40.0, " volume   ······├─────━━━━━━━━━━━━◆  +40 dB ▲"),
        (None, " volume   ······├─────┼─────┤······    – dB"),
    ],
)
def test_a_gauge_shows_the_value_on_its_fixed_scale(value_db: float | None, drawn: str) -> None:
    assert text(gauge_line(VOLUME, value_db, 46)) == drawn


def test_a_gauge_without_a_baseline_says_so() -> None:
    assert text(gauge_line(VOLUME, None, 46, baseline=False)) == " volume   ···· no baseline yet ····    – dB"
    assert text(gauge_line(VOLUME, 3.0, 46, baseline=False)) == text(gauge_line(VOLUME, 3.0, 46))
    assert text(gauge_line(VOLUME, None, 20, baseline=False)) == text(gauge_line(VOLUME, None, 20))


def test_a_value_beyond_the_usual_changes_shape_arrow_and_ink() -> None:
    within, beyond = gauge_line(RATE, 11.0, 80), gauge_line(RATE, 13.0, 80)
    assert inks(within, "●") == {"strong"}
    assert inks(beyond, "◆") == inks(beyond, "▲") == {"prompt"}


def test_a_gauge_on_which_no_rule_prompts_keeps_its_shape_and_asks_for_no_attention() -> None:
    line = gauge_line(BY_NAME["pitch_over_baseline_st"], -6.0, 80, prompts=False)
    assert "◆" in text(line)
    assert "−6 st ▼" in text(line)
    assert inks(line, "◆") == inks(line, "▼") == {"dim"}


def test_the_gauges_follow_the_rules_of_the_call() -> None:
    shipped = load((), metrics=BY_NAME)
    assert prompting(shipped.rules) & {gauge.name for gauge in GAUGES} == PROMPTING
    on_trial = [replace(rule, maturity="trial") for rule in shipped.rules]
    assert prompting(on_trial) == frozenset()
    high = (MetricCondition(metric="pitch_over_baseline_st", above=4.0, speaker="agent"),)
    on_pitch = [replace(shipped["slow-down"], conditions=high)]
    view = AgentView().after(SessionState("call", prompting=prompting(on_pitch)))
    view = view.after(
        ToneSample("agent", 1.0, 1.1, speaking=True, level_over_baseline_db=9.0, pitch_over_baseline_st=6.0)
    )
    volume, _, pitch = Gauges().draw(view, 80, 3)
    assert (inks(volume, "▲"), inks(pitch, "▲")) == ({"dim"}, {"prompt"})


def test_the_words_of_a_minute_move_up_half_a_page_when_it_is_full() -> None:
    def shown(words: str) -> list[str]:
        lines = minute_lines("you", "you", SpeakerView(said=words), 10 + 10 + 1, 4)
        return [text(line)[10:].rstrip() for line in lines]

    said = "line one. line two. line thr. line for. line fiv. line six. line sev."
    assert shown(said[:29]) == ["line one.", "line two.", "line thr.", ""]
    assert shown(said[:39]) == ["line one.", "line two.", "line thr.", "line for."]
    assert shown(said[:49]) == ["line thr.", "line for.", "line fiv.", ""]
    assert shown(said) == ["line fiv.", "line six.", "line sev.", ""]
    assert shown("") == [""] * 4


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([46, 80, 100, 120]))
def test_the_scale_of_a_gauge_never_moves(value_db: float | None, width: int) -> None:
    drawn, empty = gauge_line(VOLUME, value_db, width), text(gauge_line(VOLUME, None, width))
    scale = "".join(span for span, _ in drawn[:-1])
    assert all(mark == under or mark in "━●◆" for mark, under in zip(scale, empty, strict=False))


def test_levels_are_drawn_on_one_fixed_scale() -> None:
    assert [glyph(level_dbfs) for level_dbfs in (-80.0, -60.0, -45.0, -30.0, -16.0, 0.0, 3.0)] == list("▁▁▃▅▆██")
    assert [glyph(level_dbfs) for level_dbfs in (None, SILENT_DBFS, LOST_DBFS)] == [" ", "·", "×"]


def traced(*levels: float) -> Trace:
    trace = Trace()
    for second, level_dbfs in enumerate(levels):
        trace = trace.write(second, level_dbfs)
    return trace


def test_traces_stand_below_each_other_second_by_second() -> None:
    agent, customer = traced(-20.0, -20.0, SILENT_DBFS, LOST_DBFS), traced(SILENT_DBFS, -30.0, -30.0, LOST_DBFS)
    you, them = trace_lines(agent, customer, 80)
    assert text(you) == " you      ▆▆·×▏" + " " * 55
    assert text(them) == " customer ·▅▅×▏" + " " * 55


def test_a_second_in_which_both_spoke_changes_both_bars() -> None:
    you, them = trace_lines(traced(-20.0, -20.0), traced(SILENT_DBFS, -30.0), 80)
    assert you[:2] == ((" you      ▆", "you"), ("▆", "both"))
    assert inks(them, "▅") == {"both"}


def test_little_room_joins_seconds_into_columns() -> None:
    you, _ = trace_lines(traced(-20.0, -20.0, SILENT_DBFS, -30.0, SILENT_DBFS), Trace(), 46)
    assert text(you) == " you      ▆▅·▏" + " " * 26


def test_a_new_minute_overwrites_the_old_one_in_place() -> None:
    trace = traced(*[-20.0] * 60)
    for second in range(60, 70):
        trace = trace.write(second, SILENT_DBFS)
    you, _ = trace_lines(trace, trace, 80)
    assert text(you) == " you      " + "·" * 10 + "▏   " + "▆" * 46


def test_words_begin_at_the_left_and_turn_the_page() -> None:
    seen = SpeakerView(solid="one two three four", tentative="five six", unfinished=True)
    lines = words_lines("you", "you", seen, 10 + 10 + 1, 2)
    assert [text(line).rstrip() for line in lines] == [" you      five six …", ""]
    lines = words_lines("you", "you", replace(seen, solid="one two"), 10 + 10 + 1, 2)
    assert [text(line).rstrip() for line in lines] == [" you      one two", "          five six …"]


def test_only_words_not_yet_certain_are_tentative() -> None:
    (line,) = words_lines("you", "you", SpeakerView(solid="one two", tentative="three", unfinished=True), 60, 1)
    assert (inks(line, "two"), inks(line, "three")) == ({"dim"}, {"tentative"})


def test_the_status_tells_what_is_behind_and_what_is_wrong() -> None:
    view = AgentView().after(Progress(83.0, behind_s=2.4, words_behind_s=8.9, recording="on"))
    left, right = status_ends(view, 60)
    assert (text(left), text(right)) == ("1:23  ● recording", "meters 2 s behind · words 8 s behind")
    view = view.after(Health(83.0, "customer line", fine=False, note="No sound."))
    assert text(status_ends(view, 80)[1]) == "! customer line · meters 2 s behind · words 8 s behind"
    assert [text(end) for end in status_ends(view, 40)] == ["1:23  ● recording", "! customer line"]


def test_the_status_keeps_the_recording_longest() -> None:
    view = AgentView().after(Mark(3.0, "flag")).after(Progress(83.0, recording="on", words_behind_s=8.0))
    assert [text(end) for end in status_ends(view, 44)] == ["1:23  ● recording", "words 8 s behind"]
    assert [text(end) for end in status_ends(view, 30)] == ["● recording", "words 8 s behind"]
    assert [text(end) for end in status_ends(view, 22)] == ["● recording", "words 8…"]
    assert [text(end) for end in status_ends(view, 8)] == ["● recor…", ""]


def test_a_call_that_cannot_be_kept_is_not_said_to_be_recorded() -> None:
    view = AgentView().after(Progress(83.0, recording="on"))
    view = view.after(Health(83.0, "recording", fine=False, note="The disk is full."))
    left, right = status_ends(view, 60)
    assert (text(left), text(right)) == ("1:23  ○ not recording", "")
    assert inks(left, "not recording") == {"trouble"}


def test_a_muted_headset_is_a_word_in_the_status() -> None:
    silent = Health(83.0, "microphone", fine=False, note="No sound.", cause="silent")
    view = AgentView().after(Progress(83.0, recording="on")).after(silent)
    assert text(status_ends(view, 60)[1]) == "Muted?"


def test_a_status_within_its_limits_is_quiet() -> None:
    view = AgentView().after(Progress(83.0, behind_s=0.9, words_behind_s=2.9, recording="on"))
    assert text(status_ends(view, 60)[1]) == ""


def test_a_card_says_title_advice_and_fact() -> None:
    assert [text(line) for line in card_lines(PROMPT, 30, 5)] == [
        "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━┓",
        "┃ ► Slow down                ┃",
        "┃ Pause between sentences.   ┃",
        "┃ 20 % faster than usual     ┃",
        "┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━┛",
    ]


def test_the_fact_of_a_prompt_takes_one_row() -> None:
    long = replace(PROMPT, fact="Customer explained for 32 s, customer: “waited for a week”", part="prompt")
    assert [text(line)[2:-2].rstrip() for line in card_lines(long, 46, 7)[1:-1]] == [
        "► Slow down",
        "",
        "Pause between sentences.",
        "Customer explained for 32 s, customer: “w…",
        "",
    ]


def test_a_large_card_has_a_title_of_three_rows_and_room_between() -> None:
    lines = card_lines(PROMPT, 30, 11)
    assert [text(line)[2:-2].rstrip() for line in lines[1:-1]] == [
        "",
        "► Slow down",
        "",
        "",
        "Pause between sentences.",
        "",
        "20 % faster than usual",
        "",
        "",
    ]
    assert [inks(line, "    ") for line in lines[1:4]] == [{"prompt-bar"}] * 3


def test_long_advice_takes_the_row_of_the_fact_and_is_cut_last() -> None:
    long = replace(PROMPT, advice="Say: So if I understand, the router was replaced on Monday and drops again.")
    assert [text(line)[2:-2].rstrip() for line in card_lines(long, 46, 5)[1:-1]] == [
        "► Slow down",
        "Say: So if I understand, the router was",
        "replaced on Monday and drops again.",
    ]
    assert text(card_lines(long, 30, 5)[3])[2:-2] == "the router was replaced o…"


def test_a_docked_card_carries_the_status_in_its_edge() -> None:
    view = AgentView().after(Progress(83.0, recording="on", words_behind_s=8.0))
    top = text(card_lines(PROMPT, 46, 5, status_ends(view, 38))[0])
    assert top == "┏━ 1:23  ● recording ━━━━━ words 8 s behind ━┓"


CARDS = st.builds(Card, st.sampled_from(get_args(State)), TEXTS, TEXTS, TEXTS)


@given(CARDS, st.integers(8, 120), st.integers(4, 9))
def test_a_card_always_has_the_same_size(card: Card, width: int, height: int) -> None:
    lines = card_lines(card, width, height)
    assert [length(line) for line in lines] == [width] * height


def test_every_state_of_a_card_has_a_shape_of_its_own() -> None:
    shapes = {
        tuple(text(line) for line in card_lines(replace(PROMPT, state=state), 30, 5)) for state in get_args(State)
    }
    assert len(shapes) == len(get_args(State))


@given(TEXTS, st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_no_word_that_fits(words: str, width: int) -> None:
    lines = wrap(((words, "plain"),), width)
    assert all(length(line) <= width for line in lines)
    assert " ".join(text(line) for line in lines).split() == [fit(word, width) for word in words.split()]


@given(TEXTS, st.integers(1, 40))
def test_a_cut_text_fits(words: str, width: int) -> None:
    assert length(((fit(words, width), "plain"),)) <= width


def test_tone_of_a_pause_leaves_the_gauge_empty() -> None:
    tone = ToneSample("agent", 1.0, 1.1, speaking=False)
    assert "–" in text(gauge_line(VOLUME, tone.level_over_baseline_db, 80))

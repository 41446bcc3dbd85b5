import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.block import Speaker
from audio.values import (
    Backchannel,
    DeadAir,
    Interruption,
    PartialWords,
    PitchSample,
    ToneSample,
    Turn,
    Utterance,
    Word,
)
from monitor.agent.card import card_of
from monitor.agent.level_trace import LOST_DBFS
from monitor.agent.view import AgentView
from monitor.base.counts import count
from monitor.call.events import (
    CallEvent,
    Ended,
    Gap,
    Health,
    Mark,
    Progress,
    PromptCleared,
    PromptShown,
    SessionState,
)
from rules.model import Firing, Noticed, Prompt, Severity

PROMPT = Prompt("fast", "slow_down", "prompt", "Slow down", "20 % faster than usual", "Pause between sentences.", 40.0)
OTHER = replace(PROMPT, rule="loud", title="Lower your volume", since_s=60.0)
SPEECH = ToneSample("agent", 8.0, 8.1, speaking=True, level_dbfs=-20.0, level_over_baseline_db=2.0)
HEARD = AgentView().after(Progress(9.0, recording="on")).after(SPEECH)


def said(speaker: Speaker, start_s: float, end_s: float, text: str) -> Utterance:
    words = tuple(Word(start_s, end_s, word, 0.9) for word in text.split())
    return Utterance(speaker, start_s, end_s, words, end_s + 0.45)


def test_the_card_waits_then_gets_to_know_the_voice_then_listens() -> None:
    view = AgentView()
    assert card_of(view).state == "waiting"
    view = view.after(Progress(0.2, recording="on"))
    assert (card_of(view).state, card_of(view).fact) == ("listening", "Learning your usual voice.")
    assert card_of(view.after(SPEECH)).fact == ""


def test_a_customers_tone_tells_nothing_of_the_agents_usual() -> None:
    view = AgentView().after(Progress(9.0)).after(replace(SPEECH, speaker="customer"))
    assert not view.usual_known


def test_a_prompt_is_shown_with_its_words_and_goes_when_it_is_cleared() -> None:
    view = HEARD.after(PromptShown(PROMPT))
    card = card_of(view)
    assert (card.state, card.title, card.fact, card.advice) == ("prompt", PROMPT.title, PROMPT.fact, PROMPT.advice)
    assert card_of(view.after(PromptCleared(replace(PROMPT, until_s=47.0)))).state == "listening"


@pytest.mark.parametrize("severity", ["note", "prompt", "urgent"])
def test_the_severity_is_the_state_of_the_card(severity: Severity) -> None:
    assert card_of(HEARD.after(PromptShown(replace(PROMPT, severity=severity)))).state == severity


def test_an_outcome_that_comes_late_leaves_the_next_prompt_on_show() -> None:
    view = HEARD.after(PromptShown(PROMPT)).after(PromptCleared(PROMPT)).after(PromptShown(OTHER))
    view = view.after(PromptCleared(replace(PROMPT, until_s=47.0, outcome="followed", after="followed")))
    assert view.prompt == OTHER
    assert (view.shown, view.followed) == (2, 1)


def test_an_outcome_told_twice_counts_once() -> None:
    cleared = PromptCleared(replace(PROMPT, until_s=47.0, outcome="followed", after="followed"))
    assert len(HEARD.after(PromptShown(PROMPT)).after(cleared).after(cleared).gone) == 1


def test_a_saved_profile_is_not_learnt_again() -> None:
    view = AgentView().after(SessionState("call", usual_known=True)).after(Progress(0.2, recording="on"))
    assert (card_of(view).state, card_of(view).fact) == ("listening", "Your usual voice is known.")
    assert card_of(view.after(SPEECH)).fact == ""
    assert card_of(view.after(SessionState("call")).after(Progress(0.2))).fact == "Learning your usual voice."


def test_a_prompt_goes_before_trouble_pause_and_snooze() -> None:
    view = HEARD.after(Health(9.0, "microphone", fine=False, note="No sound from your microphone for 3 s."))
    view = view.after(Progress(9.2, recording="paused", snoozed_until_s=100.0))
    assert card_of(view.after(PromptShown(PROMPT))).state == "prompt"
    assert card_of(view).state == "trouble"
    view = view.after(Health(12.0, "microphone", fine=True, note="The microphone is back."))
    assert card_of(view).state == "paused"
    assert card_of(view.after(Progress(9.4, recording="on", snoozed_until_s=100.0))).state == "snoozed"
    assert card_of(view.after(Progress(9.4, recording="on"))).state == "listening"


def test_the_oldest_trouble_is_told_until_it_is_over() -> None:
    view = HEARD.after(Health(9.0, "recording", fine=False, note="Not kept any more."))
    view = view.after(Health(9.5, "microphone", fine=False, note="No sound."))
    assert card_of(view).advice == "Not kept any more."
    view = view.after(Health(9.9, "recording", fine=True, note="Kept again.")).after(Progress(18.0))
    assert card_of(view).title == "Check your microphone"


def test_missing_words_are_told_quietly() -> None:
    view = HEARD.after(Health(9.0, "words", fine=False, note="Tone only."))
    assert (card_of(view).state, card_of(view).fact) == ("listening", "Tone only.")


def test_snoozing_again_and_again_gives_more_and_then_the_prompts_back() -> None:
    view, given_min = HEARD, []
    for _ in range(5):
        given_min.append(view.next_snooze_min())
        view = view.snoozed(given_min[-1])
        heard_s = view.progress.heard_s + 3.0
        view = view.after(replace(view.progress, heard_s=heard_s))
    assert given_min == [2.0, 10.0, math.inf, None, 2.0]


def test_a_snooze_that_is_nearly_over_is_given_again() -> None:
    view = HEARD.snoozed(2.0)
    assert view.after(replace(view.progress, heard_s=100.0)).next_snooze_min() == 2.0


def test_a_snooze_tells_when_prompts_come_back() -> None:
    assert card_of(HEARD.snoozed(2.0)).fact == "Prompts come back at 2:09."
    assert card_of(HEARD.snoozed(math.inf)).fact == "No prompts for the rest of the call."


def test_final_words_replace_partial_ones_and_late_partials_are_passed_over() -> None:
    view = HEARD.after(PartialWords("agent", 5.0, "so if", "I got"))
    assert (view.agent.solid, view.agent.tentative, view.agent.unfinished) == ("so if", "I got", True)
    view = view.after(said("agent", 5.0, 7.0, "So if I understand"))
    assert (view.agent.solid, view.agent.tentative, view.agent.unfinished) == ("So if I understand", "", False)
    assert view.after(PartialWords("agent", 5.0, "so if I", "stand")) == view
    assert view.after(PartialWords("agent", 7.5, "right", "")).agent.solid == "right"
    assert view.customer.solid == ""


def test_an_utterance_without_words_takes_its_own_partials_away_and_nothing_else() -> None:
    view = HEARD.after(said("customer", 1.0, 2.0, "Hello there"))
    assert view.after(said("customer", 3.0, 3.5, "")).customer.solid == "Hello there"
    view = view.after(PartialWords("customer", 4.0, "", "you"))
    assert view.after(said("customer", 4.0, 4.5, "")).customer.solid == ""


def test_words_stay_out_of_tracebacks() -> None:
    quoting = replace(PROMPT, fact="The customer said mango.", advice="Say papaya.")
    view = HEARD.after(said("agent", 1.0, 2.0, "mango")).after(PartialWords("customer", 2.0, "mango", "papaya"))
    view = view.after(PromptShown(quoting))
    shown = repr(view) + repr(card_of(view))
    assert "mango" not in shown
    assert "papaya" not in shown


def test_a_summary_ends_the_call() -> None:
    view = HEARD.after(replace(SPEECH, speaker="customer", start_s=8.5, end_s=8.8))
    view = view.after(PromptShown(PROMPT)).after(PromptCleared(replace(PROMPT, outcome="followed", after="followed")))
    view = view.after(Mark(8.0, "flag")).after(Mark(8.5, "note", "x")).after(PromptShown(OTHER))
    card = card_of(view.after(Ended(724.0, "stopped")))
    assert card.state == "ended"
    assert card.title == "Call ended · 12:04 · you talked 25 %"
    assert card.fact == "2 prompts, 1 followed; 1 bookmark."
    assert card.advice == "q quits."


def test_what_the_agent_did_right_stands_in_the_summary() -> None:
    down = replace(PROMPT, until_s=45.2, after="followed", taken_down="eased").seen_as(seen=True)
    view = HEARD.after(PromptShown(PROMPT)).after(PromptCleared(down))
    card = card_of(view.after(Ended(724.0, "stopped")))
    assert card.fact == "You slowed down within 6 s of the prompt at 0:40."


def test_listening_stands_in_the_summary_as_well() -> None:
    view = HEARD.after(Turn("customer", 60.0, 92.5)).after(Turn("agent", 93.0, 99.0))
    view = view.after(Noticed("paraphrase", "agent", 94.0, 96.0)).after(Noticed("apology", "agent", 97.0, 98.0))
    assert view.earned == "You let the customer speak for 32 s and said it back at 1:34."
    assert view.after(Interruption("agent", 70.0, 71.0)).earned == ""


def test_between_calls_the_card_says_how_the_next_one_begins() -> None:
    by_hand = HEARD.after(SessionState("waiting"))
    by_itself = HEARD.after(SessionState("waiting", auto=True))
    assert [card_of(view).title for view in (by_hand, by_itself)] == ["Waiting for a call"] * 2
    assert card_of(by_hand).advice == "s starts a call."
    assert card_of(by_itself).advice == "A call starts when the customer speaks."
    assert card_of(HEARD.after(SessionState("waiting", remote=True))).advice == "Your next call appears here."


def test_an_ended_call_is_summed_up_until_the_next_one() -> None:
    view = HEARD.after(SessionState("ending"))
    assert card_of(view).title == "Ending the call"
    view = view.after(Ended(724.0, "stopped")).after(SessionState("waiting"))
    card = card_of(view)
    assert (card.title, card.fact) == ("Call ended · 12:04 · you talked 100 %", "No prompts; no bookmarks.")
    assert card.advice == "s starts a call."
    gone = Health(0.0, "microphone", fine=False, note="The headset is gone.")
    assert card_of(view.after(gone)).title == "Check your microphone"
    assert card_of(view.after(SessionState("call"))).state == "waiting"
    assert card_of(view.after(SessionState("over"))).advice == "q quits."


def loud_call(view: AgentView, action: str = "lower_volume", speaker: Speaker = "agent") -> AgentView:
    loud = Firing("loud", speaker, 8.0, 9.0, -30.0, 6.0, "prompt", action)
    return view.after(SessionState("call")).after(loud).after(Ended(60.0, "stopped")).after(SessionState("waiting"))


def test_two_loud_calls_in_a_row_earn_a_break() -> None:
    view = loud_call(AgentView())
    assert card_of(view).fact == "No prompts; no bookmarks."
    view = loud_call(view, "ease_off")
    assert card_of(view).fact == "2 loud calls in a row: take a short break."
    assert "break" not in card_of(view.after(SessionState("call"))).fact


@pytest.mark.parametrize(("action", "speaker"), [("slow_down", "agent"), ("lower_volume", "customer")])
def test_a_call_that_was_not_the_agents_loud_one_ends_the_row(action: str, speaker: Speaker) -> None:
    view = loud_call(loud_call(loud_call(AgentView()), action, speaker))
    assert "break" not in card_of(view).fact


def test_lost_sound_of_one_speaker_shows_in_their_trace_alone() -> None:
    view = HEARD.after(Gap(8.0, 9.0, "sound", "The line was gone.", "customer"))
    assert view.customer.trace.cells[8] == LOST_DBFS
    assert view.agent.trace == HEARD.agent.trace


def test_a_call_that_never_began_has_a_summary_too() -> None:
    card = card_of(AgentView().after(Ended(0.0, "error")))
    assert (card.title, card.fact, card.advice) == (
        "Stopped by an error · 0:00",
        "No prompts; no bookmarks.",
        "q quits.",
    )


def test_numbers_have_their_noun() -> None:
    assert [count(0, "flag"), count(1, "flag"), count(2, "flag")] == ["no flags", "1 flag", "2 flags"]


@pytest.mark.parametrize(
    "event",
    [
        PitchSample("agent", 1.0, 1.1, 120.0),
        Turn("agent", 1.0, 2.0),
        Backchannel("agent", 1.0, 1.4),
        DeadAir(1.0, 6.0),
        Gap(1.0, 2.0, "words", "Whisper was late."),
        Mark(1.0, "note", "x"),
    ],
)
def test_what_the_screen_does_not_show_changes_nothing(event: CallEvent) -> None:
    assert HEARD.after(event) is HEARD


TIMES_S = st.floats(0, 100)
SPEAKERS = st.sampled_from(["agent", "customer"])
TEXTS = st.text(max_size=20)
PROMPTS = st.builds(
    Prompt,
    rule=st.sampled_from("ab"),
    since_s=st.sampled_from([1.0, 2.0]),
    outcome=st.sampled_from([None, "followed", "no_change"]),
)
EVENTS = st.one_of(
    st.builds(ToneSample, SPEAKERS, TIMES_S, TIMES_S, level_dbfs=st.none() | st.floats(-90, 0)),
    st.builds(PartialWords, SPEAKERS, TIMES_S, TEXTS, TEXTS),
    st.builds(said, SPEAKERS, TIMES_S, TIMES_S, TEXTS),
    st.builds(Progress, TIMES_S, snoozed_until_s=st.none() | TIMES_S | st.just(math.inf)),
    st.builds(PromptShown, PROMPTS),
    st.builds(PromptCleared, PROMPTS),
    st.builds(Health, at_s=TIMES_S),
    st.builds(Gap, start_s=TIMES_S, end_s=TIMES_S),
    st.builds(Mark, at_s=TIMES_S),
    st.builds(Ended, at_s=TIMES_S),
)


@given(st.lists(EVENTS, max_size=30))
def test_events_in_any_order_give_a_card_with_a_title(events: list[CallEvent | PartialWords | Progress]) -> None:
    view = AgentView()
    for event in events:
        view = view.after(event)
    assert card_of(view).state == "ended" or not any(isinstance(event, Ended) for event in events)
    assert view.followed <= sum(isinstance(event, PromptCleared) for event in events)

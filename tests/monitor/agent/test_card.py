"""Which card the agent sees, and how it goes."""

from dataclasses import replace

import pytest

from audio.block import Speaker
from audio.values import ToneSample
from monitor.agent.card import card_of
from monitor.agent.view import AgentView
from monitor.call.events import CallOver, Ended, Health, Progress, PromptCleared, PromptShown, SessionNote, SessionState
from rules.model import Prompt

PROMPT = Prompt("fast", "slow_down", "prompt", "Slow down", "20 % faster than usual", "Pause between sentences.", 40.0)
HEARD = AgentView().after(Progress(9.0, recording="on"))
HEARD = HEARD.after(ToneSample("agent", 8.0, 8.1, speaking=True, level_dbfs=-20.0, level_over_baseline_db=2.0))
MUTED = Health(9.0, "microphone", fine=False, note="No sound from the microphone. Is it muted?", cause="silent")


def spoke(view: AgentView, speaker: Speaker, until_s: float, *, speaking: bool = True) -> AgentView:
    return view.after(ToneSample(speaker, until_s - 0.1, until_s, speaking, level_dbfs=-20.0))


def test_a_muted_headset_gets_a_card_only_while_the_customer_waits_for_an_answer() -> None:
    view = spoke(HEARD, "customer", 12.0).after(MUTED)
    assert view.muted
    assert card_of(spoke(view, "customer", 30.0)).state == "listening"
    waited = spoke(view, "customer", 12.0 + 4.9, speaking=False)
    assert card_of(waited).state == "listening"
    waited = spoke(waited, "customer", 12.0 + 5.0, speaking=False)
    assert (card_of(waited).title, card_of(waited).advice) == ("Are you muted?", "Unmute yourself, then answer.")
    assert card_of(waited).fact == "No sound from the microphone."
    assert card_of(spoke(waited, "customer", 17.1)).state == "listening"
    assert card_of(waited.after(replace(MUTED, at_s=18.0, fine=True))).state == "listening"


def test_an_agent_who_spoke_last_and_muted_the_headset_gets_no_card() -> None:
    view = spoke(spoke(HEARD, "customer", 7.0), "agent", 9.0).after(MUTED)
    assert card_of(spoke(view, "customer", 60.0, speaking=False)).state == "listening"


def test_a_muted_headset_gets_no_card_before_anybody_has_spoken_or_once_nobody_waits_any_more() -> None:
    new = AgentView().after(Progress(9.0, recording="on")).after(MUTED)
    assert card_of(spoke(new, "customer", 9.0, speaking=False)).state == "listening"
    left = spoke(spoke(HEARD, "customer", 12.0).after(MUTED), "customer", 12.0 + 20.0, speaking=False)
    assert card_of(left).state == "listening"
    assert left.muted
    asked_again = spoke(spoke(left, "customer", 33.0), "customer", 38.0, speaking=False)
    assert card_of(asked_again).title == "Are you muted?"


def test_a_muted_headset_covers_neither_pause_nor_snooze_nor_the_end() -> None:
    view = spoke(spoke(HEARD, "customer", 12.0).after(MUTED), "customer", 20.0, speaking=False)
    assert card_of(view).state == "trouble"
    assert card_of(view.after(Progress(20.0, recording="paused"))).state == "paused"
    assert card_of(view.after(Progress(20.0, snoozed_until_s=99.0))).state == "snoozed"
    ended = view.after(Ended(21.0, "stopped")).after(SessionState("waiting"))
    assert card_of(ended).state == "ended"
    assert card_of(AgentView().after(SessionState("waiting")).after(MUTED)).state == "waiting"


@pytest.mark.parametrize(
    ("part", "cause", "title", "advice"),
    [
        ("microphone", "gone", "Check your microphone", "What to do."),
        ("microphone", "clipped", "Turn microphone down", "Lower its level in the sound settings."),
        ("echo", None, "Echo in your microphone", "Use a headset."),
        ("customer line", "silent", "Check the line", "If you hear them, check the softphone."),
        ("customer line", "gone", "Check the line", "What to do."),
        ("recording", None, "Not recording", "What to do."),
    ],
)
def test_every_trouble_says_what_to_do_and_goes_until_it_comes_again(
    part: str, cause: str | None, title: str, advice: str
) -> None:
    trouble = Health(9.0, part, fine=False, note="What to do.", cause=cause)
    view = HEARD.after(trouble)
    assert (card_of(view).title, card_of(view).advice) == (title, advice)
    view = view.without(card_of(view).part)
    assert card_of(view).state == "listening"
    assert card_of(view.after(trouble)).state == "listening"
    assert card_of(view.after(SessionState("call")).after(Progress(0.2)).after(trouble)).state == "listening"
    assert card_of(view.after(replace(trouble, note="Something else."))).state == "trouble"
    view = view.after(replace(trouble, fine=True)).without("news")
    assert card_of(view).state == "listening"
    assert card_of(view.after(trouble)).state == "trouble"


DISK_FULL = Health(9.0, "recording", fine=False, note="The disk is full.")


def test_a_call_that_is_no_longer_kept_goes_before_a_prompt_for_some_seconds() -> None:
    view = HEARD.after(PromptShown(PROMPT)).after(DISK_FULL)
    assert card_of(view).title == "Not recording"
    assert card_of(view.after(PromptShown(replace(PROMPT, severity="urgent")))).state == "urgent"
    assert card_of(view.after(Progress(17.1))).state == "prompt"
    assert card_of(view.after(Progress(17.1)).after(PromptCleared(PROMPT))).title == "Not recording"


def test_a_call_that_is_kept_again_says_so_even_while_a_prompt_is_up() -> None:
    again = replace(DISK_FULL, at_s=12.0, fine=True, note="The call is being saved again.")
    view = HEARD.after(DISK_FULL).after(PromptShown(PROMPT)).after(again).after(Progress(13.0, recording="on"))
    assert (card_of(view).title, card_of(view).advice) == ("Recording again", "The call is being saved again.")
    assert card_of(view.after(Progress(20.1, recording="on"))).state == "prompt"
    assert card_of(HEARD.after(again)).state == "listening"


@pytest.mark.parametrize(
    ("cause", "title"),
    [("gain", "Microphone level changed"), ("gain control", "Gain control"), ("other voice", "Another voice")],
)
def test_what_the_voice_is_judged_by_is_said_for_a_while_and_hides_no_prompt(cause: str, title: str) -> None:
    view = HEARD.after(Health(9.0, "voice", fine=True, note="Why.", cause=cause)).after(Progress(10.0))
    assert (card_of(view).state, card_of(view).title, card_of(view).advice) == ("note", title, "Why.")
    assert card_of(view.after(PromptShown(PROMPT))).state == "prompt"
    assert card_of(view.without(card_of(view).part)).state == "listening"
    assert card_of(view.after(Progress(17.1))).state == "listening"
    clipped = Health(9.5, "microphone", fine=False, note="It is clipping.", cause="clipped")
    assert card_of(view.after(clipped)).state == "trouble"
    assert view.after(clipped).after(Health(9.7, "voice", fine=True, note="Why.", cause=cause)).troubles == (clipped,)


def test_a_note_on_the_session_stays_through_calls_until_it_is_taken_down_or_over() -> None:
    note = SessionNote("Second session", "Another session has the commands.", "End it.")
    view = AgentView().after(note).after(SessionState("waiting"))
    assert (card_of(view).title, card_of(view).advice, card_of(view).fact) == (note.title, note.advice, note.note)
    call = view.after(SessionState("call")).after(Progress(9.0))
    assert card_of(call).title == note.title
    assert card_of(call.after(PromptShown(PROMPT))).state == "prompt"
    assert card_of(call.without("session")).state == "listening"
    assert card_of(call.after(SessionNote("", ""))).state == "listening"


def test_whether_the_call_is_over_is_asked_before_a_trouble_and_answered_by_the_call() -> None:
    asked = HEARD.after(CallOver(65.0, 185.0))
    line = Health(125.0, "customer line", fine=False, note="No sound from the customer for a minute.", cause="silent")
    card = card_of(asked.after(line))
    assert (card.state, card.title, card.advice) == ("question", "Call over?", "e ends it, space keeps it going.")
    assert card.fact == "Silent since 1:05. It ends at 3:05."
    assert card_of(asked.after(PromptShown(replace(PROMPT, severity="urgent")))).state == "urgent"
    assert card_of(asked.after(CallOver(65.0, None))).state == "listening"
    assert card_of(asked.after(Ended(70.0, "end of sound")).after(SessionState("waiting", auto=True))).state == "ended"

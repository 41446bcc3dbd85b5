"""What the agent sees of supervisors: who follows, who takes care, and what became of her request."""

import pytest

from monitor.agent.card import card_of
from monitor.agent.status import status_ends
from monitor.agent.view import AgentView
from monitor.call.events import LiveEvent, Progress, PromptShown, SessionState
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, WordsShared
from rules.model import Prompt

PROMPT = Prompt("fast", "slow_down", "prompt", "Slow down", "20 % faster than usual", "Pause between sentences.", 40.0)
URGENT = Prompt("danger", "escalate", "urgent", "Get help now", "", "Stay on the line.", 40.0)


def after(*events: LiveEvent, heard_s: float = 50.0) -> AgentView:
    view = AgentView()
    for event in (SessionState("call"), Progress(heard_s, recording="on"), *events):
        view = view.after(event)
    return view


def status(view: AgentView, width: int = 78) -> str:
    return "".join(text for text, _ in status_ends(view, width)[1])


def test_who_follows_stands_in_the_status_line_of_the_smallest_screen_whatever_else_is_wrong() -> None:
    view = after(SupervisorAction(49.0, "Kim", "follows"), PromptShown(PROMPT))
    assert status(view) == "Kim follows"
    assert status(view, 32) == "Kim follows"
    view = view.after(SupervisorAction(49.5, "Ana", "follows"))
    assert status(view) == "Kim and Ana follow"
    assert status(view.after(WordsShared(50.0, on=True))) == "Kim and Ana read along"
    assert status(view.after(SupervisorAction(60.0, "Kim", "stops following"))) == "Ana follows"


def test_words_are_shared_only_while_somebody_follows() -> None:
    view = after(SupervisorAction(49.0, "Kim", "follows", may_share=True))
    assert card_of(view).advice == "w lets Kim read the words, too."
    view = view.after(WordsShared(50.0, on=True)).after(SupervisorAction(60.0, "Kim", "stops following"))
    assert status(view.after(SupervisorAction(70.0, "Ana", "follows"))) == "Ana follows"


@pytest.mark.parametrize(
    ("request_", "title", "fact"),
    [
        (HelpRequest(50.0, "asked", ("wall",), 1), "Help requested", "1 supervisor has the wall open."),
        (HelpRequest(50.0, "asked", ("wall",), 2), "Help requested", "2 supervisors have the wall open."),
        (
            HelpRequest(50.0, "asked", ("wall",), 0),
            "Help requested",
            "It is on the wall, but no supervisor has the wall open.",
        ),
        (HelpRequest(50.0, "asked", ("webhook",)), "Help requested", "Your team's webhook has your request."),
        (HelpRequest(50.0, "asked"), "Nobody is connected", "No supervisor can see your request."),
        (HelpRequest(50.0, "unanswered"), "No answer yet", "Nobody has taken your call for 30 s."),
    ],
)
def test_the_card_says_who_has_the_request(request_: HelpRequest, title: str, fact: str) -> None:
    card = card_of(after(request_))
    assert (card.title, card.fact) == (title, fact)


def test_a_supervisor_who_takes_it_comes_back_to_the_card_before_an_ordinary_prompt_but_not_before_an_urgent_one() -> (
    None
):
    view = after(HelpRequest(45.0, "asked", ("wall",), 1), SupervisorAction(49.0, "Kim", "takes care"))
    assert card_of(view).title == "Kim takes this"
    assert card_of(view.after(PromptShown(PROMPT))).title == "Kim takes this"
    assert card_of(view.after(PromptShown(URGENT))).title == "Get help now"
    assert card_of(view.after(PromptShown(PROMPT)).after(Progress(58.0))).title == "Slow down"
    assert status(view) == "Kim takes care"
    assert card_of(view.without("supervisors")).state == "listening"


def test_a_request_that_is_taken_back_leaves_nothing_behind() -> None:
    view = after(HelpRequest(45.0, "asked", ("wall",), 1))
    assert status(view) == "help asked"
    view = view.after(HelpRequest(48.0, "withdrawn"))
    assert (status(view), card_of(view).state) == ("", "listening")


def test_a_request_that_reached_nobody_is_not_called_asked() -> None:
    assert status(after(HelpRequest(45.0, "asked"))) == ""


def test_the_next_call_begins_without_them() -> None:
    view = after(SupervisorAction(49.0, "Kim", "follows")).after(SessionState("call"))
    assert status(view) == ""

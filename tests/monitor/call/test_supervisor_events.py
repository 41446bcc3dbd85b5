from collections.abc import Iterator

import pytest

from monitor.call.events import CallEvent, from_lines, to_line
from monitor.call.log import cut
from monitor.call.supervision.supervisor_events import HelpRequest, SupervisorAction, SupervisorEvent, WordsShared
from monitor.call.text import line
from monitor.call.wordless import without_words

EVENTS: list[tuple[SupervisorEvent, str]] = [
    (HelpRequest(65.0, "asked", ("wall",), 2), "  1:05  help      The agent asked for a supervisor."),
    (HelpRequest(65.0, "asked"), "  1:05  help      The agent asked for a supervisor, but nobody was connected."),
    (HelpRequest(65.0, "withdrawn"), "  1:05  help      The agent took the request back."),
    (HelpRequest(95.0, "unanswered"), "  1:35  help      Nobody has answered the agent's request yet."),
    (SupervisorAction(66.0, "Kim", "takes care"), "  1:06  help      Kim takes care of the call."),
    (SupervisorAction(66.0, "Kim", "follows"), "  1:06  help      Kim follows the call."),
    (WordsShared(70.0, on=True), "  1:10  help      The agent shares the words with who follows."),
]


@pytest.mark.parametrize(("event", "said"), EVENTS)
def test_it_is_a_line_of_text_and_a_line_of_the_log(event: SupervisorEvent, said: str) -> None:
    assert line(event) == said
    assert list(from_lines([to_line(event)])) == [event]


def test_they_hold_no_words_and_end_with_the_call() -> None:
    events: list[CallEvent] = [event for event, _ in EVENTS]
    assert without_words(events) == events
    cut_off: Iterator[CallEvent] = cut(events, 66.0)
    assert [event.at_s for event in cut_off if isinstance(event, HelpRequest | SupervisorAction)] == [65.0] * 3 + [
        66.0
    ] * 2

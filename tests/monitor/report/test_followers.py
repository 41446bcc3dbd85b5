"""Who followed a call live is on its report."""

from monitor.call.supervision.supervisor_events import SupervisorAction
from monitor.report import page, tables, text
from monitor.report.facts import of_call
from monitor.report.stored_call import kept
from tests.report_calls import INFO, events


def test_who_followed_the_call_is_on_the_page_and_in_the_terminal_from_when_to_when() -> None:
    actions = [
        SupervisorAction(3.0, "Robin", "follows"),
        SupervisorAction(5.0, "Kim", "takes care"),
        SupervisorAction(9.0, "Kim", "follows"),
        SupervisorAction(61.0, "Robin", "stops following"),
    ]
    seen = of_call(kept("a/b", INFO, [*events(), *actions]))
    assert tables.followers(seen).rows == (("Robin", "0:03", "1:01"), ("Kim", "0:09", "1:20"))
    for shown in (page.call(seen, "<svg></svg>"), "\n".join(text.call(seen))):
        assert "Who followed the call live" in shown
        assert "Robin" in shown
    assert "followed the call" not in page.call(of_call(kept("a/b", INFO, events())), "<svg></svg>")

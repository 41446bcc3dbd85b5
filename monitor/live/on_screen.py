"""A session on the agent's screen, whatever happens to the screen: no call ends with it."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from monitor.agent.app import AgentApp
from monitor.base.errors import ScreenError
from monitor.base.terminal import say
from monitor.call.events import SessionNote, SessionState

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.agent.view import AgentView
    from monitor.call.events import LiveEvent
    from monitor.live.live_call import Show
    from monitor.live.session import Session

MOST_FAILURES = 3
WITHIN_S = 60.0
"""A screen that fails so often within this time is not opened again."""
LOOK_S = 0.2
_UNAFFECTED = "Calls are not affected."


def run_on_screen(session: Session, plain_lines: Callable[[str], Show]) -> AgentView:
    """Run a session on the agent's screen until it is over; give what the screen showed last.

    A screen that fails is opened again. One that keeps failing is replaced by plain lines. When the terminal is gone,
    nobody sees the session any more: it ends with the call in progress.

    Args:
        session: is started here.
        plain_lines: starts to print lines, the first of which says why, and gives what takes the events.
    """
    failed_at_s: deque[float] = deque(maxlen=MOST_FAILURES)
    failures = Counter[str]()
    app = AgentApp(session)
    while failed_in := _failure(app):
        failures[failed_in] += 1
        failed_at_s.append(time.monotonic())
        if app.view.quitting:
            break
        if len(failed_at_s) == MOST_FAILURES and failed_at_s[-1] - failed_at_s[0] <= WITHIN_S:
            _run_in_lines(session, app, plain_lines("The screen keeps failing: lines follow. Ctrl-C ends the session."))
            break
        app = AgentApp(session, failed=app)
        if not app.view.session_note:
            note = SessionNote("Screen restarted", f"Report this: {failed_in}.", _UNAFFECTED)
            app.view = replace(app.view, session_note=note)
    if app.terminal_gone:
        _run_unseen(session, app)
    session.stop()
    for failed_in, times in failures.items():
        how_often = f"{times} times " if times > 1 else ""
        say(f"The screen failed {how_often}({failed_in}). {_UNAFFECTED} Report this.", err=True)
    return app.view


def _failure(app: AgentApp) -> str:
    """Show a screen until it closes; what failed, if something did.

    The error itself is left behind: its frames would keep the session's sound open.
    """
    try:
        app.present()
    except ScreenError as error:
        return error.failed_in
    return ""


def _run_in_lines(session: Session, failed: AgentApp, show: Show) -> None:
    """Hand the session over to plain lines, with what the screen has not shown; Ctrl-C ends it."""
    session.start(show)
    while failed.news:
        show(failed.news.popleft())
    session.join()


def _run_unseen(session: Session, closed: AgentApp) -> None:
    """Wait for the end of the call in progress."""
    over = Event()

    def watch(event: LiveEvent) -> None:
        if isinstance(event, SessionState) and event.state != "call":
            over.set()

    session.start(watch)
    while closed.news:
        event = closed.news.popleft()
        watch(event)
        closed.view = closed.view.after(event)
    while closed.view.session == "call" and not over.wait(LOOK_S):
        pass  # so that Windows delivers a signal

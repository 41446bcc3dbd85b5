"""A session from its start to its summary, on the screen or in plain lines."""

from __future__ import annotations

import math
import sys
from contextlib import ExitStack, suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from audio.engines import DEFAULT
from monitor.base.end_signals import EndSignals
from monitor.base.terminal import drop_unwritten, say, say_all, takes_screen
from monitor.call.events import SessionNote
from monitor.live.errors import SessionError
from monitor.live.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from monitor.live.live_call import Show
    from monitor.live.options import SessionOptions
    from monitor.live.parts import SessionParts
    from monitor.live.printer import Printer
    from rules.model import Prompt

LAST_LINES_S = 2.0
"""How long the last lines wait for a reader when the login or the terminal is going away."""


def _open(options: SessionOptions) -> SessionParts:
    from monitor.whisper.head_start import load_ahead  # heavy, like all of this, and done behind the first picture

    words = options.settings.words
    load_ahead(options.model, words.device, words.compute_type)  # as long as all that follows, on another core
    from concurrent.futures import ThreadPoolExecutor

    from monitor.pipeline.measure import warm_up

    with ThreadPoolExecutor(1, "warm up") as ahead:  # native code for the most part
        ahead.submit(warm_up, options.engine)  # what fails here is raised where a call needs it
        from monitor.live.wiring import open_session

        return open_session(options)


def run(options: SessionOptions, open_session: Callable[[SessionOptions], SessionParts] = _open) -> None:
    """Run a session to its end and sum up its calls; raises what went wrong.

    Ctrl-C, SIGTERM, SIGHUP and a console window that is closed stop it, as q does; until the last call is written, a
    further one changes nothing.
    Plain lines never hold up the session, and neither does an output that fails or is closed. When the last call is
    written and the control channel is free, the program waits until the lines and the summary are read, or for Ctrl-C.
    For a recording that is played as fast as possible, no line is dropped: unread lines wait.

    Args:
        options: of the command.
        open_session: gets everything ready.

    Raises:
        BrokenPipeError: the reader of the lines is gone; the calls are kept.
        SessionError: the lines could not be printed, and the calls are kept; or speech can't start calls.
        MonitorError: as `monitor.live.wiring.open_session` raises it; so do AudioError and RuleError.
    """
    settings = options.settings
    printer: Printer | None = None
    session = Session(
        lambda: _opened(open_session, options, session, stack, printer),
        auto=options.starts_by_speech,
        ask_after_s=settings.calls.end_after_s,
    )
    with EndSignals(session.stop_soon) as end, ExitStack() as stack:
        if options.plain or not takes_screen():
            printer = _printer(drop_late_lines=options.has_a_pace)
            session.run(_printing(printer.put, session.confirm_seen, masked=settings.privacy.card_guard))
        else:
            from monitor.live.on_screen import run_on_screen  # lines need no screen

            def plain_lines(why: str) -> Show:
                nonlocal printer
                printer = _printer(drop_late_lines=options.has_a_pace)
                printer.put(why)
                return _printing(printer.put, session.confirm_seen, masked=settings.privacy.card_guard)

            view = run_on_screen(session, plain_lines)
            for trouble in view.troubles:
                if trouble.part == "recording":  # or it would be gone with the screen
                    with suppress(OSError):
                        say(trouble.note, err=True)
    failure, last = session.failure, list[str]()
    try:
        last.extend(() if failure else _sum_up(session.folders))
    except Exception as error:  # noqa: BLE001 - raised when all lines are printed
        failure = error
    if printer:
        printer.close(last, within_s=LAST_LINES_S if end.unattended else math.inf)
        failure = failure or (None if end.unattended else _reported(printer.failure))
    else:
        with suppress(OSError):  # the terminal may be gone
            say_all(last)
        drop_unwritten()
    if failure:
        raise failure


def _opened(
    open_session: Callable[[SessionOptions], SessionParts],
    options: SessionOptions,
    session: Session,
    stack: ExitStack,
    printer: Printer | None,
) -> SessionParts:
    """Open a session and let `tone-monitor call` control it; it does without where that can't be, and says so."""
    from monitor.live import control  # like all of this behind the first picture

    def tell(second: bool) -> None:  # noqa: FBT001 - the one thing it is told
        note, advice = "Another session gets telephone commands.", f"End it, or use --session {channel.session}."
        session.tell(SessionNote("Second session", note, advice) if second else SessionNote("", ""))

    if (engine := options.engine) != DEFAULT:
        from monitor.pipeline.measure import warm_up

        session.tell(SessionNote(f"Loading {engine}", "It measures these calls and takes some seconds to load."))
        warm_up(engine)
        session.tell(SessionNote("", ""))
    parts = open_session(options)
    if parts.devices:
        _tell_notes(session, options)
    if printer and parts.devices:
        from monitor.call.text import listening

        printer.put(listening(parts.devices))
    channel = control.Control(partial(control.answer, session), tell=tell)
    try:
        stack.enter_context(channel)
    except control.ControlError as error:
        session.tell(SessionNote("No telephone commands", str(error)))
    return parts


def _tell_notes(session: Session, options: SessionOptions) -> None:
    """Show what waits for the agent between calls."""
    from monitor.call.folder import root_folder
    from monitor.follow_up.between_calls import session_note

    if note := session_note(root_folder(options.calls), options.settings.agent, datetime.now().astimezone()):
        session.tell(note)


def _sum_up(folders: Iterable[Path]) -> Iterator[str]:
    from monitor.call.summary import of_folder
    from monitor.call.text import feedback, summary  # the screen is up sooner without

    for folder in folders:
        analysis = of_folder(folder)
        yield from summary(analysis)
        yield from feedback(analysis)
        yield f"Saved in {folder}"


def _reported(failure: OSError | None) -> Exception | None:
    """The failure of an output to report; a closed one ends the program silently, as is usual."""
    if failure is None or isinstance(failure, BrokenPipeError):
        return failure
    return SessionError(
        f"Can't print every line: {failure.strerror}. Calls are not affected: list them with `tone-monitor calls`."
    )


def _printer(*, drop_late_lines: bool) -> Printer:
    from monitor.live.printer import MOST_WAITING, Printer, unbuffered  # the screen is up sooner without

    return Printer(unbuffered(sys.stdout), most_waiting=MOST_WAITING if drop_late_lines else None)


def _printing(
    put: Callable[[str, Callable[[], object] | None], object], confirm: Callable[[Prompt], object], *, masked: bool
) -> Callable[[object], None]:
    """A function that passes a session's events to `put` as lines, masked if wanted; a printed prompt is confirmed."""
    from monitor.call.events import PromptShown
    from monitor.call.text import line
    from monitor.privacy.live_mask import LiveMask  # the screen is up sooner without

    mask = LiveMask() if masked else None

    def show(event: object) -> None:
        said = line(mask.masked(event) if mask else event)
        if said is not None:
            put(said, partial(confirm, event.prompt) if isinstance(event, PromptShown) else None)

    return show

"""`tone-monitor call answer` and `dispute`: what agents say about notes and flags in their own calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say
from monitor.commands.options.common import Sentence, calls_option, in_force, in_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from monitor.call.events import Mark


@click.command()
@click.argument("named", metavar="CALL")
@click.argument("at", metavar="TIME")
@click.argument("text")
@calls_option
@in_sentences
def answer(*, named: str, at: str, text: str, calls: Path | None) -> None:
    """Answer a note on your own call.

    CALL is a folder, an id or the start of an id; TIME is where the note is: seconds, m:ss or h:mm:ss. The answer goes
    to the note nearest to it. It is kept in the call, where everybody who sees the note sees it.
    """
    from monitor.call.coaching import answers

    mark = _keep(named, at, calls, lambda made, _flags, at_s: answers.answer(made, at_s, text.strip()))
    say(f"Answered at {_clock(mark)}.")


@click.command()
@click.argument("named", metavar="CALL")
@click.argument("at", metavar="TIME")
@click.argument("text", metavar="[WHY]", default="")
@click.option("--rule", default="", help="The rule of the flag, where several are near.")
@click.option("--withdraw", is_flag=True, help="Take a dispute back that nobody has judged yet.")
@calls_option
@in_sentences
def dispute(*, named: str, at: str, text: str, rule: str, withdraw: bool, calls: Path | None) -> None:  # noqa: PLR0913 - one argument an option
    """Dispute a flag in your own call.

    CALL is a folder, an id or the start of an id; TIME is where the flag is: seconds, m:ss or h:mm:ss. The flag nearest
    to it is disputed. The supervisor's list then says "disputed" (filter: tag:disputed) until somebody confirms or
    dismisses the flag, or you withdraw it. A withdrawn dispute stays in the call, but lists, reports and exports leave
    it out: only the replay, and your own page, still show it.
    """
    from monitor.call.coaching import answers

    if withdraw:
        mark = _keep(named, at, calls, lambda made, _flags, at_s: answers.withdraw(made, at_s, rule))
        say(f"You no longer dispute {mark.rule} at {_clock(mark)}.")
        return
    if not text.strip():
        raise Sentence("Say why the flag is wrong, after the time. Or take a dispute back with --withdraw.")
    mark = _keep(named, at, calls, lambda _made, flags, at_s: answers.dispute(flags, at_s, text.strip(), rule))
    say(f"Disputed {mark.rule} at {_clock(mark)}.")


def _keep(
    named: str,
    at: str,
    calls: Path | None,
    make: Callable[[Sequence[Mark], Sequence[tuple[str, float]], float], Mark],
) -> Mark:
    """Make a mark and keep it in the call, if the call is the agent's own."""
    from dataclasses import replace

    from monitor.call import marks
    from monitor.call.coaching import answers
    from monitor.call.events import Mark
    from monitor.call.find import find
    from monitor.call.folder import root_folder
    from monitor.call.info import read_info
    from monitor.call.log import read_events
    from monitor.catalogue.live_rows import CallIndex
    from monitor.replay.clip import seconds
    from rules.model import Firing

    settings = in_force()
    folder = find(named, root_folder(calls))
    events = list(read_events(folder))
    made = [*(event for event in events if isinstance(event, Mark)), *marks.read(folder)]
    flags = [(event.rule, event.start_s) for event in events if isinstance(event, Firing)]
    mark = make(made, flags, seconds(at))
    answers.check_own(read_info(folder), settings.agent.name, mark.at_s)
    mark = marks.signed(replace(mark, by=settings.agent.name), "")
    marks.add(folder, mark, CallIndex(settings.calls.catalogue).marked)
    return mark


def _clock(mark: Mark) -> str:
    from monitor.base.clock import clock

    return clock(mark.at_s)

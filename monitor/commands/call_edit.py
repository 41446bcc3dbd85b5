"""`tone-monitor call edit`: corrects what is known about a saved call."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say, shows_progress
from monitor.commands.options.common import calls_option, in_force, in_sentences, reviewer_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audio.files.recording import AgentChannel
    from monitor.settings.config import Retention, Settings
    from monitor.upkeep.edit import Done


@click.command("edit")
@click.argument("named", metavar="CALL")
@click.argument("written", nargs=-1, required=True, metavar="KEY=VALUE…")
@reviewer_option
@calls_option
@in_sentences
def edit(*, named: str, written: tuple[str, ...], reviewer: str, calls: Path | None) -> None:
    """Correct what is known about a saved call.

    CALL is a folder, an id or the start of an id; the call must have ended. KEY is one of:

    \b
    agent            the agent's name
    customer         the customer's id in your own software
    started          when the call started: 2026-03-02T14:30, in this
                     machine's time zone, or 2026-03-02T14:30+01:00
    consent          unknown, given, refused or "not needed"
    consent_method   how consent was given, such as spoken
    attribute.NAME   anything else known, such as attribute.queue=billing
    agent_channel    left, right or mono: the agent's channel in the
                     recording, which is then analyzed again; where two
                     voices of one track were told apart, left is the
                     voice that speaks first, right the other
    hold, reason     the last day on which the call must be kept, and why:
                     until then, purge and forget leave it alone

    An empty value removes what was there: hold= lifts a hold. A call whose start changes moves to the folder of its
    new day and keeps its id. marks.jsonl logs who corrected what and when, but no names and no free text.
    """  # noqa: D301 - click takes this character, not the letters, for lines that stay as they are
    from functools import partial

    from monitor.call.folder import root_folder
    from monitor.call.marks import signature
    from monitor.upkeep import edit as edits

    settings = in_force()
    done = edits.edit(
        root_folder(calls),
        named,
        written,
        by=signature(reviewer or settings.reviewer.name),
        catalogue_url=settings.calls.catalogue,
        analyze_again=partial(_analyze_again, settings),
    )
    for line in (*_lines(done), *_past_retention(done, settings.retention)):
        say(line)
    say(f"Saved in {done.folder}.")


def _past_retention(done: Done, days: Retention) -> Iterator[str]:
    """Warn of a start so long ago that the next purge deletes the call: it may be a slip of the pen."""
    from datetime import datetime

    from monitor.upkeep.retention import past

    started, held = done.correction.known.info.started, done.correction.known.hold
    today = datetime.now().astimezone().date()
    due = [what for what, _ in past((today - started.date()).days, days)]
    if due and not held and any(one.field == "started" for one in done.correction.edited):
        what = "all of it" if due == ["call"] else f"its {' and '.join(due)}"
        yield f"The call is past its retention period: the next purge deletes {what}. hold=DATE keeps it."


def _analyze_again(settings: Settings, folder: Path, channel: AgentChannel) -> None:
    from monitor.recordings.again import analyze_again

    with click.progressbar(length=1, label=folder.name, file=sys.stderr, hidden=not shows_progress()) as bar:

        def progress(done_s: float, of_s: float) -> None:
            bar.length = max(1, round(of_s))
            bar.update(int(done_s) - bar.pos)

        analyze_again(folder, channel, settings, rules=tuple(map(Path, settings.rules.files)), progress=progress)


def _lines(done: Done) -> Iterator[str]:
    edited, hold = done.correction.edited, done.correction.known.hold
    changed = ", ".join(one.field for one in edited)
    yield f"Changed {changed}." if changed else "Nothing to change: the call is so already."
    if hold and any(one.field == "hold" for one in edited):
        yield f"The call is {hold}."
    if done.page_removed:
        yield "Removed report.html, which showed the old values. Make it again with `tone-monitor report`."
    if any(one.field == "consent" and one.now == "refused" for one in edited):
        yield (
            "Sound and words that were saved before are still there. To delete the whole call, run "
            f"`tone-monitor forget {done.folder.name}`."
        )

"""`tone-monitor report`: reports for a trainer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monitor.base.terminal import say
from monitor.commands.options.access import note_accesses
from monitor.commands.options.common import calls_option, in_force, in_sentences
from monitor.commands.options.shipped import call_named, copies, shipped_option

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("calls_named", nargs=-1, metavar="[CALL]…")
@click.option("--team", is_flag=True, help="Report on all calls together.")
@click.option("--agent", help="Report on all calls of one agent together.")
@click.option("--mine", is_flag=True, help="Your own page over weeks: only calls of the agent named in the settings.")
@click.option(
    "--since",
    type=DAY,
    metavar="DAY",
    help="With --team, --agent or --mine: only calls from this day on, such as 2026-03-01.",
)
@click.option("--until", type=DAY, metavar="DAY", help="With --team, --agent or --mine: only calls up to this day.")
@click.option(
    "--before-after",
    type=DAY,
    metavar="DAY",
    help="With --team or --agent: compare the calls before and after this day.",
)
@click.option("--names", is_flag=True, help="With --team: show agents' names instead of pseudonyms.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write, or a folder for several calls.")
@click.option("--text", "as_text", is_flag=True, help="Print the report instead of writing a page.")
@click.option(
    "--coaching", is_flag=True, help="Write the coaching sheet alone: a page for the agent and their trainer."
)
@click.option("--clips", is_flag=True, help="Include the sound of the moments worth hearing.")
@shipped_option
@calls_option
@in_sentences
def report(  # noqa: PLR0913 - one argument an option
    *,
    calls_named: tuple[str, ...],
    team: bool,
    agent: str | None,
    mine: bool,
    since: datetime | None,
    until: datetime | None,
    before_after: datetime | None,
    names: bool,
    output: Path | None,
    as_text: bool,
    coaching: bool,
    clips: bool,
    shipped: bool,
    calls: Path | None,
) -> None:
    """Write a report about one call or many.

    CALL is a call's folder, its id or the start of its id. Without one, the report is about the newest call. It is
    saved as report.html in the call's folder, or where -o says. It is one self-contained file to print and discuss.

    The first page is the coaching sheet: what went well, one thing to practise, and room for what is agreed. With
    --coaching it is the only one, saved as coaching.html.

    With --team or --agent it covers many calls: the spread, the weeks, and which prompts were followed. It is saved as
    tone-report.html in the current folder.

    With --mine, agents see their own weeks against their own past, what they agreed on, and what was noted and
    answered, with nobody else's calls. It is saved as my-calls.html in the current folder.
    """
    from monitor.call.folder import root_folder

    root = copies(in_force()) if shipped else root_folder(calls)
    since_day, until_day, change_at = (day and day.date() for day in (since, until, before_after))
    if mine:
        if calls_named or clips or coaching or team or agent is not None or change_at or names:
            raise click.UsageError("--mine takes only --since, --until, --output, --text and --calls.")
        from monitor.report.own import write_own
        from monitor.supervisor.commands import own_name

        own = own_name(in_force())
        for line in (
            write_own.texts(root, own, since_day, until_day)
            if as_text
            else [write_own.page(root, own, output, since_day, until_day)]
        ):
            say(line)
        return
    if team or agent is not None:
        if calls_named or clips or coaching:
            raise click.UsageError("--team and --agent take neither CALL nor --clips nor --coaching.")
        from monitor.report.team import many

        wanted = many.Wanted(agent, since_day, until_day, change_at, names)
        for line in many.texts(root, wanted) if as_text else [many.page(root, wanted, output)]:
            say(line)
        note_accesses(many.named(root, wanted), "reported")
        return
    if since or until or before_after or names:
        raise click.UsageError("--since, --until, --before-after and --names need --team or --agent.")
    from monitor.report import write

    found = [call_named(name, root, sound=clips) for name in calls_named or ("",)]
    pages = write.texts(found, coaching=coaching, root=root) if as_text else None
    for line in pages or write.calls(found, output, clips=clips, coaching=coaching, root=root):
        say(line)
    note_accesses(found, "reported")

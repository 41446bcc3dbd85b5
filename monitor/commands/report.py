"""Reports for a trainer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from monitor.base.terminal import say
from monitor.commands.options import calls_option, in_sentences

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("calls_named", nargs=-1, metavar="[CALL]…")
@click.option("--team", is_flag=True, help="Report all calls together instead of single ones.")
@click.option("--agent", help="Report all calls of one agent together.")
@click.option("--since", type=DAY, metavar="DAY", help="With --team or --agent: from this day on, as 2026-03-01.")
@click.option("--until", type=DAY, metavar="DAY", help="With --team or --agent: up to this day.")
@click.option(
    "--before-after", type=DAY, metavar="DAY", help="With --team or --agent: hold both sides of a day together."
)
@click.option("--names", is_flag=True, help="With --team: the agents' own names instead of pseudonyms.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Page to write; for several calls a folder.")
@click.option("--text", "as_text", is_flag=True, help="Print the same numbers instead of writing a page.")
@click.option("--clips", is_flag=True, help="Put the sound of the moments to hear into the page.")
@calls_option
@in_sentences
def report(  # noqa: PLR0913 - one argument an option
    *,
    calls_named: tuple[str, ...],
    team: bool,
    agent: str | None,
    since: datetime | None,
    until: datetime | None,
    before_after: datetime | None,
    names: bool,
    output: Path | None,
    as_text: bool,
    clips: bool,
    calls: Path | None,
) -> None:
    """Write a page about a call, or about many, to print and talk over.

    CALL is a call's folder, its id or the start of it; without one, the newest call. The page is report.html in the
    call's folder unless -o says otherwise; it needs nothing but itself and no network. With --team or --agent it is
    tone-report.html, here, and tells of many calls: how they are spread, week by week, which prompts were followed.
    """
    from monitor.call.folder import root_folder  # noqa: PLC0415

    root = root_folder(calls)
    if team or agent is not None:
        if calls_named or clips:
            raise click.UsageError("With --team or --agent, name no CALL and leave --clips out.")
        from monitor.report.team import many  # noqa: PLC0415

        since_day, until_day, change_at = (day and day.date() for day in (since, until, before_after))
        wanted = many.Wanted(agent, since_day, until_day, change_at, names)
        for line in many.texts(root, wanted) if as_text else [many.page(root, wanted, output)]:
            say(line)
        return
    if since or until or before_after or names:
        raise click.UsageError("--since, --until, --before-after and --names need --team or --agent.")
    from monitor.call.find import find  # noqa: PLC0415
    from monitor.report import write  # noqa: PLC0415

    found = [find(name, root) for name in calls_named or ("",)]
    for line in write.texts(found) if as_text else write.calls(found, output, clips=clips):
        say(line)

"""`tone-monitor calls`: saved calls on a screen, or as lines for scripts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from monitor.commands.options import calls_option, in_force, in_sentences, reviewer_option


@click.command()
@click.option("--agent", default="", metavar="NAME", help="Only calls of this agent; part of the name is enough.")
@click.option("--mine", is_flag=True, help="Only your own calls: those of the agent named in the settings.")
@click.option(
    "--since", metavar="DAY", help="Only calls from this day on: 2026-03-01, today, yesterday, or 7d for a week ago."
)
@click.option("--until", metavar="DAY", help="Only calls up to this day.")
@click.option("--rule", default="", help="Only calls in which this rule fired.")
@click.option(
    "--severity",
    type=click.Choice(["note", "prompt", "urgent"]),
    help="Only calls in which a rule fired at least so severely.",
)
@click.option("--flag", "flagged", is_flag=True, help="Only calls in which the agent set a bookmark.")
@click.option("--unreviewed", is_flag=True, help="Only calls not yet marked as reviewed.")
@click.option(
    "--words",
    default="",
    metavar="TEXT",
    help='Only calls with all these words, "a phrase", or words that start with refund*.',
)
@click.option(
    "--order",
    type=click.Choice(["worst", "newest"]),
    default="worst",
    show_default=True,
    help="What comes first; unreviewed calls come before reviewed ones.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Print at most this many calls.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array with an object for each call.")
@click.option("--plain", is_flag=True, help="Print a line for each call.")
@reviewer_option
@calls_option
@in_sentences
def calls(  # noqa: PLR0913 - one argument an option
    *,
    agent: str,
    mine: bool,
    since: str | None,
    until: str | None,
    rule: str,
    severity: Literal["note", "prompt", "urgent"] | None,
    flagged: bool,
    unreviewed: bool,
    words: str,
    order: Literal["worst", "newest"],
    limit: int | None,
    as_json: bool,
    plain: bool,
    reviewer: str,
    calls: Path | None,
) -> None:
    """Browse saved calls, worst unreviewed first.

    On a terminal this is a screen: ↑ ↓ choose, enter replays, / filters, r marks as reviewed, ? explains.
    Without a terminal, or with --plain or --json, it is a list.

    With --mine, agents see everything recorded about them, including notes by others. They can open, export and delete
    (`forget`) their calls like any other. Data about them is also in their voice profile and, beside it, in the list of
    prompts that they marked as wrong, which nobody else sees.
    """
    from monitor.catalogue.filter_text import day
    from monitor.catalogue.query import Filter
    from monitor.supervisor import commands

    today, settings = commands.today(), in_force()
    wanted = Filter(
        agent=agent,
        mine=commands.own_name(settings) if mine else "",
        since=day(since, today) if since else None,
        until=day(until, today) if until else None,
        rule=rule,
        severity=severity,
        flagged=flagged,
        unreviewed=unreviewed,
        words=words,
    )
    with commands.up_to_date(calls, settings.calls.catalogue) as catalogue:
        if as_json or plain or not sys.stdout.isatty():
            commands.print_calls(catalogue, wanted, order, limit=limit, as_json=as_json)
        else:
            commands.show_calls(catalogue, wanted, order, reviewer or settings.reviewer.name)

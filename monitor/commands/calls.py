"""The kept calls: a list to choose from, and lines for scripts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from monitor.commands.options import calls_option, in_force, in_sentences


@click.command()
@click.option("--agent", default="", metavar="NAME", help="Calls of this agent; a piece of the name is enough.")
@click.option("--mine", is_flag=True, help="Your own calls: those of the agent that the settings name.")
@click.option("--since", metavar="DAY", help="From this day on: 2026-03-01, today, yesterday, or 7d for a week ago.")
@click.option("--until", metavar="DAY", help="Up to this day.")
@click.option("--rule", default="", help="Calls in which this rule fired.")
@click.option(
    "--severity", type=click.Choice(["note", "prompt", "urgent"]), help="Calls with a flag as severe, or severer."
)
@click.option("--flag", "flagged", is_flag=True, help="Calls in which the agent flagged a moment.")
@click.option("--unreviewed", is_flag=True, help="Calls that nobody has marked as reviewed.")
@click.option(
    "--words",
    default="",
    metavar="TEXT",
    help='What was said: all these words, "a phrase", or refund* for a beginning.',
)
@click.option(
    "--order",
    type=click.Choice(["worst", "newest"]),
    default="worst",
    show_default=True,
    help="What comes first, after what nobody has reviewed.",
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many calls in lines or JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print an array with an object for each call.")
@click.option("--plain", is_flag=True, help="Print a line for each call.")
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
    calls: Path | None,
) -> None:
    """Choose from the kept calls, the worst that nobody has reviewed first.

    On a terminal, a screen: ↑ ↓ choose, enter opens the replay, / filters, r marks as reviewed, ? explains. Otherwise,
    or with --plain or --json, a list.

    An agent sees with --mine all that is recorded about her, notes of other people included: her calls open, export
    and delete (`forget`) like any other. Nothing about her is kept anywhere else but in her voice profile.
    """
    from monitor.catalogue.filter_text import day  # noqa: PLC0415
    from monitor.catalogue.query import Filter  # noqa: PLC0415
    from monitor.supervisor import commands  # noqa: PLC0415

    today, settings = commands.today(), in_force()
    wanted = Filter(
        agent=commands.own_name(settings) if mine else agent,
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
            commands.show_calls(catalogue, wanted, order, settings.agent.name)

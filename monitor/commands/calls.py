"""`tone-monitor calls`: saved calls on a screen, or as lines for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from monitor.base.terminal import say, say_all, takes_screen
from monitor.commands.options import shipped
from monitor.commands.options.access import note_accesses
from monitor.commands.options.common import calls_option, in_force, in_sentences, reviewer_option

if TYPE_CHECKING:
    from monitor.scorecards.sample import Per


@click.command()
@click.option("--agent", default="", metavar="NAME", help="Only calls of this agent; part of the name is enough.")
@click.option(
    "--team", is_flag=True, help="The calls of all desks, as they were shipped to objects.url in the settings."
)
@click.option("--mine", is_flag=True, help="Only your own calls: those of the agent named in the settings.")
@click.option(
    "--all-desks", is_flag=True, help="Calls of all desks that your login of a shared PostgreSQL catalogue may read."
)
@click.option("--customer", default="", metavar="NAME", help="Only calls with this customer; a part is enough.")
@click.option(
    "--attribute",
    multiple=True,
    metavar="KEY=VALUE",
    help="Only calls with this attribute; KEY alone for any value. Can be repeated.",
)
@click.option(
    "--since",
    default="",
    metavar="DAY",
    help="Only calls from this day on: 2026-03-01, today, yesterday, monday, or 7d and 12h for a week and twelve hours "
    "ago.",
)
@click.option("--until", default="", metavar="DAY", help="Only calls up to this day.")
@click.option("--length", default="", metavar="RANGE", help="Only calls of this length: 5m..10m, 5m.., or ..90s.")
@click.option("--kind", type=click.Choice(["live", "recording"]), help="Only live calls, or only recordings.")
@click.option("--rule", default="", help="Only calls in which this rule fired.")
@click.option(
    "--severity",
    type=click.Choice(["note", "prompt", "urgent"]),
    help="Only calls in which a rule fired at least so severely.",
)
@click.option("--flag", "flagged", is_flag=True, help="Only calls in which the agent set a bookmark.")
@click.option("--tag", multiple=True, help="Only calls with this tag. Can be repeated.")
@click.option("--held", is_flag=True, help="Only calls on hold, which `purge` keeps.")
@click.option("--unreviewed", is_flag=True, help="Only calls not yet marked as reviewed.")
@click.option("--reviewed-by", default="", metavar="NAME", help="Only calls reviewed by this person.")
@click.option(
    "--words",
    default="",
    metavar="TEXT",
    help='Only calls with all these words, "a phrase", or words that start with refund*.',
)
@click.option(
    "--where",
    default="",
    metavar="FILTER",
    help="A filter as on the screen, such as 'agent:sam since:monday refund', or @NAME for a saved one.",
)
@click.option("--save", metavar="NAME", help="Save these filters under a name, for --where @NAME and the screen.")
@click.option("--unsave", metavar="NAME", help="Remove the saved filter of this name.")
@click.option("--saved", is_flag=True, help="List the saved filters.")
@click.option(
    "--order",
    type=click.Choice(["worst", "newest"]),
    default="worst",
    show_default=True,
    help="What comes first; unreviewed calls come before reviewed ones. Worst is the severest flag, then how often it "
    "came in 10 minutes.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Print at most this many calls.")
@click.option(
    "--sample",
    "size",
    type=click.IntRange(min=1),
    help="Print so many calls, drawn by chance from those that the filters find; nothing about a call decides.",
)
@click.option(
    "--per",
    type=click.Choice(["agent", "day", "week"]),
    multiple=True,
    help="With --sample: so many calls of each. Can be repeated: --per agent --per week.",
)
@click.option("--seed", type=int, help="With --sample: the same seed draws the same calls again.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array with an object for each call.")
@click.option("--plain", is_flag=True, help="Print a line for each call, and below it where the words were said.")
@reviewer_option
@calls_option
@in_sentences
def calls(  # noqa: PLR0913 - one argument an option
    *,
    team: bool,
    mine: bool,
    all_desks: bool,
    reviewed_by: str,
    words: str,
    where: str,
    save: str | None,
    unsave: str | None,
    saved: bool,
    order: Literal["worst", "newest"],
    limit: int | None,
    size: int | None,
    per: tuple[Per, ...],
    seed: int | None,
    as_json: bool,
    plain: bool,
    reviewer: str,
    calls: Path | None,
    **options: str | bool | tuple[str, ...] | None,
) -> None:
    """Browse saved calls, worst unreviewed first.

    On a terminal this is a screen: ↑ ↓ choose, enter replays, / filters, r marks as reviewed, ? explains.
    Without a terminal, or with --plain or --json, it is a list.

    With --sample it is a fair draw, to score without choosing: --sample 2 --per agent takes two calls of each agent by
    chance, the same ones for the same --seed, and says from how many.

    With --mine, agents see everything recorded about them, including notes by others, and who else opened, played,
    exported or reported each call; of a call that several agents had, only their own part. They can open, export and
    delete (`forget`) their calls like any other, answer notes and dispute flags. New notes and open actions come first
    on the screen, and are printed on stderr in a list.
    Data about them is also in their voice profile and, beside it, in the list of prompts that they marked as wrong. The
    list is printed on stderr for them alone.

    With --team, these are copies of the calls that all desks have shipped. The sound is fetched when a call is opened,
    and notes go back to the desk of the call.
    """
    from monitor.call.folder import root_folder
    from monitor.catalogue import rule_ids, saved_filters
    from monitor.catalogue.filter_text import of_options, only_words
    from monitor.sealed import team_key
    from monitor.supervisor import commands

    if (per or seed is not None) and not size:
        raise click.UsageError("--per and --seed need --sample.")
    settings = in_force()
    calls, url, fetch = shipped.listed(calls, settings, team=team)
    root = root_folder(calls)
    if saved:
        say_all(f"@{name}  {text}" for name, text in saved_filters.read(root).items())
        return
    if unsave:
        saved_filters.remove(root, unsave)
        return
    if mine:
        options["mine"] = commands.own_name(settings)
    options["reviewer"] = reviewed_by
    text = " ".join(filter(None, [of_options(options), where, only_words(words)]))
    line = commands.filter_line(root, text, team=all_desks)
    with commands.up_to_date(calls, url) as catalogue, shipped.noting(settings, wanted=team):
        rule_ids.check(catalogue, line.wanted, commands.rule_files(settings))
        if save:
            saved_filters.save(root, save, line.text)
        if size:
            from monitor.supervisor.drawn_calls import Sample, print_drawn  # few draw

            print_drawn(catalogue, line.wanted, Sample(size, per, seed), as_json=as_json)
        elif as_json or plain or not takes_screen(keys=True):
            found = commands.print_calls(catalogue, line.wanted, order, limit=limit, as_json=as_json)
            note_accesses(found, "searched", reviewer)
            if mine:
                from monitor.supervisor.own_lines import own_lines  # few ask for their own

                for own in own_lines(root, settings.agent.name):
                    say(own, err=True)
        else:
            team_key.unlock()
            signer = reviewer or settings.reviewer.name
            commands.show_calls(catalogue, line, order, settings, signer, fetch=fetch)

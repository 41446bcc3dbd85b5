"""`tone-monitor playlist`: moments of several calls in one page, for a lesson."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from monitor.base.counts import count
from monitor.base.terminal import say
from monitor.commands.options.access import note_accesses
from monitor.commands.options.common import calls_option, in_force, in_sentences

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.call.scorecard.card import Answer
    from monitor.catalogue.catalogue import Catalogue


@click.command()
@click.argument("calls_named", nargs=-1, metavar="[CALL]…")
@click.option("--rule", "rules", multiple=True, metavar="RULE", help="Each time this rule fired. Can be repeated.")
@click.option(
    "--mark", "marks", multiple=True, metavar="KIND|TAG", help="Each bookmark, note or tag, or each tag of this name."
)
@click.option(
    "--item",
    "items",
    multiple=True,
    metavar="ITEM[=ANSWER]",
    help="The moment of this item of a scorecard, with this answer (yes, partly, no) or any.",
)
@click.option(
    "--where", default="", metavar="FILTER", help='Only calls that this filter finds, such as "since:7d refund".'
)
@click.option("--before", type=click.FloatRange(0, 60), default=6.0, show_default=True, help="Seconds before a moment.")
@click.option("--after", type=click.FloatRange(0, 60), default=9.0, show_default=True, help="Seconds after it.")
@click.option("--per-call", type=click.IntRange(1), default=3, show_default=True, help="At most so many of a call.")
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True, help="At most so many in all.")
@click.option("--title", default="Moments to hear", show_default=True, help="Title of the page.")
@click.option("--names", is_flag=True, help="Show agents' names and call ids instead of pseudonyms.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), required=True, help="A file that ends in .html, or a new folder."
)
@calls_option
@in_sentences
def playlist(  # noqa: PLR0913 - one argument an option
    *,
    calls_named: tuple[str, ...],
    rules: tuple[str, ...],
    marks: tuple[str, ...],
    items: tuple[str, ...],
    where: str,
    before: float,
    after: float,
    per_call: int,
    limit: int,
    title: str,
    names: bool,
    out: Path,
    calls: Path | None,
) -> None:
    """Collect moments of calls in one page to play.

    Choose them by rule, mark or scorecard item: sound, words and the reason, newest call first. CALL names calls;
    without it, all that --where finds are looked through. An .html file has the sound in it, a folder has a page and a
    file for each moment. A moment is at most a minute long.

    Agents have pseudonyms unless you say --names. Long numbers are masked and silenced. Names that are said can be
    heard. Calls whose customers refused to be recorded are left out.
    """
    if not (rules or marks or items):
        raise click.UsageError("Choose moments with --rule, --mark or --item.")
    if calls_named and where:
        raise click.UsageError("Choose calls by name or with --where, not both.")
    from monitor.playlists import playlist as lists
    from monitor.playlists.chosen_moments import Wanted
    from monitor.report.titles import shipped

    chosen = Wanted(rules, marks, tuple(map(_item, items)), before, after, per_call)
    failures: list[str] = []
    with _catalogue(calls) as catalogue:
        folders = _folders(catalogue, calls_named, where, rules)
        found = lists.collect(
            folders,
            chosen,
            shipped(),
            limit=limit,
            shown=None if names else _pseudonyms(catalogue.root),
            failed=failures.append,
        )
    for sentence in failures:
        say(sentence, err=True)
    if found.refused:
        say(f"{count(found.refused, 'call')} left out: the customer refused to be recorded.", err=True)
    say(lists.write(found, title, out))
    for call, start_s, end_s in found.taken:
        note_accesses([catalogue.root / call], "exported", part_s=(start_s, end_s))
    if found.full:
        say(f"It has the first {count(limit, 'moment')}; there may be more. --limit takes up to 100.", err=True)
    if failures:
        sys.exit(1)


@contextmanager
def _catalogue(calls: Path | None) -> Iterator[Catalogue]:
    from monitor.supervisor import commands

    with commands.up_to_date(calls, in_force().calls.catalogue) as catalogue:
        yield catalogue


def _folders(catalogue: Catalogue, named: tuple[str, ...], where: str, rules: tuple[str, ...]) -> list[Path]:
    """The calls to look through, the newest first."""
    from dataclasses import replace

    from monitor.call.find import find
    from monitor.catalogue import rule_ids
    from monitor.catalogue.query import Filter
    from monitor.export.selection import matching
    from monitor.supervisor import commands

    files = commands.rule_files(in_force())
    for rule in rules:
        rule_ids.check(catalogue, Filter(rule=rule), files)
    if named:
        return list(dict.fromkeys(find(name, catalogue.root) for name in named))
    wanted = commands.filter_line(catalogue.root, where).wanted
    rule_ids.check(catalogue, wanted, files)
    if len(rules) == 1 and not wanted.rule:  # no other call can have such a moment
        wanted = replace(wanted, rule=rules[0])
    return matching(catalogue, wanted)[::-1]


def _pseudonyms(root: Path) -> Callable[[str], str]:
    from monitor.call.find import folders
    from monitor.call.info import readable_info
    from monitor.call.telephone.agent_parts import agents
    from monitor.report.team.pseudonyms import key, pseudonyms

    infos = (readable_info(folder) for folder in folders(root))
    names = {name for info in infos if info for name in agents(info)}
    known = pseudonyms(names, key(root))
    return lambda name: known.get(name, "")


def _item(text: str) -> tuple[str, Answer | None]:
    from monitor.call.scorecard.card import POINTS, Answer

    name, equals, answer = text.partition("=")
    if equals and answer not in POINTS:
        raise click.BadParameter(f'"{answer}" is no answer of "{name}". Choose from {", ".join(POINTS)}.')
    return name, next((one for one in get_args(Answer) if one == answer), None)

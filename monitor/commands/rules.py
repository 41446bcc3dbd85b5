"""`tone-monitor rules`: list, check, test and back-test rules."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.terminal import say, say_all
from monitor.commands.options.common import calls_option, in_force, in_sentences, rules_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from monitor.rule_tools.backtest_run import Backtest, CallTried


@click.group()
def rules() -> None:
    """List, check, test, back-test and evaluate rules."""


@rules.command("list")
@rules_option
@in_sentences
def rules_list(*, rules: tuple[Path, ...]) -> None:
    """List each rule and what it does."""
    from monitor.rule_tools import describe

    for line in describe.lines(rules):
        say(line)


@rules.command("check")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@in_sentences
def rules_check(*, files: tuple[Path, ...]) -> None:
    """Check rule files and say what is wrong with them."""
    from monitor.rule_tools import describe

    say(describe.check(files))


@rules.command("test")
@click.argument("cases", nargs=-1, type=click.Path(path_type=Path), metavar="[CASES…]")
@rules_option
@in_sentences
def rules_test(*, cases: tuple[Path, ...], rules: tuple[Path, ...]) -> None:
    """Run the shipped test cases, or CASES of your own."""
    from monitor.rule_tools import describe

    results = describe.test(cases, rules)
    for line in results.lines:
        say(line)
    sys.exit(1 if results.failed else 0)


@rules.command("try")
@click.argument("file", type=click.Path(path_type=Path), metavar="RULES")
@click.argument("calls", nargs=-1, type=click.Path(path_type=Path), metavar="[CALL…]")
@click.option(
    "--lake",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Try the rules on the calls of a lake instead, and print a summary.",
)
@click.option("--since", metavar="DAY", help="Of a lake, only calls from this day on: 2026-03-01 or 365d.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each call, or one with --summary.")
@click.option("--summary", is_flag=True, help="Print only a table: each rule's prompts before and after.")
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write a row for each call and rule to a .csv or .parquet file.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Calls to judge at a time.")
@in_sentences
def rules_try(  # noqa: PLR0913 - one argument an option
    *,
    file: Path,
    calls: tuple[Path, ...],
    lake: Path | None,
    since: str | None,
    as_json: bool,
    summary: bool,
    table: Path | None,
    jobs: int,
) -> None:
    """Back-test a rule file on saved calls.

    It lists each prompt of a call beside what the rules in the file would show. CALL is the folder of a call, or
    a folder with calls in it. A call that can't be read is reported, and the others are judged.

    A lake holds no words: rules that read words are left out there, before and after.
    """
    from monitor.rule_tools import backtest_print
    from monitor.rule_tools.backtest_run import Backtest

    if bool(calls) == bool(lake):
        raise click.UsageError("Give calls, or --lake DIR.")
    if since and not lake:
        raise click.UsageError("--since goes with --lake.")
    summary = summary or bool(lake)
    wanted = Backtest(files=(file,), privacy=in_force().privacy, whole=not summary)
    number, tried = _tried_in_lake(wanted, lake, since, jobs) if lake else _tried(wanted, calls, jobs)
    failed = backtest_print.show(tried, number, as_json=as_json, summary=summary, table_file=table)
    sys.exit(1 if failed else 0)


def _tried(wanted: Backtest, calls: tuple[Path, ...], jobs: int) -> tuple[int, Iterator[CallTried]]:
    from monitor.rule_tools import backtest_run
    from monitor.rule_tools.backtest import calls_in

    folders = calls_in(calls)
    return len(folders), backtest_run.run(wanted, folders, jobs)


def _tried_in_lake(wanted: Backtest, folder: Path, since: str | None, jobs: int) -> tuple[int, Iterator[CallTried]]:
    from monitor.archive import lake_backtest
    from monitor.archive.lake import existing_lake
    from monitor.catalogue.filter_values import day
    from monitor.supervisor import commands

    lake = existing_lake(folder)
    first = day(since, commands.today()) if since else None
    return lake_backtest.number_of_calls(lake), lake_backtest.run(wanted, lake, jobs, first)


@rules.command("read")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="DIALOGUE…")
@rules_option
@in_sentences
def rules_read(*, files: tuple[Path, ...], rules: tuple[Path, ...]) -> None:
    """Judge written dialogues, such as transcripts or chats.

    Each line of a file is a dialogue: {"id": "1", "turns": [["customer", "Hello."], ["agent", "Hi."]]}. For each it
    prints a JSON object on one line: what each sentence counts as, the flags, and the prompts with the turn in which
    they come up. Turns take a second for 2.6 words and are 0.4 s apart. There is no sound, so that rules of
    tone say nothing.
    """
    from monitor.pipeline.metrics import BY_NAME
    from monitor.rule_tools.dialogue import dialogues, judged
    from rules.load import load

    rulebook = load(rules, metrics=BY_NAME)
    for file in files:
        for dialogue in dialogues(file):
            say(judged(dialogue, rulebook).to_json())


@rules.command("quality")
@click.option("--since", metavar="DAY", help="Only calls from this day on: 2026-03-01, today, yesterday, or 7d.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array with an object for each rule.")
@calls_option
@in_sentences
def rules_quality(*, since: str | None, as_json: bool, calls: Path | None) -> None:
    """Show how each rule's prompts turned out.

    Shown: prompts that an agent is known to have seen, in live calls. Followed: the agent did what it asked for in
    their next speech or turns. With prompt: that share of those that could be judged. Without: the same where nobody
    saw the prompt, as in recordings. Difference: what the prompt adds, with a 95 % range, and "within chance" where it
    may be nothing. Wrong: what agents said with x, if they share it, and what you said yourself. Confirmed and refused:
    what supervisors decided about its flags. Where prompts were kept silent in an experiment, what followed them is
    compared with what followed those that were shown. The figures are about the rules, never about the agents.
    """
    from monitor.catalogue.filter_values import day
    from monitor.rule_tools import prompt_effects, quality
    from monitor.setup import wrong_prompts
    from monitor.supervisor import commands

    first = day(since, commands.today()) if since else None
    own_wrong = wrong_prompts.of_agent(in_force().agent.name)
    with commands.up_to_date(calls, in_force().calls.catalogue) as catalogue:
        found = quality.quality(catalogue, since=first, own_wrong=own_wrong)
        tried = prompt_effects.experiment(catalogue, since=first)
    said = chain(quality.lines(found), prompt_effects.lines(tried))
    say_all([quality.to_json(found, tried).decode()] if as_json else said)

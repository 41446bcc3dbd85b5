"""`tone-monitor rules`: list, check, test and back-test rules."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.base.terminal import say, say_all
from monitor.commands.options import calls_option, in_force, in_sentences, rules_option


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
@click.argument("calls", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CALL…")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for each call.")
@in_sentences
def rules_try(*, file: Path, calls: tuple[Path, ...], as_json: bool) -> None:
    """Back-test a rule file on saved calls.

    It lists each prompt of a call beside what the rules in the file would show. CALL is the folder of a call, or
    a folder with calls in it.
    """
    from monitor.rule_tools import backtest

    done = []
    for tried in backtest.try_rules([file], calls):
        done.append(tried)
        for line in [tried.to_json().decode()] if as_json else backtest.lines(tried):
            say(line)
    if not as_json and len(done) > 1:
        for line in backtest.totals(done):
            say(line)


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
    what supervisors decided about its flags. The figures are about the rules, never about the agents.
    """
    from monitor.catalogue.filter_values import day
    from monitor.rule_tools import quality
    from monitor.setup import wrong_prompts
    from monitor.supervisor import commands

    first = day(since, commands.today()) if since else None
    own_wrong = wrong_prompts.of_agent(in_force().agent.name)
    with commands.up_to_date(calls, in_force().calls.catalogue) as catalogue:
        found = quality.quality(catalogue, since=first, own_wrong=own_wrong)
    say_all([quality.to_json(found).decode()] if as_json else quality.lines(found))

"""Prints a back-test as its calls come, and writes its table."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path

import click

from monitor.base.terminal import say, say_all, shows_progress
from monitor.rule_tools import backtest, backtest_figures
from monitor.rule_tools.backtest_figures import BacktestTotals
from monitor.rule_tools.backtest_run import CallTried
from monitor.rule_tools.backtest_table import table


def show(results: Iterable[CallTried], calls: int, *, as_json: bool, summary: bool, table_file: Path | None) -> int:
    """Print each call, or the figures of all of them; give how many could not be judged.

    Args:
        results: of the calls, as they come.
        calls: how many there are.
        as_json: print JSON.
        summary: print the figures instead of the calls.
        table_file: where to write a row for each call and rule; None for nowhere.

    Raises:
        TableError: the table can't be written.
    """
    totals, failed = BacktestTotals(), 0
    rows = table(table_file) if table_file else nullcontext(_nothing)
    with (
        rows as add,
        click.progressbar(results, calls, "calls", file=sys.stderr, hidden=not (summary and shows_progress())) as shown,
    ):
        for one in shown:
            if one.sentence:
                failed += 1
                say(one.sentence, err=True)
                continue
            add(one)
            totals.add(one)
            if one.tried:
                say_all([one.tried.to_json().decode()] if as_json else backtest.lines(one.tried))
    if summary:
        say_all([backtest_figures.to_json(totals).decode()] if as_json else backtest_figures.lines(totals))
    elif not as_json and totals.calls > 1:
        say_all(backtest_figures.short(totals))
    return failed


def _nothing(_: CallTried) -> None:
    """Where no table is wanted."""

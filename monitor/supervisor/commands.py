"""What a supervisor's commands do: open the catalogue, update it, print it or show it on the screen."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.base.counts import count
from monitor.base.terminal import say, say_all, show
from monitor.call.folder import root_folder
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.reindex import Reindexed
from monitor.catalogue.reindex import reindex as bring_in_line
from monitor.settings.config import ConfigError, settings

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

RECENT = timedelta(days=1)
"""Opening the catalogue checks the calls of yesterday and today: it may have been locked when they ended."""


def print_calls(
    calls: Path | None, wanted: query.Filter, order: query.Order, *, limit: int | None, as_json: bool
) -> None:
    """Print saved calls, a line or an object each.

    Args:
        calls: the folder of all calls.
        wanted: which of them.
        order: in which order.
        limit: at most so many.
        as_json: print an array instead of lines.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    from monitor.supervisor import plain_list  # noqa: PLC0415 - the screen needs none of it

    with up_to_date(calls) as catalogue:
        found = query.calls(catalogue, wanted, order, limit=limit)
        unsearched = query.unsearched(catalogue, wanted)
    if as_json:
        show(plain_list.to_json(catalogue.root, found) + b"\n")
    else:
        say_all(plain_list.lines(catalogue.root, found))
    if unsearched:
        say(f"{count(unsearched, 'sealed call')} not searched: the words of sealed calls are not indexed.", err=True)


def show_calls(calls: Path | None, wanted: query.Filter, order: query.Order) -> None:
    """Show saved calls on the screen; arguments and errors are those of `print_calls`."""
    from monitor.supervisor.app import SupervisorApp  # noqa: PLC0415 - lines need no screen

    with up_to_date(calls) as catalogue:
        SupervisorApp(catalogue, wanted, order).run(mouse=False)


def reindex(calls: Path | None, *, anew: bool) -> Reindexed:
    """Update the catalogue from the call folders, or rebuild it, with a progress bar.

    Raises:
        CatalogueError: the catalogue cannot be used.
        ConfigError: the settings cannot be used.
    """
    with open_catalogue(root_folder(calls), settings().calls.catalogue, anew=anew) as catalogue:
        return _with_bar(catalogue)


@contextmanager
def up_to_date(calls: Path | None) -> Iterator[Catalogue]:
    """Open the catalogue with the latest calls in it; a new one is filled first.

    Raises:
        CatalogueError: it cannot be used.
        ConfigError: the settings cannot be used.
    """
    with open_catalogue(root_folder(calls), settings().calls.catalogue) as catalogue:
        if catalogue.fresh:
            _with_bar(catalogue)
        else:
            bring_in_line(catalogue, since=today() - RECENT)
        yield catalogue


def today() -> date:
    """Today's date in the local time zone."""
    return datetime.now().astimezone().date()


def own_name() -> str:
    """The agent's own name, for "mine".

    Raises:
        ConfigError: the settings do not say.
    """
    name = settings().agent.name
    if not name:
        raise ConfigError("Can't tell which calls are yours: set agent.name, or give a name with --agent.")
    return name


def _with_bar(catalogue: Catalogue) -> Reindexed:
    with click.progressbar(length=1, label="Calls", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        return bring_in_line(catalogue, partial(_advance, bar))


def _advance(bar: ProgressBar[int], done: int, of: int) -> None:
    bar.length = of
    bar.update(done - bar.pos)

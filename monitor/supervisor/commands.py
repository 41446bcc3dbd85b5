"""What a supervisor's commands do: open the catalogue, update it, print it or show it on the screen."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.access.visit import visitor
from monitor.base.counts import count
from monitor.base.terminal import say, say_all, show, shows_progress
from monitor.call.folder import root_folder
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue, open_catalogue
from monitor.catalogue.filter_line import FilterLine, read_line
from monitor.catalogue.reindex import Reindexed
from monitor.catalogue.reindex import reindex as bring_in_line
from monitor.settings.config import ConfigError, Settings

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

RECENT = timedelta(days=1)
"""Opening the catalogue checks the calls of yesterday and today: it may have been locked when they ended."""


def print_calls(
    catalogue: Catalogue, wanted: query.Filter, order: query.Order, *, limit: int | None, as_json: bool
) -> tuple[Path, ...]:
    """Print saved calls, a line or an object each; give the folders of those of which words were shown.

    Args:
        catalogue: that lists them.
        wanted: which of them.
        order: in which order.
        limit: at most so many.
        as_json: print an array instead of lines.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    from monitor.supervisor import plain_list  # the screen needs none of it

    found = query.calls(catalogue, wanted, order, limit=limit)
    unsearched = query.unsearched(catalogue, wanted)
    if as_json:
        show(plain_list.to_json(catalogue.root, found, wanted.words, wanted.mine) + b"\n")
    else:
        say_all(plain_list.lines(catalogue.root, found, today(), wanted.words, wanted.mine))
    if unsearched:
        say(
            f"{count(unsearched, 'sealed call')} not searched: the words, customers and attributes of sealed calls are "
            "not indexed.",
            err=True,
        )
    return tuple(catalogue.root / call.folder for call in found) if wanted.words else ()


def show_calls(  # noqa: PLR0913 - what is shown, and for whom
    catalogue: Catalogue,
    start: FilterLine,
    order: query.Order,
    settings: Settings,
    signer: str,
    *,
    fetch: Callable[[Path], str] | None = None,
) -> None:
    """Show saved calls on the screen.

    Args:
        catalogue: that lists them.
        start: the filter to start with.
        order: the order to start with.
        settings: which rules a filter may name.
        signer: of reviews; the login name if empty.
        fetch: gets the sound of a call that is opened, and says what failed; None if it is here.
    """
    from monitor.supervisor.app import SupervisorApp  # lines need no screen

    app = SupervisorApp(catalogue, start, order, signer, rule_files(settings))
    screen = app.get_default_screen()
    screen.form, screen.fetch = settings.reviewer.form, fetch
    app.sign_accesses(visitor(settings, signer))
    app.present()


def filter_line(root: Path, text: str, *, team: bool = False) -> FilterLine:
    """Read a filter; it may name filters saved in the calls folder.

    Args:
        root: the folder of all calls.
        text: of the filter.
        team: whether the calls of all desks are wanted that the login of a shared catalogue may read.

    Raises:
        FilterError: it cannot be understood, or the saved filters cannot be read.
    """
    line = read_line(root, text, datetime.now().astimezone())
    return line.of_team() if team else line


def rule_files(settings: Settings) -> tuple[Path, ...]:
    """The team's rule files that the settings name."""
    return tuple(Path(file) for file in settings.rules.files)


def reindex(calls: Path | None, url: str, *, anew: bool) -> Reindexed:
    """Update the catalogue from the call folders, or rebuild it, with a progress bar.

    Args:
        calls: the folder of all calls.
        url: of the catalogue; that in the calls folder if empty.
        anew: whether to empty the catalogue first.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    with open_catalogue(root_folder(calls), url, anew=anew) as catalogue:
        return _with_bar(catalogue)


@contextmanager
def up_to_date(calls: Path | None, url: str) -> Iterator[Catalogue]:
    """Open the catalogue with the latest calls in it; one that was never filled is filled first.

    Args:
        calls: the folder of all calls.
        url: of the catalogue; that in the calls folder if empty.

    Raises:
        CatalogueError: it cannot be used.
    """
    with open_catalogue(root_folder(calls), url) as catalogue:
        if catalogue.is_filled():
            bring_in_line(catalogue, since=today() - RECENT)
        else:
            _with_bar(catalogue)
        yield catalogue


def today() -> date:
    """Today's date in the local time zone."""
    return datetime.now().astimezone().date()


def own_name(settings: Settings) -> str:
    """The agent's own name, for "mine".

    Raises:
        ConfigError: the settings do not say.
    """
    name = settings.agent.name
    if not name:
        raise ConfigError("Can't tell which calls are yours: set agent.name, or give a name with --agent.")
    return name


def _with_bar(catalogue: Catalogue) -> Reindexed:
    with click.progressbar(length=1, label="Calls", file=sys.stderr, hidden=not shows_progress()) as bar:
        return bring_in_line(catalogue, partial(_advance, bar))


def _advance(bar: ProgressBar[int], done: int, of: int) -> None:
    bar.length = of
    bar.update(done - bar.pos)

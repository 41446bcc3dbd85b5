"""`tone-monitor archive`: how far an archive of recordings is."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.options import in_sentences


@click.group()
def archive() -> None:
    """Look after a lake that `analyze --lake` fills."""


@archive.command()
@click.argument("lake", type=click.Path(path_type=Path), metavar="LAKE")
@click.option("--all", "every", is_flag=True, help="List every failed recording.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@in_sentences
def status(lake: Path, *, every: bool, as_json: bool) -> None:
    """Show what is done, what failed and what is left."""
    from monitor.archive import status as archive_status  # numpy alone takes longer than `--help` may
    from monitor.base.terminal import say_all, show

    found = archive_status.status(lake)
    if as_json:
        show(found.to_json() + b"\n")
    else:
        say_all(archive_status.sentences(found, every=every))

"""`tone-monitor reindex`: the catalogue, rebuilt from the call folders."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.base.counts import count
from monitor.base.terminal import say
from monitor.commands.options.common import calls_option, in_force, in_sentences


@click.command()
@click.option("--all", "anew", is_flag=True, help="Empty the catalogue and read every call again.")
@calls_option
@in_sentences
def reindex(*, anew: bool, calls: Path | None) -> None:
    """Bring the catalogue up to date with saved calls.

    Reads the calls that are new or have changed. A damaged call is reported, and listed as far as it can be read.
    """
    from monitor.supervisor import commands

    done = commands.reindex(calls, in_force().calls.catalogue, anew=anew)
    for sentence in done.told:
        say(sentence, err=True)
    click.echo(f"{count(done.calls, 'call')} in the catalogue: {done.read} read, {done.removed} removed.")

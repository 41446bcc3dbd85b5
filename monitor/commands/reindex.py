"""The catalogue, made again from the call folders."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.base.counts import count
from monitor.base.terminal import say
from monitor.commands.options import calls_option, in_sentences


@click.command()
@click.option("--all", "anew", is_flag=True, help="Forget the catalogue and read every call anew.")
@calls_option
@in_sentences
def reindex(*, anew: bool, calls: Path | None) -> None:
    """Bring the catalogue in line with the call folders.

    Reads the calls that are new or have changed. A damaged call is listed as far as it goes, and said.
    """
    from monitor.supervisor import commands  # noqa: PLC0415

    done = commands.reindex(calls, anew=anew)
    for sentence in done.told:
        say(sentence, err=True)
    click.echo(f"{count(done.calls, 'call')}; {done.read} read, {done.removed} gone.")

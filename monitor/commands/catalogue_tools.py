"""Work on the catalogue itself, which no other command does unasked."""

from __future__ import annotations

import click

from monitor.base.terminal import say
from monitor.commands.options.common import in_force, in_sentences


@click.group(name="catalogue")
def catalogue_tools() -> None:
    """Upgrade a catalogue that several desks share."""


@catalogue_tools.command()
@in_sentences
def upgrade() -> None:
    """Upgrade a PostgreSQL catalogue to this version.

    Run it once, for all desks: it keeps the calls of every desk. Programs of other versions refuse the catalogue from
    then on, so update all desks first. Each desk takes over the calls that version 0.3.0 listed when it next runs
    `tone-monitor reindex`. A SQLite catalogue needs no upgrade.
    """
    from monitor.catalogue.schema import FIRST_NAMESPACE, VERSION
    from monitor.catalogue.upgrade import upgrade as upgraded

    url = in_force().calls.catalogue
    done = upgraded(url) if url else None
    if done is None:
        say("The catalogue is a SQLite file, which needs no upgrade.")
        return
    if done.before == VERSION:
        say(f"The catalogue {done.name} is up to date.")
    else:
        say(f"Upgraded the catalogue {done.name} from version {done.before} to {VERSION}.")
    if done.unclaimed:
        calls = "1 call waits" if done.unclaimed == 1 else f"{done.unclaimed} calls wait"
        say(f"{calls} for the desk that has it on its disk: run `tone-monitor reindex` on every desk.")
    if done.first_again:
        say(
            f"A desk with version 0.3.0 still writes to the schema {FIRST_NAMESPACE} of this database. Update that "
            "desk, then drop the schema."
        )

"""Work on the catalogue itself, which no other command does unasked."""

from __future__ import annotations

from re import fullmatch
from typing import Literal

import click

from monitor.base.counts import count
from monitor.base.terminal import say
from monitor.commands.options.common import in_force, in_sentences

_url = click.option(
    "--url", default="", help="The database, with its owner's login; the setting calls.catalogue without it."
)
_dry_run = click.option("--dry-run", is_flag=True, help="Only print the SQL.")


@click.group(name="catalogue")
def catalogue_tools() -> None:
    """Look after a catalogue that several desks share."""


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


@catalogue_tools.command(name="init-team")
@_url
@_dry_run
@in_sentences
def init_team(*, url: str, dry_run: bool) -> None:
    """Give a team's logins roles in a PostgreSQL catalogue.

    Run it once as the owner of the database; it makes the tables if they are missing, prints the SQL that it runs, and
    changes nothing when run again. From then on a desk's login reads and writes its own calls alone, a supervisor's
    reads the calls of her teams, and a trainer's reads their figures but no words, notes, customers or attributes. Add
    each desk with `catalogue add-login`.
    """
    from monitor.catalogue.team import administration

    administration.init_team(_of_settings(url), click.echo, dry=dry_run)


@catalogue_tools.command(name="add-login")
@click.argument("name", metavar="LOGIN")
@click.option(
    "--role",
    type=click.Choice(["desk", "supervisor", "trainer"]),
    default="desk",
    show_default=True,
    help="What it may read.",
)
@click.option("--team", "teams", multiple=True, help="The team it belongs to or reads; * for all. Can be repeated.")
@click.option(
    "--site", "sites", multiple=True, metavar="ID", help="A calls folder that is its own from now on, by its file site."
)
@_url
@_dry_run
@in_sentences
def add_login(  # noqa: PLR0913 - one argument an option
    *,
    name: str,
    role: Literal["desk", "supervisor", "trainer"],
    teams: tuple[str, ...],
    sites: tuple[str, ...],
    url: str,
    dry_run: bool,
) -> None:
    r"""Add a desk, supervisor or trainer to the team.

    The login of the database is created if it is missing, without a password: set one with \password LOGIN in psql, or
    let the server check certificates. A desk's calls folder becomes its login's when the desk first uses the catalogue.
    A supervisor or trainer reads the desks of her teams; without --team, nothing but her own calls. Running it again
    replaces role and teams.
    """
    from monitor.catalogue.team import administration

    for site in sites:
        if not fullmatch("[0-9a-f]{32}", site):
            raise click.UsageError(
                f"{site} is not the id of a calls folder. Copy it from the file site in that folder."
            )
    given = administration.Login(name, role, teams, sites)
    administration.add_login(_of_settings(url), given, click.echo, dry=dry_run)
    if role != "desk" and not teams:
        say(f"{name} reads no desk's calls yet. Name teams with --team, or all of them with --team '*'.", err=True)


@catalogue_tools.command(name="remove-login")
@click.argument("name", metavar="LOGIN")
@_url
@_dry_run
@in_sentences
def remove_login(*, name: str, url: str, dry_run: bool) -> None:
    """Take a login out of the team, with its rows.

    The calls stay in their folder, and the login stays in the database, for the administrator to drop.
    """
    from monitor.catalogue.team import administration

    administration.remove_login(_of_settings(url), name, click.echo, dry=dry_run)


@catalogue_tools.command()
@_url
@in_sentences
def logins(*, url: str) -> None:
    """List the team's logins, and agents at several desks."""
    from monitor.catalogue.team import administration

    where = _of_settings(url)
    for login in administration.logins(where):
        teams = ", ".join(login.teams) or "no team"
        say(f"{login.name:<24}  {login.role:<10}  {teams}  {count(len(login.sites), 'calls folder')}")
    for agent, names in administration.namesakes(where).items():
        say(
            f"Several desks have calls of {agent}: {', '.join(names)}. If these are two people, give each a name of "
            "their own in the setting agent.name."
        )


def _of_settings(url: str) -> str:
    return url or in_force().calls.catalogue or "sqlite:///catalogue.sqlite"

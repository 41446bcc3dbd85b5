"""Commands of `tone-monitor key` for a team: a supervisor's key pair, and for whom calls are sealed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.base.terminal import say
from monitor.commands.options.common import calls_option, in_force, in_sentences


@click.command()
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase that protects the file with the private key.")
@in_sentences
def pair(*, passphrase: bool) -> None:
    """Make a supervisor's key pair.

    Desks seal calls for the public key; only the private key opens them. It is kept in the system's keyring, or in the
    file that privacy.private_key_file names.
    """
    from monitor.sealed import team_key

    asked = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True) if passphrase else ""
    public = team_key.make(asked)
    say(f"The private key is in {team_key.place()}. Keep a copy of it elsewhere: nobody can make it again.")
    say(f"The public key is {public}. It opens nothing, so anyone may know it.")


@click.command()
@in_sentences
def public() -> None:
    """Show the public key of this machine's supervisor."""
    from monitor.sealed import team_key

    say(team_key.public_key())


@click.command()
@in_sentences
def recipients() -> None:
    """List who can open new calls."""
    from monitor.sealed import call_key

    listed = call_key.in_settings()
    for one in listed:
        say(one.text)
    if not listed:
        say("No recipients: only this machine's key opens its calls.")


@click.command()
@click.argument("public_key", metavar="PUBLIC_KEY")
@click.option("--name", default="", help="Whose key it is.")
@in_sentences
def add(*, public_key: str, name: str) -> None:
    """Seal new calls for a supervisor, too."""
    from monitor.sealed import call_key
    from monitor.sealed.recipients import read

    new = read(f"{public_key} {name}")
    listed = tuple(one for one in call_key.in_settings() if one.public_key != new.public_key)
    _save((*(one.text for one in listed), new.text))
    say(f"New calls are sealed for {new.shown}, too. For calls that are already sealed, run tone-monitor key rewrap.")


@click.command()
@click.argument("name", metavar="NAME|PUBLIC_KEY")
@in_sentences
def remove(*, name: str) -> None:
    """Stop sealing new calls for a supervisor.

    `tone-monitor key rewrap` then takes saved calls away from them. Neither takes back what somebody has copied.
    """
    from monitor.sealed import call_key
    from monitor.sealed.recipients import named

    listed = call_key.in_settings()
    gone = named(listed, name)
    _save(tuple(one.text for one in listed if one != gone))
    say(
        f"New calls are no longer sealed for {gone.shown}. To take saved calls away, too, run tone-monitor key rewrap. "
        "Copies that were made before stay open."
    )


@click.command()
@click.argument("named", nargs=-1, metavar="[CALL]…")
@calls_option
@in_sentences
def rewrap(*, named: tuple[str, ...], calls: Path | None) -> None:
    """Give the keys of saved calls to the recipients alone.

    The calls themselves are not sealed again: someone who has copied a call's key.toml, or the call, can still open
    that copy. To shut them out of the calls themselves, unseal and seal these again.
    """
    from monitor.upkeep import rewrap_calls

    sys.exit(0 if rewrap_calls.run(calls, named) else 1)


def _save(texts: tuple[str, ...]) -> None:
    from monitor.settings import config, team_settings
    from monitor.setup import settings_edit

    in_force()  # a settings file that can't be used is not changed
    team = team_settings.in_force(config.file(), config.TABLES)
    if ("privacy", "recipients") in team.values:
        raise config.ConfigError(
            f"The recipients are set by {team.source}, so a change here would have no effect. Have the team publish "
            "the new list: tone-monitor rollout publish."
        )
    settings_edit.save(config.file(), {("privacy", "recipients"): texts})


COMMANDS = (pair, public, recipients, add, remove, rewrap)

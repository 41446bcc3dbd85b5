"""`tone-monitor key`: the key that seals calls, and sealing of calls saved before there was one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.base.terminal import say
from monitor.commands.options.common import calls_option, in_force, in_sentences
from monitor.commands.team.recipients import COMMANDS

LOST = "Without it nobody can open sealed calls. Keep a copy elsewhere: tone-monitor key copy FILE."


@click.group()
def key() -> None:
    """Manage the key that seals (encrypts) calls.

    `encrypt = true` under [privacy] in the settings seals every new call. The key is in the system's keyring, or in
    the file that privacy.key_file names. If the key is lost, all calls sealed with it are lost, too. Files written
    with -o (reports, exports, clips) are not sealed.

    In a team, calls are sealed for supervisors, too: see pair, add and rewrap.
    """


for one in COMMANDS:
    key.add_command(one)


@key.command()
@click.option("--from", "copy", type=click.Path(path_type=Path), help="Restore a key from its copy.")
@in_sentences
def make(*, copy: Path | None) -> None:
    """Make a key in the keyring or the key file.

    It never replaces a key that exists.
    """
    from monitor.sealed import keys

    made = keys.bring_back(copy) if copy else keys.make()
    say(f"The key {made.name} is in {keys.place()}. {LOST}")


@key.command()
@in_sentences
def where() -> None:
    """Show where the key is, and its id."""
    from monitor.sealed import keys

    say(f"The key {keys.in_use().name} is in {keys.place()}.")


@key.command()
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path))
@in_sentences
def copy(*, to: Path) -> None:
    """Copy the key to a new file, as a backup.

    Keep the copy away from the calls.
    """
    from monitor.sealed import keys

    copied = keys.copy(to)
    say(f"The key {copied.name} is in {to}, too. Keep it away from the calls: anyone who has it can open them.")


@key.command()
@click.argument("named", nargs=-1, metavar="[CALL]…")
@calls_option
@in_sentences
def seal(*, named: tuple[str, ...], calls: Path | None) -> None:
    """Seal saved calls: the named ones, or all.

    Nothing that was said stays in the catalogue. The unsealed files are deleted, not wiped. Until the disk reuses
    their space, someone with access to the raw disk may recover parts of them.
    """
    from monitor.upkeep import seal_calls

    sys.exit(0 if seal_calls.run(calls, named, in_force().calls.catalogue, sealed=True) else 1)


@key.command()
@click.argument("named", nargs=-1, metavar="[CALL]…")
@calls_option
@in_sentences
def unseal(*, named: tuple[str, ...], calls: Path | None) -> None:
    """Unseal (decrypt) calls: the named ones, or all."""
    from monitor.upkeep import seal_calls

    sys.exit(0 if seal_calls.run(calls, named, in_force().calls.catalogue, sealed=False) else 1)

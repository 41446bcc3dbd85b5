"""The key that calls are sealed with, and calls that were kept before there was one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.base.terminal import say
from monitor.commands.options import calls_option, in_force, in_sentences

LOST = "Without it nobody can open what is sealed: keep a copy elsewhere (tone-monitor key copy FILE)."


@click.group()
def key() -> None:
    """Seal calls on the disk, so that nobody can read them without a key.

    `encrypt = true` under [privacy] in the settings seals every new call; key_file there names a file for the key,
    else the system's keyring has it. A lost key is lost with all calls that are sealed with it. What is written by -o
    (reports, exports, clips) is plain.
    """


@key.command()
@click.option("--from", "copy", type=click.Path(path_type=Path), help="Bring a key back from its copy.")
@in_sentences
def make(*, copy: Path | None) -> None:
    """Make a key, in the keyring or the file that the settings name; never in place of another."""
    from monitor.sealed import keys  # noqa: PLC0415

    made = keys.bring_back(copy) if copy else keys.make()
    say(f"The key {made.name} is in {keys.place()}. {LOST}")


@key.command()
@in_sentences
def where() -> None:
    """Say where the key is, and by which name sealed files call it."""
    from monitor.sealed import keys  # noqa: PLC0415

    say(f"The key {keys.in_use().name} is in {keys.place()}.")


@key.command()
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path))
@in_sentences
def copy(*, to: Path) -> None:
    """Write a copy of the key into a new file, to be kept where the calls are not."""
    from monitor.sealed import keys  # noqa: PLC0415

    copied = keys.copy(to)
    say(f"The key {copied.name} is in {to}, too: keep it away from the calls; who has it can open them.")


@key.command()
@click.argument("named", nargs=-1, metavar="[CALL]…")
@calls_option
@in_sentences
def seal(*, named: tuple[str, ...], calls: Path | None) -> None:
    """Seal calls that were kept plain: those that are named, else all.

    Nothing that was said stays in the catalogue. What stood plain on the disk before is freed, not wiped: whoever reads
    the bare disk may find some of it until it is written over.
    """
    from monitor.upkeep import seal_calls  # noqa: PLC0415

    sys.exit(0 if seal_calls.run(calls, named, in_force().calls.catalogue, sealed=True) else 1)


@key.command()
@click.argument("named", nargs=-1, metavar="[CALL]…")
@calls_option
@in_sentences
def unseal(*, named: tuple[str, ...], calls: Path | None) -> None:
    """Make sealed calls plain again: those that are named, else all."""
    from monitor.upkeep import seal_calls  # noqa: PLC0415

    sys.exit(0 if seal_calls.run(calls, named, in_force().calls.catalogue, sealed=False) else 1)

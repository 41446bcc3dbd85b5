"""Whether everything is ready for a call."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.commands.options import in_force, in_sentences


@click.command()
@click.argument("calls", nargs=-1, metavar="[CALL…]")
@click.option("--calls", "root", type=click.Path(path_type=Path), help="Folder of all calls. Default: of the settings.")
@click.option("--no-repair", is_flag=True, help="Say which calls broke off, and leave them as they are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@in_sentences
def doctor(*, calls: tuple[str, ...], root: Path | None, no_repair: bool, as_json: bool) -> None:
    """Check what a call needs: settings, sound, voice, disk, model.

    A line for each thing: ok, look (it works, but is worth a look) or bad (a call would suffer), and what to do. Calls
    that broke off are closed with all that was kept of them; name some to have only those looked at. Nothing is
    played. Takes about ten seconds; the exit code is 1 if anything is bad.
    """
    from monitor.doctor import printout  # noqa: PLC0415

    found = printout.run(calls, root, in_force, repairs=not no_repair)
    sys.exit(0 if printout.show(found, as_json=as_json) else 1)

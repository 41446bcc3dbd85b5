"""`tone-monitor doctor`: whether everything is ready for a call."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.commands.options.common import in_force, in_sentences


@click.command()
@click.argument("calls", nargs=-1, metavar="[CALL…]")
@click.option(
    "--calls", "root", type=click.Path(path_type=Path), help="Folder of all calls. Default: the one in the settings."
)
@click.option("--no-repair", is_flag=True, help="Report calls that broke off without repairing them.")
@click.option("--team", is_flag=True, help="Check what this machine shares with its team instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@in_sentences
def doctor(*, calls: tuple[str, ...], root: Path | None, no_repair: bool, team: bool, as_json: bool) -> None:
    """Check that this machine is ready for a call.

    It checks settings, rules, sound, voice profile, disk, model and saved calls, and prints a line for each. A line
    starts with ok, warning (it works, but look at it) or problem (a call would suffer), then the finding.

    With --team, it checks what this machine shares with others: the catalogue and what its login may read, the object
    store, the clock, the broker of the wall, for whom calls are sealed, and on which roll-out each machine is.

    Calls that broke off are repaired with everything that was saved. Name calls to check only those. Nothing is
    played. It takes about ten seconds. The exit code is 1 if there is a problem.
    """
    from monitor.doctor import printout

    if team and calls:
        raise click.UsageError("--team checks no calls. Leave out either.")
    if team:
        from monitor.doctor.team.team_checkup import team_checkup

        found = team_checkup(root, in_force)
    else:
        found = printout.run(calls, root, in_force, repairs=not no_repair)
    sys.exit(0 if printout.show(found, as_json=as_json) else 1)

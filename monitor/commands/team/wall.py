"""`tone-monitor wall`: the calls in progress of a team."""

from __future__ import annotations

import click

from monitor.base.terminal import say, takes_screen
from monitor.commands.options.common import Sentence, in_force, in_sentences


@click.command()
@click.option("--team", metavar="NAME", help="Only calls of this team. Default: your own, or all if you have none.")
@click.option("--all-teams", is_flag=True, help="Calls of all teams that you may see.")
@click.option("--plain", is_flag=True, help="Print a line whenever a call changes.")
@click.option("--json", "as_json", is_flag=True, help="Print the wall as a JSON object a second.")
@click.option("--once", is_flag=True, help="Listen for 3 s, print the wall once as lines or JSON, and end.")
@in_sentences
def wall(*, team: str | None, all_teams: bool, plain: bool, as_json: bool, once: bool) -> None:
    """Watch the calls in progress of a team, worst first.

    ↑ ↓ choose a call, f follows it, t takes care of it, ? explains. The agent always sees who follows her call. Desks
    publish numbers and flags, and no words. It needs the extra wall and a broker: docs/wall.md.
    """
    from monitor.call.marks import login
    from monitor.wall.broker import broker_of
    from monitor.wall.wall_client import WallClient
    from monitor.wall.wall_run import Watching, run_in_lines

    settings = in_force()
    if not settings.wall.broker:
        raise Sentence("There is no broker in the settings. Write its address as broker under [wall].")
    whose = "" if all_teams else settings.team.name if team is None else team
    client = WallClient(broker_of(settings.wall), whose, settings.wall.user or settings.reviewer.name or login())
    try:
        watching = Watching(client, whose)
        if plain or as_json or once or not takes_screen(keys=True):
            run_in_lines(watching, say, as_json=as_json, once=once)
        else:
            from monitor.wall.wall_screen import WallApp  # lines need no screen

            WallApp(watching).present()
    finally:
        client.close()

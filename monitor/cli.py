"""The command line: a table of the commands."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from monitor.base.fallback_characters import ERRORS
from monitor.base.version import __version__
from monitor.commands.analyze import analyze
from monitor.commands.archive import archive, lake
from monitor.commands.calibrate import calibrate
from monitor.commands.call import call
from monitor.commands.calls import calls
from monitor.commands.catalogue_tools import catalogue_tools
from monitor.commands.coaching.action import action
from monitor.commands.coaching.playlist import playlist
from monitor.commands.coaching.score import score
from monitor.commands.demo import demo
from monitor.commands.devices import devices
from monitor.commands.doctor import doctor
from monitor.commands.export import export
from monitor.commands.key import key
from monitor.commands.live import live
from monitor.commands.options.common import from_settings, use_settings
from monitor.commands.purge import forget, purge
from monitor.commands.reindex import reindex
from monitor.commands.replay import replay
from monitor.commands.report import report
from monitor.commands.rules import rules
from monitor.commands.serve import serve
from monitor.commands.setup import setup
from monitor.commands.team.rollout import rollout
from monitor.commands.team.ship import ship
from monitor.commands.team.wall import wall
from monitor.commands.watch import watch
from monitor.commands.where import where


@contextmanager
def _safe_path() -> Iterator[None]:
    """Keep the Python processes of a command, ours and those of libraries, from importing from the current folder.

    A worker of multiprocessing starts with `python -c`, which would look there first, even for the standard library.
    """
    before = os.environ.get("PYTHONSAFEPATH", "")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        os.environ["PYTHONSAFEPATH"] = before  # empty is the same as none


class Program(click.Group):
    """The command line of a terminal of any encoding."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes on what click gives
        """Run a command; for a character that a terminal cannot show, one that is like it stands in."""
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=ERRORS)
        return super().main(*args, **kwargs)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Monitor support calls and prompt the agent.

    It listens to both sides, measures tone, and shows the agent one short instruction at the right second.
    """
    use_settings(context)
    context.default_map = from_settings(main)
    context.with_resource(_safe_path())


for command in (
    demo,
    live,
    watch,
    serve,
    call,
    ship,
    wall,
    analyze,
    archive,
    lake,
    calls,
    replay,
    reindex,
    catalogue_tools,
    purge,
    forget,
    rules,
    report,
    action,
    score,
    playlist,
    export,
    key,
    rollout,
    where,
    setup,
    devices,
    calibrate,
    doctor,
):
    main.add_command(command)

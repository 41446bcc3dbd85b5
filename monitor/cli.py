"""The command line: a table of the commands."""

import io
import os
import sys
from collections import UserDict
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from monitor.base.fallback_characters import ERRORS
from monitor.base.version import __version__
from monitor.commands.options.common import from_settings, use_settings

COMMANDS = {
    "action": "coaching.action:action",
    "analyze": "analyze:analyze",
    "archive": "archive:archive",
    "calibrate": "calibrate:calibrate",
    "call": "call:call",
    "calls": "calls:calls",
    "catalogue": "catalogue_tools:catalogue_tools",
    "demo": "demo:demo",
    "devices": "devices:devices",
    "doctor": "doctor:doctor",
    "export": "export:export",
    "forget": "purge:forget",
    "key": "key:key",
    "lake": "archive:lake",
    "live": "live:live",
    "playlist": "coaching.playlist:playlist",
    "purge": "purge:purge",
    "reindex": "reindex:reindex",
    "replay": "replay:replay",
    "report": "report:report",
    "rollout": "team.rollout:rollout",
    "rules": "rules:rules",
    "score": "coaching.score:score",
    "serve": "serve:serve",
    "setup": "setup:setup",
    "ship": "team.ship:ship",
    "wall": "team.wall:wall",
    "watch": "watch:watch",
    "where": "where:where",
}
"""Where each command is, in `monitor.commands`."""


class LazyCommands(UserDict[str, Any]):
    """The commands by name; the module of one is loaded when it is asked for, as all of them would delay the screen."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a command, as click has it
        """Give a command."""
        module, _, attribute = super().__getitem__(name).partition(":")
        return getattr(import_module(f"monitor.commands.{module}"), attribute)


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


@click.group(cls=Program, commands=LazyCommands(COMMANDS), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context) -> None:
    """Monitor support calls and prompt the agent.

    It listens to both sides, measures tone, and shows the agent one short instruction at the right second.
    """
    use_settings(context)
    if name := context.invoked_subcommand:
        context.default_map = {name: from_settings(main.commands[name])}
    context.with_resource(_safe_path())

"""The command line: a table of the commands."""

import click

from monitor import __version__
from monitor.commands.analyze import analyze
from monitor.commands.demo import demo
from monitor.commands.export import export
from monitor.commands.live import live
from monitor.commands.rules import rules


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Listen to a support call; show the agent one short instruction at the right second."""


for command in (demo, live, analyze, rules, export):
    main.add_command(command)

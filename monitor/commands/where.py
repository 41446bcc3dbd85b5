"""`tone-monitor where`: the folders, and the settings in force."""

from __future__ import annotations

import click

from monitor.base.terminal import say_all
from monitor.commands.options.common import in_sentences


@click.command()
@in_sentences
def where() -> None:
    """Print the folders and the settings in force.

    Each line has a setting, its value and its source: the settings file, an environment variable, or the default. You
    can save the output as a settings file.
    """
    from monitor.setup.in_force import lines

    for line in lines():
        say_all(line.split("\n"))

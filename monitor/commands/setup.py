"""From a fresh installation to the first call."""

from __future__ import annotations

import sys

import click

from monitor.base.terminal import takes_screen
from monitor.commands.options.common import in_force, in_sentences


@click.command()
@click.option("--agent", help="Your microphone: part of its name, or its number. Asked if left out.")
@click.option(
    "--customer", help='The other side, the same way; "loopback" for what this machine plays, or "none". Asked, too.'
)
@click.option("--name", help="Your name, for your voice profile and in reports. Asked, too.")
@click.option("--no-calibrate", is_flag=True, help="Leave your usual voice for later.")
@click.option("--yes", is_flag=True, help="Ask nothing: take what each question suggests.")
@click.option("--dry-run", is_flag=True, help="Show what would be saved, and save nothing.")
@click.option("--plain", is_flag=True, help="No screen: lines only.")
@in_sentences
def setup(  # noqa: PLR0913 - one argument an option
    *,
    agent: str | None,
    customer: str | None,
    name: str | None,
    no_calibrate: bool,
    yes: bool,
    dry_run: bool,
    plain: bool,
) -> None:
    """Choose devices, learn your voice, add a shortcut.

    Four steps, two minutes: choose the microphone and the customer's side, read aloud for half a minute, check what a
    call needs (as tone-monitor doctor does), and add a shortcut that starts tone-monitor live with these devices.
    Devices and name are saved in the settings file, whose other lines stay as they are. Run it again at any time.

    Without a terminal it asks nothing, as with --yes. The exit code is 1 if there is a problem.
    """
    import os
    from datetime import datetime
    from pathlib import Path

    from audio.devices import portaudio
    from monitor.doctor import printout
    from monitor.settings import config
    from monitor.setup.guide import Choices, Machine, walk
    from monitor.setup.questions import Answers
    from monitor.setup.shortcut import program, shortcut

    machine = Machine(
        sound=portaudio.PortAudio,
        # The checks read the settings again: those that this command has just saved.
        doctor=lambda: printout.show(printout.run((), None, config.settings, repairs=True), as_json=False),
        shortcut=shortcut(sys.platform, os.environ, Path.home(), program()),
        today=datetime.now().astimezone().date(),
    )
    choices = Choices(
        ask=sys.stdin.isatty() and not yes,
        calibrate=not no_calibrate,
        plain=plain or not takes_screen(),
        dry_run=dry_run,
    )
    sys.exit(0 if walk(Answers(agent, customer, name), in_force(), machine, choices) else 1)

"""`tone-monitor devices`: the inputs of this machine."""

from __future__ import annotations

import click

from monitor.base.terminal import takes_screen
from monitor.commands.options.common import in_sentences


@click.command()
@click.option("--plain", is_flag=True, help="Listen for two seconds and print the levels once.")
@in_sentences
def devices(*, plain: bool) -> None:
    """Show inputs, their levels and how to choose one."""
    from audio.devices.portaudio import PortAudio
    from monitor.setup.device_screen import show

    show(PortAudio(), plain=plain or not takes_screen())

"""`tone-monitor calibrate`: the agent's usual voice."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.base.terminal import takes_screen
from monitor.commands.options.common import in_force, in_sentences


@click.command()
@click.option(
    "--agent",
    default="",
    help="The microphone: part of its name, or its number. Default: devices.agent in the settings, then the "
    "system's default.",
)
@click.option(
    "--from",
    "path",
    type=click.Path(path_type=Path),
    help="Use the left channel of a recording made with that microphone.",
)
@click.option("--anyway", is_flag=True, help="Save the profile even if the sound is poor.")
@click.option("--plain", is_flag=True, help="Print lines instead of a screen: one for every 5 s of speech.")
@in_sentences
def calibrate(*, agent: str, path: Path | None, anyway: bool, plain: bool) -> None:
    """Learn your usual voice from half a minute of speech.

    The profile is a few numbers; no sound is saved. With it, prompts can start in the first second of a call. Without
    it, they start after 20 seconds of your speech. It is valid for this microphone, until 30 days after the last call
    that confirmed it. If the sound is too poor, the command says what to fix and saves nothing.
    """
    from datetime import datetime

    from audio.devices.portaudio import PortAudio
    from monitor.setup import calibration_session

    settings = in_force()
    wanted, streams = agent or settings.devices.agent, PortAudio()
    if path:
        source = calibration_session.recording(path, wanted, streams)
    else:
        source = calibration_session.microphone(wanted, streams)
    today = datetime.now().astimezone().date()
    plain = plain or path is not None or not takes_screen()
    kept = calibration_session.run(
        source, settings.agent.name, plain=plain, anyway=anyway, today=today, engine=settings.tone.engine
    )
    sys.exit(0 if kept else 1)

"""The agent's usual voice."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.commands.options import in_force, in_sentences


@click.command()
@click.option(
    "--agent",
    default="",
    help="The microphone: a piece of its name, or its number. Default: devices.agent of the settings, else the "
    "system's own.",
)
@click.option(
    "--from",
    "path",
    type=click.Path(path_type=Path),
    help="Take the voice from a recording (the left channel) made with that microphone.",
)
@click.option("--anyway", is_flag=True, help="Keep the profile even if the sound is bad.")
@click.option("--plain", is_flag=True, help="No screen: a line for every five seconds of speech.")
@in_sentences
def calibrate(*, agent: str, path: Path | None, anyway: bool, plain: bool) -> None:
    """Learn your usual voice from half a minute of speech.

    The profile is a few numbers and no sound. With it, a call is judged from its first second; without it, from the
    twentieth second of your speech. It counts for this microphone, and for 30 days after the last call that bore it
    out. Bad sound is told with what to do about it, and no profile is made of it.
    """
    from datetime import datetime  # noqa: PLC0415

    from audio.devices.portaudio import PortAudio  # noqa: PLC0415
    from monitor.setup import calibration_session  # noqa: PLC0415

    settings = in_force()
    wanted, streams = agent or settings.devices.agent, PortAudio()
    if path:
        source = calibration_session.recording(path, wanted, streams)
    else:
        source = calibration_session.microphone(wanted, streams)
    today = datetime.now().astimezone().date()
    plain = plain or path is not None or not sys.stdout.isatty()
    kept = calibration_session.run(source, settings.agent.name, plain=plain, anyway=anyway, today=today)
    sys.exit(0 if kept else 1)

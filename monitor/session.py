"""A live call from its start to its summary, on the screen or in plain lines."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from audio.files import AgentChannel, open_recording
from monitor.analysis import Call
from monitor.calls import CallWriter, root_folder
from monitor.live import LiveCall
from monitor.metrics import BY_NAME
from monitor.pipeline import Pipeline
from monitor.plain import line, summary
from monitor.recordings import info
from monitor.summary import of_folder
from monitor.words import loader
from rules.load import load

BLOCK_S = 0.032
"""A recording is heard in pieces as long as a frame, as a sound card would give it."""


def play(  # noqa: PLR0913 - one argument an option of the command
    path: Path,
    *,
    speed: float = 1.0,
    agent: AgentChannel = "left",
    record: bool = True,
    plain: bool = False,
    calls: Path | None = None,
    model: str = "default",
    rules: Sequence[Path] = (),
) -> None:
    """Play a recording as if it were the call, and sum it up.

    Args:
        path: the recording.
        speed: times real time; 0 for as fast as it goes.
        agent: the agent's channel.
        record: whether the sound is kept in the call's folder.
        plain: print lines instead of showing the screen; a standard output that is no terminal does so, too.
        calls: the folder of all calls.
        model: the Whisper model.
        rules: a team's rule files.

    Raises:
        SoundError: the recording cannot be used.
        ModelError: the model cannot be found.
        RuleError: a rule file is wrong.
        CallFolderError: the calls folder cannot be written.
    """
    recording = open_recording(path, agent)
    rulebook = load(rules, metrics=BY_NAME)
    words = loader(model)
    described = Call(str(path), recording.duration_s, recording.speakers, model, rulebook.fingerprint, recording.notes)
    writer = CallWriter(root_folder(calls), info(described, path.name), record=record)
    call = LiveCall(
        recording.blocks(BLOCK_S),
        lambda: Pipeline(recording.speakers, rulebook, words, live=speed > 0),
        writer,
        speed,
    )
    if plain or not sys.stdout.isatty():
        call.run(_print)
    else:
        from monitor.app import AgentApp  # noqa: PLC0415 - lines need no screen

        AgentApp(call).run(mouse=False)
        call.stop()
    if call.failure:
        raise call.failure
    click.echo("\n".join(summary(of_folder(writer.folder))))
    click.echo(f"Kept in {writer.folder}")


def _print(event: object) -> None:
    said = line(event)
    if said is not None:
        click.echo(said)

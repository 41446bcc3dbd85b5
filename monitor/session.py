"""A live call from its start to its summary, on the screen or in plain lines."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from monitor.live import LiveCall, Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from audio.files import AgentChannel


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
    run(
        partial(_open, path, speed=speed, agent=agent, record=record, calls=calls, model=model, rules=rules),
        plain=plain or not sys.stdout.isatty(),
    )


def run(open_call: Callable[[], Opened], *, plain: bool) -> None:
    """Run a call to its end and sum it up; raises what ended it before its time."""
    call = LiveCall(open_call)
    if plain:
        call.run(_print)
    else:
        from monitor.app import AgentApp  # noqa: PLC0415 - lines need no screen

        AgentApp(call).run(mouse=False)
        call.stop()
    if call.failure:
        raise call.failure
    if call.folder:
        from monitor.plain import summary  # noqa: PLC0415 - the screen is up sooner without
        from monitor.summary import of_folder  # noqa: PLC0415

        click.echo("\n".join(summary(of_folder(call.folder))))
        click.echo(f"Kept in {call.folder}")


def _open(*args: Any, **kwargs: Any) -> Opened:  # noqa: ANN401 - passed on as they are
    from monitor.opening import from_recording  # noqa: PLC0415 - heavy, and done behind the first picture

    return from_recording(*args, **kwargs)


def _print(event: object) -> None:
    from monitor.plain import line  # noqa: PLC0415

    said = line(event)
    if said is not None:
        click.echo(said)

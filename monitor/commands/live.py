"""A call as it happens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.options import calls_option, in_sentences, model_option, plain_option, rules_option

if TYPE_CHECKING:
    from audio.files import AgentChannel


@click.command()
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, help="Play a recording as if it were the call."
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Times real time; 0 for as fast as it goes.",
)
@click.option(
    "--agent",
    type=click.Choice(["left", "right", "mono"]),
    default="left",
    show_default=True,
    help="The agent's channel of the recording.",
)
@click.option("--no-record", is_flag=True, help="Keep events, but no sound.")
@plain_option
@calls_option
@model_option
@rules_option
@in_sentences
def live(  # noqa: PLR0913 - one argument an option
    *,
    source: Path,
    speed: float,
    agent: AgentChannel,
    no_record: bool,
    plain: bool,
    calls: Path | None,
    model: str,
    rules: tuple[Path, ...],
) -> None:
    """Monitor a call as it happens."""
    from monitor import session  # noqa: PLC0415

    session.play(
        source, speed=speed, agent=agent, record=not no_record, plain=plain, calls=calls, model=model, rules=rules
    )

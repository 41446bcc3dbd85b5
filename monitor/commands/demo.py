"""`tone-monitor demo`: the built-in call on the agent's screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.options.common import (
    calls_option,
    engine_option,
    in_force,
    in_sentences,
    language_option,
    model_option,
    plain_option,
)

if TYPE_CHECKING:
    from audio.engines import Engine


@click.command()
@plain_option
@calls_option
@model_option
@language_option
@engine_option
@in_sentences
def demo(*, plain: bool, calls: Path | None, model: str, engine: Engine) -> None:
    """Play the built-in call on the agent's screen.

    A three-minute sample call runs through the full live pipeline, and a summary follows. A customer has no internet;
    the agent speeds up, raises her voice and recovers. No sound card or network is needed.
    """
    from monitor import sample
    from monitor.live.options import PlayedFile, SessionOptions
    from monitor.live.run import run

    source = PlayedFile(sample.CALL)
    run(SessionOptions(source=source, settings=in_force(), plain=plain, calls=calls, model=model, engine=engine))

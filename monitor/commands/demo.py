"""The built-in call on the agent's screen."""

from __future__ import annotations

from pathlib import Path

import click

from monitor.commands.options import calls_option, current_settings, in_sentences, model_option, plain_option


@click.command()
@plain_option
@calls_option
@model_option
@in_sentences
def demo(*, plain: bool, calls: Path | None, model: str) -> None:
    """Play the built-in sample call on the agent's screen.

    It takes three minutes and runs through the full live pipeline: a customer without internet, an agent who hurries,
    raises her voice and recovers. A summary follows. It needs no sound card and no network.
    """
    from monitor import sample  # noqa: PLC0415 - not for help
    from monitor.live.options import PlayedFile, SessionOptions  # noqa: PLC0415
    from monitor.live.run import run  # noqa: PLC0415

    source = PlayedFile(sample.CALL)
    run(SessionOptions(source=source, settings=current_settings(), plain=plain, calls=calls, model=model))

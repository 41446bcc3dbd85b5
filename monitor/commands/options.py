"""What commands share: their common options, and failures told as sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

Callback = Callable[..., None]


class Sentence(click.ClickException):
    """An expected failure: one full sentence on stderr, exit 1."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - as click has it
        """Print the sentence as it is."""
        click.echo(self.message, file=file or sys.stderr)


def in_sentences(command: Callback) -> Callback:
    """Turn the failures that a command expects into sentences."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passes on what click gives
        try:
            command(*args, **kwargs)
        except Exception as error:
            from monitor.failures import EXPECTED  # noqa: PLC0415 - knows rooms that most commands do without

            if isinstance(error, EXPECTED):
                raise Sentence(str(error)) from error
            raise

    return told


calls_option = click.option(
    "--calls",
    type=click.Path(path_type=Path),
    help="Folder of all calls. Default: TONE_MONITOR_CALLS, else the platform's data folder.",
)
model_option = click.option(
    "--model",
    default="default",
    show_default=True,
    help="Whisper model: the built-in one, a faster-whisper name, a folder, or 'none' for tone without words.",
)
rules_option = click.option(
    "--rules",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A team's rule file, laid over the shipped rules. May be given again.",
)
plain_option = click.option("--plain", is_flag=True, help="No screen: a line for each prompt, utterance and flag.")

"""What commands share: their common options, the settings behind them, and failures as sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from monitor.settings.config import Settings

Callback = Callable[..., None]

_READ = "tone_monitor.settings"
"""Where the settings of a running command stand in its context."""


class Sentence(click.ClickException):
    """An expected failure: one full sentence on stderr, exit 1."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - as click has it
        """Print the sentence as it is."""
        from monitor.base.terminal import printable  # noqa: PLC0415 - not for help

        click.echo(printable(self.message), file=file or sys.stderr)


def in_sentences(command: Callback) -> Callback:
    """Turn the failures that a command expects into sentences."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passes on what click gives
        try:
            command(*args, **kwargs)
        except Exception as error:
            from monitor.base.failures import EXPECTED, told_as  # noqa: PLC0415 - knows rooms that most commands do without

            if isinstance(error, EXPECTED):
                raise Sentence(told_as(error)) from error
            raise

    return told


_SETTINGS: dict[str, Callable[[Settings], object]] = {
    "calls": lambda settings: settings.calls.folder or None,
    "model": lambda settings: settings.words.model,
    "rules": lambda settings: settings.rules.files,
    "no_record": lambda settings: not settings.calls.record,
    "auto": lambda settings: settings.calls.auto,
}
"""Options that stand for a setting, in whichever command they are."""


def from_settings(command: click.Command) -> dict[str, Any]:
    """What a command's options are where they are not given, and those of its subcommands: a default map of click's.

    The settings are read when the first of them is needed: help needs none.
    """
    if isinstance(command, click.Group):
        return {name: from_settings(inner) for name, inner in command.commands.items()}
    options = [option.name for option in command.params if isinstance(option, click.Option)]
    return {name: partial(_setting, name) for name in options if name in _SETTINGS}


def current_settings() -> Settings:
    """The settings that the running command works with: read once, when they are first needed.

    Raises:
        ConfigError: they cannot be used.
    """
    from monitor.settings.config import settings  # noqa: PLC0415 - not for help

    shared = click.get_current_context().meta
    if _READ not in shared:
        shared[_READ] = settings()
    found: Settings = shared[_READ]
    return found


def _setting(option: str) -> object:
    from monitor.settings.config import ConfigError  # noqa: PLC0415 - not for help

    try:
        return _SETTINGS[option](current_settings())
    except ConfigError as error:
        raise Sentence(str(error)) from error


calls_option = click.option(
    "--calls",
    type=click.Path(path_type=Path),
    help="Folder of all calls. Default: TONE_MONITOR_CALLS, else calls.folder of the settings, else the data folder.",
)
model_option = click.option(
    "--model",
    default="default",
    help="Whisper model: 'default' for the built-in one, a faster-whisper name, a folder, or 'none' for tone without "
    "words. Default: words.model of the settings.",
)
rules_option = click.option(
    "--rules",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A team's rule file, laid over the shipped rules. May be repeated. Default: rules.files of the settings.",
)
plain_option = click.option(
    "--plain", is_flag=True, help="No screen: print a line for each prompt, utterance and flag."
)

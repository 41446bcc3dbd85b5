"""What commands share: common options, the settings behind them, and errors printed as sentences."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from monitor.settings.config import Settings

Callback = Callable[..., None]


class Sentence(click.ClickException):
    """An expected failure: one full sentence on stderr, exit 1."""

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - as click has it
        """Print the sentence as it is."""
        from monitor.base.terminal import printable

        click.echo(printable(self.message), file=file or sys.stderr)


def in_sentences(command: Callback) -> Callback:
    """Print the errors that a command expects as sentences, without a traceback."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passes on what click gives
        try:
            command(*args, **kwargs)
        except Exception as error:
            from monitor.base.failures import EXPECTED, told_as  # knows rooms that most commands do without

            if isinstance(error, EXPECTED):
                raise Sentence(told_as(error)) from error
            raise

    return told


def in_force() -> Settings:
    """The settings that this run of a command goes by: read when they are first needed, and never again.

    Raises:
        ConfigError: they cannot be used.
    """
    read: Callable[[], Settings] = click.get_current_context().find_root().obj
    return read()


def use_settings(context: click.Context) -> None:
    """Let a command and everything it opens go by the same settings; nothing is read yet, as help needs none."""
    from monitor.sealed import sealing  # after the options are known

    @cache
    def read() -> Settings:
        from monitor.settings.config import settings

        return settings()

    context.obj = read
    sealing.use(lambda: read().privacy)


_SETTINGS: dict[str, Callable[[Settings], object]] = {
    "calls": lambda settings: settings.calls.folder or None,
    "model": lambda settings: settings.words.model,
    "engine": lambda settings: settings.tone.engine,
    "rules": lambda settings: settings.rules.files,
    "no_record": lambda settings: not settings.calls.record,
    "name_pattern": lambda settings: settings.recordings.name_pattern,
}
"""Options that stand for a setting, in whichever command they are."""


def from_settings(command: click.Command) -> dict[str, Any]:
    """The defaults of a command's options and of its subcommands' options: a default map for click.

    The settings are read when the first default is needed; help needs none.
    """
    if isinstance(command, click.Group):
        return {name: from_settings(inner) for name, inner in command.commands.items()}
    options = [option.name for option in command.params if isinstance(option, click.Option)]
    return {name: partial(_setting, name) for name in options if name in _SETTINGS}


def _setting(option: str) -> object:
    from monitor.settings.config import ConfigError

    try:
        return _SETTINGS[option](in_force())
    except ConfigError as error:
        raise Sentence(str(error)) from error


def _use_language(context: click.Context, _: click.Parameter, language: str | None) -> None:
    """Let the command go by this language instead of the setting."""
    if not language:
        return
    if not re.fullmatch("auto|[a-z]{2,3}", language):
        raise click.BadParameter(f'"{language}" is neither auto nor a code such as en or de.')
    root = context.find_root()
    read: Callable[[], Settings] = root.obj

    @cache
    def spoken() -> Settings:
        settings = read()
        return replace(settings, words=replace(settings.words, language=language))

    root.obj = spoken


calls_option = click.option(
    "--calls",
    type=click.Path(path_type=Path),
    help="Folder of all calls. Default: TONE_MONITOR_CALLS, then calls.folder in the settings, then the data folder.",
)
model_option = click.option(
    "--model",
    default="default",
    help="Whisper model: 'auto' (the best that keeps up), 'default' (built in), 'base' or another faster-whisper name, "
    "a folder, or 'none' for tone alone. Default: words.model in the settings.",
)
language_option = click.option(
    "--language",
    metavar="auto|CODE",
    expose_value=False,
    callback=_use_language,
    help="Language of the call: 'auto' to find out, or a code such as 'en' or 'de'. Default: words.language in the "
    "settings.",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["swift", "librosa"]),
    default="swift",
    help="What measures volume, pitch and rate: swift, right on telephone sound, or librosa, for microphones with "
    "a wide band. Default: tone.engine in the settings.",
)
rules_option = click.option(
    "--rules",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A team's rule file; it overrides the shipped rules. Can be repeated. Default: rules.files in the settings.",
)
reviewer_option = click.option(
    "--reviewer",
    default="",
    metavar="NAME",
    help="Your name on marks and corrections. Default: reviewer.name in the settings, then the login name.",
)
plain_option = click.option(
    "--plain", is_flag=True, help="Print a line for each prompt, utterance and flag instead of a screen."
)

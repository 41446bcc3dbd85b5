"""Options that say who and when of recordings, for every command that reads some."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.options.together import together
from monitor.settings.consent import STATUSES

if TYPE_CHECKING:
    from audio.files.headerless import RawFormat
    from audio.files.recording import AgentChannel
    from audio.files.storage import Storage
    from monitor.recordings.plan import Sources

PIPE = Path("-")
"""Stands for a recording that is piped in."""
FILE_DATE = "file"
"""Stands for the date of the file as the start of the call."""

_OPTIONS = (
    click.option("--agent-name", default="", metavar="NAME", help="The agent's name."),
    click.option("--customer-id", default="", help="The customer's id in your own software."),
    click.option(
        "--started",
        default="",
        metavar="TIME",
        help=f"When the call started, such as 2026-03-01T09:30+01:00; without an offset, in the time zone of this "
        f"machine. “{FILE_DATE}”: when the file was last changed, if no other date is known.",
    ),
    click.option(
        "--consent",
        type=click.Choice(STATUSES),
        help="Whether the customer agreed to be recorded. If refused, neither sound nor words are saved.",
    ),
    click.option("--consent-method", default="", metavar="HOW", help="How consent was given, such as spoken."),
    click.option(
        "--attribute",
        "attributes",
        multiple=True,
        metavar="NAME=VALUE",
        help="Something else known about the call, such as contacts_30d=3. Can be repeated.",
    ),
    click.option(
        "--raw",
        default="",
        metavar="FORMAT:RATE",
        help="How to read recordings without a header: ulaw, alaw, s16, s16be, g722, gsm or vox, then the sample rate, "
        "and channels if there are two, such as s16:16000:2. Suffixes such as .ulaw, .sln16 and .g722 need none.",
    ),
    click.option(
        "--name-pattern",
        default="",
        metavar="PATTERN",
        help="How recordings are named: freepbx, asterisk-queue, asterisk-monitor, genesys-cloud, amazon-connect, 3cx, "
        "zoom-contact-center, aws-post-call-analytics, or a regular expression with named groups. Default: "
        "recordings.name_pattern in the settings.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingOptions:
    """The values of these options."""

    agent_name: str
    customer_id: str
    started: str
    consent: str | None
    consent_method: str
    attributes: tuple[str, ...]
    raw: str
    name_pattern: str

    @property
    def any_given(self) -> bool:
        """Whether one was given that says something about a certain recording."""
        return any(
            (
                self.agent_name,
                self.customer_id,
                self.started,
                self.consent,
                self.consent_method,
                self.attributes,
                self.raw,
            )
        )

    @property
    def raw_format(self) -> RawFormat | None:
        """How recordings without a header are read, if it was given.

        Raises:
            click.BadParameter: there is no such format.
        """
        from audio.files.headerless import RawFormat

        try:
            return RawFormat.of(self.raw) if self.raw else None
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--raw") from error

    def sources(self, agent: AgentChannel | None) -> Sources:
        """Where it is looked up what is known of recordings.

        Args:
            agent: the agent's channel, if it was given.

        Raises:
            click.UsageError: a value can't be used, or two don't fit together.
            MetadataError: there is no such pattern.
        """
        from monitor.recordings.known import from_fields
        from monitor.recordings.names import name_pattern
        from monitor.recordings.plan import Sources

        if self.consent_method and self.consent is None:
            raise click.UsageError("--consent-method needs --consent.")
        file_date = self.started == FILE_DATE
        said = {
            "agent": self.agent_name,
            "customer": self.customer_id,
            "started": "" if file_date else self.started,
            "consent": self.consent or "",
            "consent_method": self.consent_method,
            "agent_channel": agent or "",
        }
        for attribute in self.attributes:
            name, equals, value = attribute.partition("=")
            if not equals:
                raise click.BadParameter(f"{attribute} has no “=”. Write NAME=VALUE.", param_hint="--attribute")
            said[f"attribute.{name}"] = value
        try:
            given = from_fields(said)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        pattern = name_pattern(self.name_pattern) if self.name_pattern else None
        return Sources(given=given, pattern=pattern, file_date=file_date)


recording_options = together("about", RecordingOptions, _OPTIONS)
"""Gives a command these options, whose values it takes together as `about`."""


def standard_input() -> Storage:
    """Where "-" is read from: the standard input, here and now to its end.

    Raises:
        click.UsageError: nothing is piped into it.
        SoundError: it holds too much.
    """
    from audio.files.standard_input import with_standard_input
    from monitor.call.files import STORAGE

    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError(
            "“-” stands for a recording that is piped in, as in: cat call.wav | tone-monitor analyze -"
        )
    return with_standard_input(STORAGE, sys.stdin.buffer)


def take_keys_from_terminal() -> None:
    """Let the terminal take the place of a pipe that has been read, so that the keys of a screen work."""
    pipe = sys.stdin
    if pipe is sys.__stdin__ and pipe and hasattr(os, "ctermid"):
        with suppress(OSError):  # there is none
            terminal = os.open(os.ctermid(), os.O_RDWR)
            os.dup2(terminal, pipe.fileno())
            os.close(terminal)

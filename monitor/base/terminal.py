"""Text on its way to a terminal: the name of a call, a file or a device must not control it."""

import re
import sys
from collections.abc import Iterable

import click

_STEERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""Control characters, with which escape sequences begin and lines are forged; those that turn the direction of a line
round, so that it reads as something else; halves of characters, which no terminal can be given."""


def printable(text: str) -> str:
    """A line of text that is safe on a terminal: each character that would control it is replaced by "�"."""
    return text if text.isascii() and text.isprintable() else _STEERS.sub("�", text)


def say(line: object, *, err: bool = False) -> None:
    """Print one line on the standard output, or on the standard error."""
    click.echo(printable(str(line)), err=err)


def say_all(lines: Iterable[object]) -> None:
    """Print lines on the standard output, one by one."""
    for line in lines:
        say(line)


def show(content: bytes) -> None:
    """Print data for other programs unchanged; on a terminal, make it safe."""
    if sys.stdout.isatty():
        say_all(content.decode("utf-8", "replace").removesuffix("\n").replace("\r\n", "\n").split("\n"))
    else:
        click.echo(content, nl=False)

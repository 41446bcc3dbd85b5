"""Text on its way to a terminal: the name of a call, a file or a device must not control it."""

import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

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


def takes_screen(*, keys: bool = False) -> bool:
    """Whether a screen can be shown; otherwise, lines are printed.

    Args:
        keys: whether the screen is of no use without a keyboard.
    """
    streams = (sys.stdin, sys.stdout, sys.stderr) if keys else (sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams) and _places_text()


def shows_progress() -> bool:
    """Whether the standard error is a terminal on which a progress bar can move."""
    return sys.stderr is not None and sys.stderr.isatty() and _places_text()


def _places_text() -> bool:
    """Whether the terminal can place text anywhere, as its name says; one that is not known probably can."""
    if sys.platform == "win32":
        return True
    name = os.environ.get("TERM", "")
    if name in {"", "dumb", "unknown"}:
        return False
    import curses

    try:
        curses.setupterm(name, sys.stderr.fileno())
        return bool(curses.tigetstr("cup"))
    except (curses.error, OSError, ValueError):
        return True


def drop_unwritten() -> None:
    """Drop what a terminal that is gone did not take: Python would try again at its end, and end with an error."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with Path(os.devnull).open("wb") as nowhere, suppress(OSError, ValueError):
                os.dup2(nowhere.fileno(), stream.fileno())

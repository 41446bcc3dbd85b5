"""The page of a playlist."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from monitor.base.clock import clock
from monitor.base.version import __version__
from monitor.report.moments import ReportMoment
from monitor.report.wording import day

NOT_FOR = "This playlist is for learning. It is not a tool for employment decisions."


@dataclass(frozen=True, slots=True)
class Entry:
    """One moment of the playlist."""

    agent: str
    """As it is shown."""
    day: date
    moment: ReportMoment
    sound: bytes | None
    """Ogg Opus, the agent left and the customer right; None where there is none."""
    call: str = ""
    """Id of the call; empty where agents have pseudonyms."""


def one_file(entries: Sequence[Entry], title: str) -> str:
    """The page with the sound in it."""
    return _rendered(entries, title, [_address(entry.sound) for entry in entries], "data:")


def in_folder(entries: Sequence[Entry], title: str) -> str:
    """The page beside its sound files."""
    names = [sound_name(number) if entry.sound else "" for number, entry in enumerate(entries, start=1)]
    return _rendered(entries, title, names, "'self' file:")


def sound_name(number: int) -> str:
    """Name of the sound file of a moment."""
    return f"{number:02}.ogg"


def _rendered(entries: Sequence[Entry], title: str, sounds: Sequence[str], media: str) -> str:
    style = files("monitor.report").joinpath("templates/style.css").read_text("utf-8")
    return _template().render(
        title=title,
        entries=list(zip(entries, sounds, strict=True)),
        length_s=sum(entry.moment.end_s - entry.moment.start_s for entry in entries),
        media=media,
        style=Markup(style),  # noqa: S704 - our own file
        not_for=NOT_FOR,
        version=__version__,
    )


def _address(sound: bytes | None) -> str:
    return "data:audio/ogg;base64," + base64.b64encode(sound).decode("ascii") if sound else ""


@cache
def _template() -> jinja2.Template:
    options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("monitor.playlists"), autoescape=True, undefined=jinja2.StrictUndefined, **options
    )
    environment.filters |= {"clock": clock, "day": day}
    return environment.get_template("playlist.html.jinja")

"""The calls of a fair draw, printed: which calls a filter finds is all that is known of them before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.base.terminal import say, say_all, show
from monitor.catalogue import query
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.rows import CallRow
from monitor.scorecards.sample import Per, draw, told
from monitor.supervisor import plain_list

MOST_SEEDS = 10_000
NOBODY = "no agent named"


@dataclass(frozen=True, slots=True)
class Sample:
    """How to draw."""

    size: int
    """Calls of each group."""
    per: tuple[Per, ...] = ()
    """What makes a group; nothing for all calls."""
    seed: int | None = None
    """None to take any."""


def print_drawn(catalogue: Catalogue, wanted: query.Filter, sample: Sample, *, as_json: bool) -> None:
    """Draw of the calls that a filter finds, print the drawn ones by their start, and say of how many they are.

    Args:
        catalogue: that lists them.
        wanted: which calls may be drawn; those in progress never are.
        sample: how to draw.
        as_json: print an array instead of lines.

    Raises:
        CatalogueError: the catalogue cannot be used.
    """
    seed = secrets.randbelow(MOST_SEEDS) if sample.seed is None else sample.seed
    found = {
        call.folder: call
        for call in query.calls(catalogue, wanted, "newest")
        if call.closed or plain_list.state(catalogue.root, call) != "open"
    }
    draws = draw(((_group(call, sample.per), call.folder) for call in found.values()), sample.size, seed)
    drawn = sorted((found[call] for one in draws for call in one.drawn), key=lambda call: (call.started_s, call.folder))
    _print(catalogue, drawn, as_json=as_json)
    for sentence in told(draws, seed):
        say(sentence, err=True)


def _print(catalogue: Catalogue, drawn: Sequence[CallRow], *, as_json: bool) -> None:
    if as_json:
        show(plain_list.to_json(catalogue.root, drawn) + b"\n")
    else:
        say_all(plain_list.lines(catalogue.root, drawn, datetime.now().astimezone().date()))


def _group(call: CallRow, per: tuple[Per, ...]) -> str:
    day = datetime.fromisoformat(call.started).date()
    names = {
        "agent": call.agent or NOBODY,
        "day": day.isoformat(),
        "week": f"week of {day - timedelta(days=day.weekday())}",
    }
    return ", ".join(names[one] for one in per)

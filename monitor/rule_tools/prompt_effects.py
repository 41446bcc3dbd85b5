"""Whether prompts help: what followed those that were shown, beside what followed those kept silent by a draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select

from monitor.base.errors import CallFolderError
from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.rule_tools.drawn_prompts import DrawnPrompt, drawn_prompts
from monitor.rule_tools.randomised import Moments, effect, moments_needed

if TYPE_CHECKING:
    from monitor.base.chance import Estimate
    from monitor.base.resampling import Numbers

ALL = "all rules"
HALF_WIDTH = 0.1
"""Of the interval of a share that an experiment should be large enough for."""
OUTCOMES: dict[str, tuple[str, float, int]] = {
    "done": ("done, points", 100.0, 0),
    "agent_rate_sps": ("agent's rate, syll/s", 1.0, 2),
    "agent_level_db": ("agent's level, dB", 1.0, 1),
    "customer_level_db": ("customer's level, dB", 1.0, 1),
    "complained": ("complaints, points", 100.0, 0),
}
"""What may follow a prompt: its heading, the factor to the unit that is printed, and the decimals."""


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What the prompts of one rule did."""

    rule: str
    shown: int
    silent: int
    effects: dict[str, Estimate]
    """By what followed: the mean with the prompt less that without it, in the units of OUTCOMES."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the experiment has shown so far."""

    rules: tuple[RuleEffect, ...]
    """All rules together first, then each, the most frequent first; empty if nothing was drawn."""
    needed: int
    """Prompts that are needed to know the share of what was done to ±10 points; 0 if nothing was drawn."""
    needed_silent: int
    """How many of them silent."""
    unread: int
    """Calls with drawn prompts whose log can't be read."""


@dataclass(frozen=True, slots=True)
class _Moment:
    prompt: DrawnPrompt
    call: int
    agent: str


def experiment(catalogue: Catalogue, *, since: date | None = None) -> Findings:
    """Compare what followed shown and silent prompts in the calls of a catalogue.

    Args:
        catalogue: of the calls.
        since: only calls of this day and later.

    Raises:
        CatalogueError: it does not answer.
    """
    calls, prompts = schema.calls.c, schema.prompts.c
    drawn_for = select(prompts.call).where(prompts.silent.is_not(None))
    query = select(calls.key, calls.folder, calls.agent).where(calls.site == catalogue.site, calls.key.in_(drawn_for))
    if since:
        query = query.where(calls.day >= since.isoformat())
    with catalogue.reading() as connection:
        listed = connection.execute(query.order_by(calls.key)).all()
    moments, unread = [], 0
    for row in listed:
        try:
            moments += [_Moment(one, row.key, row.agent) for one in drawn_prompts(Path(catalogue.root, row.folder))]
        except CallFolderError:
            unread += 1
    return _findings(moments, unread)


def lines(found: Findings) -> Iterator[str]:
    """A table: each rule with what its prompts changed, and how much is still needed to know it."""
    if not found.rules and not found.unread:
        return
    yield ""
    yield "Experiment: what followed prompts that were shown, less what followed those kept silent"
    rows = [("rule", "shown", "silent", *(heading for heading, _, _ in OUTCOMES.values()))]
    rows += [_cells(one) for one in found.rules]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for first, *rest in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join([f"{first:<{widths[0]}}", *cells])
    yield ""
    yield "In brackets: the 95 % interval. A difference whose interval holds zero may be chance."
    if found.needed:
        yield (
            f"To know the share of what was done to ±{100 * HALF_WIDTH:.0f} points, about {found.needed:,} prompts "
            f"are needed, {found.needed_silent:,} of them silent."
        )
    if found.unread:
        which = "1 call with a drawn prompt is" if found.unread == 1 else f"{found.unread} calls with drawn prompts are"
        yield f"{which} left out, as the log can't be read."


def _findings(moments: Sequence[_Moment], unread: int) -> Findings:
    by_rule: dict[str, list[_Moment]] = {}
    for moment in moments:
        by_rule.setdefault(moment.prompt.rule, []).append(moment)
    in_order = sorted(by_rule, key=lambda rule: (-len(by_rule[rule]), rule))
    rules = [_effect(ALL, moments), *(_effect(rule, by_rule[rule]) for rule in in_order)] if moments else []
    chances = [moment.prompt.chance for moment in moments]
    needed, silent = moments_needed(HALF_WIDTH, float(np.mean(chances))) if chances else (0, 0)
    return Findings(tuple(rules), needed, silent, unread)


def _effect(rule: str, moments: Sequence[_Moment]) -> RuleEffect:
    prompts = [moment.prompt for moment in moments]
    _, agents = np.unique([moment.agent for moment in moments], return_inverse=True)
    drawn = Moments(
        treated=np.array([not prompt.silent for prompt in prompts], float),
        chances=np.array([1 - prompt.chance for prompt in prompts]),
        before=np.column_stack([np.array([prompt.before for prompt in prompts]), _kinds(prompts)]),
        calls=np.array([moment.call for moment in moments]),
        agents=agents,
    )
    effects = {
        outcome: effect(factor * np.array(list(map(attrgetter(outcome), prompts))), drawn)
        for outcome, (_, factor, _) in OUTCOMES.items()
    }
    silent = sum(prompt.silent for prompt in prompts)
    return RuleEffect(rule, len(prompts) - silent, silent, effects)


def _kinds(prompts: Sequence[DrawnPrompt]) -> Numbers:
    """A column for each rule but the first: some are followed more often than others, shown or not."""
    names = sorted({prompt.rule for prompt in prompts})[1:]
    return np.array([[float(prompt.rule == name) for name in names] for prompt in prompts]).reshape(len(prompts), -1)


def _cells(one: RuleEffect) -> tuple[str, ...]:
    found = (_text(one.effects[outcome], decimals) for outcome, (_, _, decimals) in OUTCOMES.items())
    return (one.rule, str(one.shown), str(one.silent), *found)


def _text(found: Estimate, decimals: int) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "too little data"
    value, low, high = (f"{part:+.{decimals}f}".replace("-", "−") for part in (found.value, found.low, found.high))
    return f"{value} ({low} to {high})"

"""How often each rule prompts before and after a change of the rules, over many calls, with 95 % ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from monitor.base import chance
from monitor.base.chance import Estimate
from monitor.base.counts import count
from monitor.rule_tools.backtest import summary
from monitor.rule_tools.backtest_run import CallTried, RuleCounts

if TYPE_CHECKING:
    from monitor.base.resampling import Numbers, Places

PER_S = 600.0
"""Prompts are counted in 10 minutes of sound."""
ALL = "all rules"
MOST_GROUPS = 2_000
"""Calls are drawn in groups where there are more: a group of calls of one agent is drawn as a single call is, and the
table of draws stays small."""


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """One rule, or all of them together, over all calls."""

    rule: str
    counts: RuleCounts
    calls_changed: int
    """Calls in which anything about its prompts differs."""
    before: Estimate
    """Prompts in 10 minutes of sound."""
    after: Estimate
    difference: Estimate
    """After less before, call by call."""


class BacktestTotals:
    """Sums up a back-test call by call; a million calls fit in memory.

    Attributes:
        calls: how many were judged.
        wordless: how many of them without their words.
        sound_s: their length together.
    """

    def __init__(self) -> None:
        self.calls = self.wordless = 0
        self.sound_s = 0.0
        self._agents: dict[str, int] = {}
        self._durations_s: list[float] = []
        self._agent_of: list[int] = []
        self._counts: dict[str, dict[int, RuleCounts]] = {}

    def add(self, one: CallTried) -> None:
        """Add a call that was judged."""
        at, counts = self.calls, one.counts or {}
        self.calls += 1
        self.wordless += one.wordless
        self.sound_s += one.duration_s
        self._durations_s.append(one.duration_s)
        self._agent_of.append(self._agents.setdefault(one.agent, len(self._agents)))
        for rule, found in counts.items():
            self._counts.setdefault(rule, {})[at] = found
        if counts:
            self._counts.setdefault(ALL, {})[at] = _total(counts.values())

    def counts(self) -> dict[str, RuleCounts]:
        """The prompts of all rules together, then of each in alphabetical order; rules without any are left out."""
        together = {ALL: self._counts.get(ALL, {}), **dict(sorted(self._counts.items()))}
        return {rule: _total(own.values()) for rule, own in together.items()}

    def figures(self) -> tuple[RuleFigures, ...]:
        """The same with their ranges."""
        durations_s = np.array(self._durations_s)
        agents = np.array(self._agent_of, dtype=int)
        groups = _groups(durations_s, agents)
        return tuple(self._figures(rule, own, durations_s, agents, groups) for rule, own in self.counts().items())

    def _figures(
        self,
        rule: str,
        total: RuleCounts,
        durations_s: Numbers,
        agents: Places,
        groups: Places,
    ) -> RuleFigures:
        own = self._counts.get(rule, {})
        prompts = np.zeros((3, self.calls))
        for at, found in own.items():
            prompts[:, at] = found.before, found.after, found.after - found.before
        number = int(groups.max()) + 1 if len(groups) else 0
        weights: Numbers = np.bincount(groups, durations_s, number).astype(float)
        sums = np.array([np.bincount(groups, row, number) for row in prompts])
        heard = weights > 0  # a call that broke off has no length
        agent_of: Places = np.zeros(number, dtype=int)
        agent_of[groups] = agents
        values = PER_S * sums[:, heard] / weights[heard]
        found_all = chance.averages(values, weights[heard], agent_of[heard])
        before, after, difference = (replace(one, calls=self.calls) for one in found_all)
        changed = sum(found.same != found.before or found.same != found.after for found in own.values())
        return RuleFigures(rule, total, changed, before, after, difference)


def short(totals: BacktestTotals) -> Iterator[str]:
    """The numbers of prompts without ranges, as lines."""
    for rule, own in totals.counts().items():
        head = f"{count(totals.calls, 'call')}: " if rule == ALL else f"  {rule:<22}  "
        yield head + summary(own.before, own.after, own.same)


def lines(totals: BacktestTotals) -> Iterator[str]:
    """The table, and how it is made."""
    head = f"{count(totals.calls, 'call')}, {totals.sound_s / 3600:.1f} hours of sound."
    if totals.wordless:
        head += f" The words of {totals.wordless} are deleted: there, rules that read words are left out."
    yield head
    rows = [_HEADS, *(_cells(one) for one in totals.figures())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    for first, *others in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([f"{first:<{widths[0]}}", *cells])
    yield ""
    yield (
        "Prompts in 10 minutes of sound, with a 95 % range from drawing calls, or agents from "
        f"{chance.MANY_AGENTS} on, 999 times with replacement."
    )


def to_json(totals: BacktestTotals) -> bytes:
    """One object: the calls, and an array with an object for each rule."""
    return msgspec.json.encode(
        {"calls": totals.calls, "wordless": totals.wordless, "sound_s": totals.sound_s, "rules": totals.figures()}
    )


_HEADS = (
    *("rule", "before", "after", "same", "calls changed"),
    *("before / 10 min", "after / 10 min", "difference"),
)


def _cells(one: RuleFigures) -> Sequence[str]:
    counts = one.counts
    return (
        *(one.rule, str(counts.before), str(counts.after), str(counts.same), str(one.calls_changed)),
        *(_estimated(one.before), _estimated(one.after), _difference(one.difference)),
    )


def _estimated(own: Estimate) -> str:
    if own.value is None or own.low is None or own.high is None:
        return "too little data"
    return f"{own.value:.2f} ({own.low:.2f}–{own.high:.2f})"


def _difference(own: Estimate) -> str:
    if own.value is None or own.low is None or own.high is None:
        return "too little data"
    found = f"{_signed(own.value)} ({_signed(own.low)} to {_signed(own.high)})"
    return found if own.beyond_chance or not own.value else f"{found}, within chance"


def _signed(value: float) -> str:
    text = f"{value:+.2f}"
    return text.replace("-", "−") if float(text) else text.lstrip("+-")


def _total(counts: Iterable[RuleCounts]) -> RuleCounts:
    every = list(counts)
    before, after, same = (sum(getattr(one, name) for one in every) for name in ("before", "after", "same"))
    return RuleCounts(before, after, same)


def _groups(durations_s: Numbers, agents: Places) -> Places:
    """A group for each call: its own if they are few, else one of MOST_GROUPS, each with calls of one agent."""
    calls = len(durations_s)
    if calls <= MOST_GROUPS:
        return np.arange(calls)
    size = -(-calls // MOST_GROUPS)
    groups, first = np.zeros(calls, dtype=int), 0
    for agent in np.unique(agents):
        own = np.flatnonzero(agents == agent)
        numbers = max(1, round(len(own) / size))
        groups[own] = first + np.arange(len(own)) % numbers
        first += numbers
    return groups

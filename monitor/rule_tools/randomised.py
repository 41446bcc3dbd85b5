"""The effect of a treatment that was drawn anew at every moment, in a micro-randomised trial.

The estimator is the weighted and centred least squares of Boruvka, Almirall, Witkiewitz and Murphy (2018), "Assessing
Time-Varying Causal Effect Moderation in Mobile Health", with the correction of its variance for few clusters by Mancl
and DeRouen (2001) and Student's t.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from monitor.base.chance import FEWEST_CALLS, MANY_AGENTS, Estimate
from monitor.base.resampling import CONFIDENCE

if TYPE_CHECKING:
    from monitor.base.resampling import Numbers, Places


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The moments of a trial; n of them."""

    treated: Numbers
    """1 where there was the treatment, 0 where not, shape (n,)."""
    chances: Numbers
    """The probability of the treatment, between 0 and 1, with which it was drawn, shape (n,)."""
    before: Numbers
    """What was known of each beforehand, shape (n, k); NaN counts as the mean."""
    calls: Places
    """The call of each, as a number, shape (n,)."""
    agents: Places
    """The agent of each, as a number, shape (n,)."""


def effect(values: Numbers, moments: Moments) -> Estimate:
    """The mean difference that the treatment made.

    What is known of a moment beforehand makes the estimate surer and never biases it, as the draw did not depend on it.
    Agents are the clusters where there are enough of them; with fewer, calls are, and the result is one about just
    these agents.

    Args:
        values: what followed each moment, shape (n,); NaN where that could not be measured.
        moments: of the trial.
    """
    known = ~np.isnan(values) & (moments.chances > 0) & (moments.chances < 1)
    values, treated, chances = values[known], moments.treated[known], moments.chances[known]
    found = Estimate(len(values))
    if min(treated.sum(), (1 - treated).sum()) < FEWEST_CALLS:
        return found
    agents = moments.agents[known]
    clusters = agents if len(np.unique(agents)) >= MANY_AGENTS else moments.calls[known]
    usual = chances.mean()
    weights = np.where(treated == 1, usual / chances, (1 - usual) / (1 - chances))
    design = np.column_stack([_controls(moments.before[known], weights), treated - usual])
    rank, names = np.linalg.matrix_rank(design), np.unique(clusters)
    freedom = len(names) - design.shape[1]
    if rank < design.shape[1] or freedom < 1:
        return found
    inverse = np.linalg.inv(design.T @ (weights[:, np.newaxis] * design))
    slopes = inverse @ (design.T @ (weights * values))
    residuals = values - design @ slopes
    meat = np.zeros_like(inverse)
    for name in names:
        own = clusters == name
        rows, weight = design[own], weights[own]
        leverage = rows @ inverse @ (rows * weight[:, np.newaxis]).T
        corrected = np.linalg.solve(np.eye(len(rows)) - leverage, residuals[own])
        score = rows.T @ (weight * corrected)
        meat += np.outer(score, score)
    from scipy.stats import t  # takes half a second to import

    error = float(np.sqrt((inverse @ meat @ inverse)[-1, -1]))
    value = float(slopes[-1])
    half = float(t.ppf((1 + CONFIDENCE) / 2, freedom)) * error
    p = float(2 * t.sf(abs(value) / error, freedom)) if error > 0 else 1.0
    return Estimate(len(values), value, value - half, value + half, p)


def moments_needed(half_width: float, chance: float) -> tuple[int, int]:
    """How many moments make the difference of two shares known to within a half width, at worst.

    Args:
        half_width: of the 95 % interval, as a share.
        chance: the probability of the rarer kind of moments.

    Returns:
        All of them, and those of the rarer kind.
    """
    whole = round((1.96 / half_width) ** 2 / 4 * (1 / chance + 1 / (1 - chance)))
    return whole, round(whole * chance)


def _controls(before: Numbers, weights: Numbers) -> Numbers:
    """A column of ones, and those of what was known beforehand that differ between moments."""
    columns = [np.ones(len(before))]
    for column in before.T:
        known = ~np.isnan(column)
        if known.any() and np.ptp(column[known]) > 0:
            centred = np.where(known, column, np.average(column[known], weights=weights[known]))
            columns.append(centred - centred.mean())
    return np.column_stack(columns)

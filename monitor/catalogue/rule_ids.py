"""Tells a rule that never fired from one that does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from monitor.catalogue import schema
from monitor.catalogue.catalogue import Catalogue
from monitor.catalogue.errors import FilterError
from monitor.catalogue.query import Filter
from rules.strict_toml import suggestion


def check(catalogue: Catalogue, wanted: Filter, files: Sequence[Path]) -> None:
    """See that a filter names a rule that fired in a call, or that could.

    Args:
        catalogue: of the calls.
        wanted: the filter.
        files: a team's rule files.

    Raises:
        FilterError: there is no such rule.
        CatalogueError: the catalogue can't be read.
        RuleError: a rule file is wrong.
    """
    rule = schema.flags.c.rule
    if not wanted.rule:
        return
    with catalogue.reading() as connection:
        if connection.execute(select(rule).where(rule == wanted.rule).limit(1)).first():
            return
        fired = set(connection.execute(select(rule).distinct().where(rule != "")).scalars())
    from monitor.pipeline.metrics import BY_NAME  # reading the rulebook takes a moment
    from rules.load import load

    known = fired | {one.id for one in load(files, metrics=BY_NAME).rules}
    if wanted.rule not in known:
        hint = suggestion(wanted.rule, sorted(known))
        hint = hint if "?" in hint else "; `tone-monitor rules list` lists them."
        raise FilterError(f'There is no rule "{wanted.rule}"{hint}')

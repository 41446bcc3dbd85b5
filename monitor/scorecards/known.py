"""What a form may name: rules, report items, steps of checklists and measures, with their titles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.report.titles import Titles


@dataclass(frozen=True, slots=True)
class Known:
    """The names that can be answered automatically."""

    rules: frozenset[str] = field(default_factory=frozenset)
    wordless: frozenset[str] = field(default_factory=frozenset)
    """Those of the rules that need no words."""
    items: frozenset[str] = field(default_factory=frozenset)
    """Report items."""
    steps: frozenset[str] = field(default_factory=frozenset)
    """Of checklists, such as "six-steps/listen"."""
    measures: frozenset[str] = field(default_factory=frozenset)
    titles: Titles = field(default_factory=Titles)


def known(rule_files: Sequence[Path] = ()) -> Known:
    """The names in the shipped rules and a team's.

    Raises:
        RuleError: a rule file is wrong.
    """
    from monitor.pipeline.metrics import BY_NAME  # reading the rulebook takes a moment
    from monitor.report.team.numbers import MEASURES
    from rules.load import load

    book = load(rule_files, metrics=BY_NAME)
    return Known(
        rules=frozenset(rule.id for rule in book.rules),
        wordless=frozenset(rule.id for rule in book.rules if not rule.reads_words),
        items=frozenset(item.id for item in book.items),
        steps=frozenset(f"{checklist.id}/{step.id}" for checklist in book.checklists for step in checklist.steps),
        measures=frozenset(measure.name for measure in MEASURES),
        titles=Titles({rule.id: rule.title for rule in book.rules}, {item.id: item.title for item in book.items}),
    )

"""Titles of the shipped rules and report items; a team's own go by their ids, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles by id."""

    rules: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    """What rules say is the reason when they fire, with fields to fill in."""

    def rule(self, name: str) -> str:
        """What a rule is called."""
        return self.rules.get(name) or plain(name)

    def item(self, name: str) -> str:
        """What a report item is called."""
        return self.items.get(name) or plain(name)


BY_ID = Titles()
"""Everything goes by its id."""


@cache
def shipped() -> Titles:
    """The titles in the shipped rulebook."""
    from monitor.pipeline.metrics import BY_NAME  # reading the rulebook takes a moment
    from rules.load import load

    book = load((), metrics=BY_NAME)
    return Titles(
        {rule.id: rule.title for rule in book.rules},
        {item.id: item.title for item in book.items},
        {rule.id: rule.fact for rule in book.rules},
    )


def plain(name: str) -> str:
    """An id in plain words: "slow-down" is "Slow down"."""
    return name.replace("-", " ").replace("_", " ").capitalize()

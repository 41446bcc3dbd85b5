"""What the texts of rules may not say: what an agent feels.

Numbers and instructions are facts; feelings are the agent's own, and inferring them at work from a voice is prohibited
in the European Union (AI Act, Article 5(1)(f)).
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rules.rulebook import Rule


@cache
def emotions() -> frozenset[str]:
    """Words for what people feel, lower case."""
    lines = Path(__file__).with_name("emotions.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def feelings(texts: Iterable[str]) -> list[str]:
    """The words in some texts that name what somebody feels, in order."""
    said = dict.fromkeys(word for text in texts for word in re.findall(r"[^\W_]+", text.lower()))
    return [word for word in said if word in emotions()]


def about_the_agent(rule: Rule) -> tuple[str, ...]:
    """All texts of a rule that speak of the agent: what is prompted, and what describes a rule about them."""
    described = (rule.id, rule.about) if rule.speaker == "agent" else ()
    return (*rule.texts, rule.action, *described)

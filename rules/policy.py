"""Policy: the texts of rules must not say what an agent feels.

Numbers and instructions are facts; feelings are the agent's own, and inferring them at work from a voice is prohibited
in the European Union (AI Act, Article 5(1)(f)).
"""

import re
from collections.abc import Iterable

from rules.language.emotions import emotions
from rules.rulebook import ChecklistPlan, Item, Rule


def feelings(texts: Iterable[str]) -> list[str]:
    """The words in some texts that name what somebody feels, in order."""
    said = dict.fromkeys(word for text in texts for word in re.findall(r"[^\W_]+", text.lower()))
    return [word for word in said if word in emotions()]


def about_the_agent(part: Rule | Item | ChecklistPlan) -> tuple[str, ...]:
    """All texts about the agent: prompts, checklist steps, descriptions, and names of what is counted."""
    match part:
        case Rule():
            described = (part.id, part.about) if part.speaker == "agent" else ()
            return (*part.texts, part.action, *described)
        case Item():
            return (part.id, part.title, part.about) if part.speaker == "agent" else ()
        case ChecklistPlan():
            return (part.id, part.title, part.about, *(text for step in part.steps for text in (step.id, step.title)))

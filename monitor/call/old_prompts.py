"""Reads the outcomes of prompts as versions up to 0.3 wrote them: one word for what became of it and why it went."""

from collections.abc import Mapping
from typing import Any

from rules.model import Outcome, TakenDown

_OUTCOMES: dict[str, tuple[Outcome, TakenDown | None]] = {
    "followed": ("followed", None),
    "ignored": ("no_change", None),
    "dismissed": ("not_applicable", "dismissed"),
    "snoozed": ("not_applicable", "snoozed"),
    "call ended": ("not_applicable", "call_ended"),
}


def renewed(prompt: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a prompt with its outcome as this version has it.

    Those versions did not note who saw a prompt, so that its outcome stands as it was judged.
    """
    if "after" in prompt or prompt.get("outcome") not in _OUTCOMES:
        return prompt
    after, taken_down = _OUTCOMES[prompt["outcome"]]
    return {**prompt, "outcome": after, "after": after, "taken_down": taken_down}

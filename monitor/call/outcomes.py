"""Outcomes of prompts in the words that people read: they judge the prompt, never the agent."""

from rules.model import Prompt

_TEXTS: dict[str | None, str] = {
    "followed": "followed",
    "partly": "partly",
    "not_yet": "not yet",
    "no_change": "no change",
    "not_applicable": "–",
    "unseen": "nobody saw it",
    None: "outcome unknown",
}
_BY_THE_AGENT = ("dismissed", "snoozed")
"""The reasons for which a prompt disappears that say something about it."""


def outcome_text(outcome: str | None) -> str:
    """An outcome as the screens write it."""
    return _TEXTS[outcome or None]


def prompt_outcome_text(prompt: Prompt) -> str:
    """All that is known of what a prompt did: "no change, dismissed", or "nobody saw it, then followed"."""
    parts = [outcome_text(prompt.outcome)]
    if prompt.outcome == "unseen" and prompt.after not in {None, "not_applicable"}:
        parts.append(f"then {outcome_text(prompt.after)}")
    if prompt.taken_down in _BY_THE_AGENT:
        parts = [part for part in parts if part != outcome_text("not_applicable")] + [prompt.taken_down]
    return ", ".join(parts)

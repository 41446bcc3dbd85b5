"""Outcomes of prompts in the words that people read: they judge the prompt, never the agent."""

_WORDS = {"followed": "helped", "ignored": "no change"}


def outcome_text(outcome: str | None) -> str:
    """An outcome as screens and lines show it."""
    return _WORDS.get(outcome, outcome) if outcome else "outcome unknown"

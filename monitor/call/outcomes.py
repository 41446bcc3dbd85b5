"""Outcomes of prompts in the words that people read: they judge the prompt, never the agent."""

from rules.model import Prompt

_TEXTS: dict[str | None, str] = {
    "followed": "followed",
    "partly": "partly",
    "not_yet": "not yet",
    "no_change": "no change",
    "not_applicable": "not judged",
    "unseen": "nobody saw it",
    None: "outcome unknown",
}
_WITHOUT_IT: dict[str | None, str] = {
    "followed": "done anyway",
    "partly": "partly done anyway",
    "not_yet": "not yet",
    "no_change": "no change",
}
"""What the agent did next, where nobody saw the prompt: "followed" would say that it was seen."""
MAYBE_SEEN = "not known whether it was seen"
"""Of a prompt in a log that does not say so, as those of versions up to 0.3."""
SILENT = "kept silent in the experiment"
"""Of a prompt that was due, but that the draw kept from the screen."""
_BY_THE_AGENT = ("dismissed", "snoozed")
"""The reasons for which a prompt disappears that say something about it."""


def outcome_text(outcome: str | None, *, seen: bool | None) -> str:
    """An outcome as the screens write it.

    Args:
        outcome: of a prompt; None or empty while it is unknown.
        seen: whether the agent saw the prompt; None where that is not known.
    """
    return MAYBE_SEEN if outcome and seen is None else _TEXTS[outcome or None]


def outcome_without(after: str | None) -> str:
    """What the agent did next in a call in which nobody saw the prompt."""
    return _WITHOUT_IT.get(after or None, _TEXTS["not_applicable"])


def prompt_outcome_text(prompt: Prompt) -> str:
    """All that is known of what a prompt did: "no change, dismissed", or "nobody saw it, done anyway"."""
    unseen = prompt.outcome and prompt.seen is False
    parts = [SILENT if prompt.silent else outcome_text("unseen" if unseen else prompt.outcome, seen=prompt.seen)]
    if prompt.after not in {None, "not_applicable"}:
        if prompt.seen is False:
            parts.append(outcome_without(prompt.after))
        elif prompt.seen is None:
            parts.append(f"then {_TEXTS[prompt.after]}")
    if prompt.taken_down in _BY_THE_AGENT:
        parts = [part for part in parts if part != _TEXTS["not_applicable"]] + [prompt.taken_down]
    return ", ".join(parts)

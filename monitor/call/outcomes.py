"""What became of a prompt, in the words that people read."""

from rules.model import Prompt

OUTCOMES: dict[str | None, str] = {
    "followed": "followed",
    "partly": "partly",
    "not_yet": "not yet",
    "no_change": "no change",
    "not_applicable": "not judged",
    "unseen": "not seen",
    None: "open",
}
TAKEN_DOWN: dict[str | None, str] = {"dismissed": "dismissed", "snoozed": "snoozed"}
"""What the agent did about the prompt itself; the other reasons say nothing about her."""


def became(prompt: Prompt) -> str:
    """What became of a prompt: "no change", "no change, dismissed", "not seen, then followed"."""
    words = [OUTCOMES[prompt.outcome]]
    if prompt.outcome == "unseen" and prompt.after is not None:
        words.append(f"then {OUTCOMES[prompt.after]}")
    if prompt.taken_down in TAKEN_DOWN:
        words.append(TAKEN_DOWN[prompt.taken_down])
    return ", ".join(words)

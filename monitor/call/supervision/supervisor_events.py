"""The events between an agent and the supervisors: requests for help, who takes care of a call, and who follows it."""

from dataclasses import dataclass
from typing import Literal

Channel = Literal["wall", "webhook"]
SupervisorDoes = Literal["takes care", "lets go", "follows", "stops following"]


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """The agent asked for a supervisor, took that back, or got no answer."""

    at_s: float
    state: Literal["asked", "withdrawn", "unanswered"]
    """Unanswered if nobody took care of the call within 30 s."""
    channels: tuple[Channel, ...] = ()
    """What passed the request on: the wall, the webhook; empty if neither was connected."""
    walls: int | None = None
    """How many walls were open when the agent asked; None for the other states, and without a wall."""


@dataclass(frozen=True, slots=True)
class SupervisorAction:
    """A supervisor takes care of the call, or follows it, or no longer does."""

    at_s: float
    by: str
    """The supervisor's login at the broker."""
    does: SupervisorDoes
    """What the supervisor begins, or ends."""
    may_share: bool = False
    """Whether the agent may share the words with those who follow: her screen asks."""


@dataclass(frozen=True, slots=True)
class WordsShared:
    """The agent lets those who follow the call read its words, or no longer."""

    at_s: float
    on: bool
    """Whether the words are shared from here on."""


SupervisorEvent = HelpRequest | SupervisorAction | WordsShared

KINDS: dict[str, type[SupervisorEvent]] = {
    "help": HelpRequest,
    "supervisor": SupervisorAction,
    "words_shared": WordsShared,
}
"""See `monitor.call.events.KINDS`."""


_HELP: dict[str, str] = {
    "asked": "The agent asked for a supervisor.",
    "withdrawn": "The agent took the request back.",
    "unanswered": "Nobody has answered the agent's request yet.",
}
_DOES: dict[SupervisorDoes, str] = {
    "takes care": "takes care of the call.",
    "lets go": "no longer takes care of the call.",
    "follows": "follows the call.",
    "stops following": "no longer follows the call.",
}


def supervisor_text(event: SupervisorEvent) -> str:
    """Say in a sentence what happened."""
    match event:
        case HelpRequest(state="asked", channels=()):
            return "The agent asked for a supervisor, but nobody was connected."
        case HelpRequest(state=state):
            return _HELP[state]
        case SupervisorAction(by=by, does=does):
            return f"{by} {_DOES[does]}"
        case WordsShared(on=on):
            return "The agent shares the words with who follows." if on else "The agent no longer shares the words."

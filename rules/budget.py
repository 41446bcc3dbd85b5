"""How often prompts may come, and what an agent chooses of them."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from rules.experiment import Experiment

Amount = Literal["fewer", "usual", "more"]
"""How many prompts an agent wants; as usual is what the rules say."""
AMOUNTS: tuple[Amount, ...] = get_args(Amount)

FEWER_APART_S, FEWER_AT_MOST = 40.0, 3
MORE_APART_S, MORE_AT_MOST = 12.0, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How often prompts may come, and for how long they stay."""

    apart_s: float
    """Least time from the start of one prompt to the start of the next."""
    same_action_apart_s: float
    """The same for two prompts of one action."""
    at_most: int
    """Prompts in `window_s`."""
    window_s: float
    """The stretch in which prompts are counted."""
    shown_at_least_s: float
    """A prompt stays at least as long, even if what it asks for is done."""
    shown_at_most_s: float
    """No prompt stays longer."""
    wait_s: float
    """How long a firing that was held back may still be shown, if it has not eased."""
    wait_for_pause_s: float
    """The same for prompts that wait for the agent to be silent."""
    stale_after_s: float
    """No prompt comes later than so long after the end of the turn that it is about."""
    goodbye: tuple[str, ...]
    """Names of lists in `words/`: once either side has said one of their phrases, nothing is prompted."""
    goodbye_s: float
    """A call that goes on for longer than this was not over: prompts come again."""

    def with_amount(self, amount: Amount) -> "Budget":
        """The same with fewer or more prompts; a team's own limits never make fewer into more, or more into fewer."""
        match amount:
            case "fewer":
                apart_s, at_most = max(self.apart_s, FEWER_APART_S), min(self.at_most, FEWER_AT_MOST)
            case "more":
                apart_s, at_most = min(self.apart_s, MORE_APART_S), max(self.at_most, MORE_AT_MOST)
            case "usual":
                return self
        return replace(self, apart_s=apart_s, at_most=at_most)


@dataclass(frozen=True, slots=True)
class PromptKind:
    """Prompts of one action, which an agent can switch off."""

    action: str
    title: str
    """As its first rule has it."""


@dataclass(frozen=True, slots=True)
class PromptChoice:
    """The choice of one agent: all kinds, as many as usual, where they chose nothing."""

    off: tuple[str, ...] = ()
    """Actions that are switched off."""
    amount: Amount = "usual"
    experiment: Experiment | None = None
    """What keeps some prompts silent; None for no experiment, or one in which the agent takes no part."""

    def switched(self, action: str) -> "PromptChoice":
        """The same with one kind switched off, or on again."""
        off = tuple(one for one in self.off if one != action)
        return replace(self, off=off if action in self.off else (*off, action))

"""What the agent chose of the prompts, and what there is to choose from, as the screen shows and changes it."""

from dataclasses import dataclass, field, replace

from rules.budget import AMOUNTS, Amount, PromptChoice, PromptKind
from rules.experiment import Experiment


@dataclass(frozen=True, slots=True)
class PromptChoices:
    """The agent's choice in this session; for the screen alone, not part of any log."""

    kinds: tuple[PromptKind, ...] = ()
    """What can be switched off."""
    choice: PromptChoice = field(default_factory=PromptChoice)
    share_wrong: bool = False
    """Whether others see which prompts the agent marked as wrong."""
    silent: float = 0.0
    """The share of prompts, 0 to 1, that the team keeps silent in an experiment; 0 if there is none."""
    takes_part: bool = False
    """Whether the agent takes part in it."""
    trouble: str = ""
    """Why the last change could not be saved, in one plain sentence; it holds until the session ends."""

    def of_call(self, call: str) -> PromptChoice:
        """The choice as it holds for a call.

        Args:
            call: tells it apart from all others; empty for one that is not kept.
        """
        in_experiment = call and self.takes_part and self.silent > 0
        return replace(self.choice, experiment=Experiment(call, self.silent) if in_experiment else None)

    def switched(self, action: str) -> "PromptChoices":
        """The same with one kind switched off, or on again."""
        return replace(self, choice=self.choice.switched(action))

    def with_amount(self, amount: Amount) -> "PromptChoices":
        """The same with another number of prompts."""
        return replace(self, choice=replace(self.choice, amount=amount))

    def moved(self, steps: int) -> "PromptChoices":
        """The same with so many steps more prompts, as far as there are steps."""
        place = AMOUNTS.index(self.choice.amount) + steps
        return self.with_amount(AMOUNTS[min(max(place, 0), len(AMOUNTS) - 1)])

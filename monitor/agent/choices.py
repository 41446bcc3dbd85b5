"""The agent's choice of prompts: what it is, and the panel that changes it during a call."""

from dataclasses import dataclass, field, replace
from typing import Literal

from monitor.base.lines import Line, Lines, fit, wrap
from monitor.settings.prompt_choices import PromptChoices
from rules.budget import AMOUNTS

Step = Literal[-1, 0, 1]
"""To the left, to the right, or to the next value."""

_LABEL = 20
"""Cells of a row's label."""
EXPERIMENT = (
    "Your team wants to know whether prompts help. If you take part, {:.0%} of the prompts that are due stay silent, "
    "drawn by chance; never those about safety or for a manager."
)
_KEYS = "↑ ↓ choose  enter change  Esc close"


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """What the panel shows."""

    choices: PromptChoices = field(default_factory=PromptChoices)
    row: int = 0
    """The one that the keys change: the amount, a kind, whether others see what was wrong, or taking part."""

    @property
    def last(self) -> int:
        """Number of the last row that can be changed."""
        return len(self.choices.kinds) + (2 if self.choices.silent else 1)

    def moved(self, steps: int) -> "ChoiceView":
        """The cursor so many rows further, as far as there are rows."""
        return replace(self, row=min(max(self.row + steps, 0), self.last))

    def changed(self, step: Step) -> PromptChoices:
        """The choice with the row at the cursor changed."""
        choices = self.choices
        if self.row == 0:
            following = AMOUNTS[(AMOUNTS.index(choices.choice.amount) + 1) % len(AMOUNTS)]
            return choices.moved(step) if step else choices.with_amount(following)
        if self.row == len(choices.kinds) + 1:
            return replace(choices, share_wrong=not choices.share_wrong)
        if self.row > len(choices.kinds) + 1:
            return replace(choices, takes_part=not choices.takes_part)
        return choices.switched(choices.kinds[self.row - 1].action)


def choice_lines(view: ChoiceView, width: int, height: int) -> tuple[Line, ...]:
    """Draw the rows around the cursor, and below them the keys, or why the last change is not saved."""
    trouble = f"Not saved: this holds until you quit. {view.choices.trouble}" if view.choices.trouble else ""
    at_experiment = view.choices.silent and view.row == view.last
    below = [
        *(wrap(((EXPERIMENT.format(view.choices.silent), "dim"),), width - 2) if at_experiment else ()),
        *wrap(((trouble, "trouble"),), width - 2)[: max(1, height // 2)],
        ((f"{_KEYS}  {view.row + 1} of {view.last + 1}", "dim"),),
    ]
    below = below[: max(1, height - 2)]
    rows = list(_rows(view))
    room = height - len(below)
    first = min(max(view.row - room // 2, 0), max(len(rows) - room, 0))
    shown = [_drawn(*row, width) for row in rows[first : first + room]]
    return (*shown, *(((" ", "plain"), *((fit(text, width - 2), ink) for text, ink in line)) for line in below))


def _rows(view: ChoiceView) -> list[tuple[str, str, bool]]:
    """Label, value, and whether the cursor is there; the row without a cursor of its own comes last."""
    choice = view.choices.choice
    amounts = "".join(f"[{amount}]" if amount == choice.amount else f" {amount} " for amount in AMOUNTS)
    rows = [("How many prompts", amounts)]
    rows += [(kind.title, "off" if kind.action in choice.off else "on") for kind in view.choices.kinds]
    rows += [("Share what was wrong", "yes" if view.choices.share_wrong else "no")]
    if view.choices.silent:
        rows += [("Join the experiment", "yes" if view.choices.takes_part else "no")]
    drawn = [(label, value, place == view.row) for place, (label, value) in enumerate(rows)]
    return [*drawn, ("Safety", "always on", False)]


def _drawn(label: str, value: str, at_cursor: bool, width: int) -> Line:  # noqa: FBT001 - one row of a table
    text = f" {'►' if at_cursor else ' '} {fit(label, _LABEL):<{_LABEL}} {value}"
    return ((fit(text, width), "strong" if at_cursor else "plain"),)


class Choices(Lines[ChoiceView]):
    """The panel, below the card, which stays visible."""

    def __init__(self) -> None:
        super().__init__(ChoiceView())

    def draw(self, view: ChoiceView, width: int, height: int) -> tuple[Line, ...]:
        """Draw as many rows as fit."""
        return choice_lines(view, width, height)

"""The key of the replay that opens the scorecard, and what the card can do with the replay."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from monitor.base.errors import MonitorError
from monitor.call.marks import signature
from rules.errors import RuleError

if TYPE_CHECKING:
    from monitor.replay.view import ReplayView

LEAD_S = 5.0
"""How long before a moment its playback starts."""


class ScorecardKey(Screen[None]):
    """A replay whose call can be scored."""

    view: ReplayView | None
    signer: str
    form = "de-escalation"
    """Name or path of the form."""
    rule_files: tuple[Path, ...] = ()
    """A team's rules, which the form may name."""

    @abstractmethod
    def show(self, view: ReplayView) -> None:
        """Draw a view wherever it has changed."""

    @abstractmethod
    def action_play(self) -> None:
        """Play from the cursor, or pause."""

    @abstractmethod
    def _play(self, view: ReplayView) -> None:
        """Play from the position of a view."""

    @abstractmethod
    def _seek(self, view: ReplayView) -> None:
        """Go to the position of a view."""

    def action_score(self) -> None:
        """Fill in a scorecard of this call, beside the replay."""
        view = self.view
        if view is None:
            return
        if view.log.in_progress:
            self.show(replace(view, said="This call is still in progress. Score it when it has ended."))
            return
        self.show(replace(view, said="Reading the call for its scorecard …"))
        self.call_after_refresh(self._open_card, view)

    def position_s(self) -> float:
        """The cursor."""
        return self.view.at_s if self.view else 0.0

    def hear(self, at_s: float) -> None:
        """Play a moment, and what led to it."""
        if self.view:
            self._play(self.view.sought(at_s - LEAD_S))

    def move(self, seconds: int) -> None:
        """Move the cursor."""
        if self.view:
            self._seek(self.view.moved(seconds))

    def _open_card(self, view: ReplayView) -> None:
        from monitor.replay.scorecard_screen import ScorecardScreen  # brings the rules
        from monitor.scorecards.scoring import open_card

        try:
            card = open_card(view.log.folder, self.form, signature(self.signer), self.rule_files)
        except (MonitorError, RuleError) as error:
            self.show(replace(view, said=str(error)))
            return
        self.show(replace(view, said=""))
        self.app.push_screen(ScorecardScreen(card, self))
